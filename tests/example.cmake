# Runs an example and compares its output with the stored one, if there is one.
cmake_minimum_required(VERSION 3.25)

execute_process(COMMAND ${PROGRAM} OUTPUT_VARIABLE printed COMMAND_ERROR_IS_FATAL ANY)
if(EXISTS ${EXPECTED})
  file(READ ${EXPECTED} expected)
  if(NOT printed STREQUAL expected)
    message("${printed}")
    message(FATAL_ERROR "${EXPECTED} must be what the example prints")
  endif()
endif()
