# Builds answers.cpp with other flags and compares every bit that it prints with answers.out.
separate_arguments(flags UNIX_COMMAND "${FLAGS}")
execute_process(COMMAND ${COMPILE} ${flags} ${CMAKE_CURRENT_LIST_DIR}/answers.cpp -o ${PROGRAM}
                RESULT_VARIABLE status ERROR_VARIABLE messages)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "${messages}")
endif()
execute_process(COMMAND ${PROGRAM} RESULT_VARIABLE status OUTPUT_VARIABLE got)
file(READ ${CMAKE_CURRENT_LIST_DIR}/answers.out expected)
if(NOT status EQUAL 0 OR NOT got STREQUAL expected)
  message(FATAL_ERROR "with ${FLAGS} the answers must be\n${expected}but are\n${got}")
endif()
