# Links a unit without exceptions to one with them, either first, and to a program that has none; each must run.
function(run)
  execute_process(COMMAND ${ARGN} WORKING_DIRECTORY ${FOLDER} RESULT_VARIABLE status OUTPUT_VARIABLE output
                  ERROR_VARIABLE output)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${ARGN}\nmust succeed, but ended with ${status}\n${output}")
  endif()
endfunction()

file(MAKE_DIRECTORY ${FOLDER})
foreach(optimised IN ITEMS -O0 -O2)
  run(${COMPILE} ${optimised} -c ${CMAKE_CURRENT_LIST_DIR}/with.cpp -o with.o)
  run(${COMPILE} ${optimised} -fno-exceptions -c ${CMAKE_CURRENT_LIST_DIR}/without.cpp -o without.o)
  run(${COMPILE} ${optimised} -fno-exceptions -c ${CMAKE_CURRENT_LIST_DIR}/handler.cpp -o handler.o)
  foreach(objects IN ITEMS "with.o\;without.o" "without.o\;with.o" "handler.o\;without.o")
    run(${COMPILE} ${objects} -o program)
    run(${FOLDER}/program)
  endforeach()
endforeach()
