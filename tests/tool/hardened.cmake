# The tool must be position-independent, bind its symbols at the start, and check its stack.
execute_process(COMMAND ${READELF} --wide --file-header --dynamic ${PROGRAM} OUTPUT_VARIABLE text RESULT_VARIABLE failed)
execute_process(COMMAND ${READELF} --wide --segments --symbols ${PROGRAM} OUTPUT_VARIABLE more)
foreach(wanted IN ITEMS "Type: +DYN" "BIND_NOW|Flags: NOW" "GNU_RELRO" "__stack_chk_fail")
  if(failed OR NOT "${text}${more}" MATCHES "${wanted}")
    message(FATAL_ERROR "the tool must have ${wanted}")
  endif()
endforeach()
