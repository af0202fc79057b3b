# Runs the MPI example with one rank and with four: both must print the same answer.
cmake_minimum_required(VERSION 3.25)

foreach(ranks IN ITEMS 1 4)
  execute_process(COMMAND ${MPIRUN} --allow-run-as-root --oversubscribe -n ${ranks} ${PROGRAM} ${SPACE} 20
                  RESULT_VARIABLE status OUTPUT_VARIABLE answer_${ranks} ERROR_VARIABLE messages)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "search_mpi must succeed on ${ranks} ranks, but:\n${messages}")
  endif()
endforeach()
string(REGEX MATCHALL "\n" lines "${answer_1}")
list(LENGTH lines n)
if(NOT n EQUAL 20 OR NOT answer_1 STREQUAL answer_4)
  message(FATAL_ERROR "four ranks must find what one finds, but:\n${answer_1}\n${answer_4}")
endif()
