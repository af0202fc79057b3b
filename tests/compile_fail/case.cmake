# A case is a file whose line 1 is `// error: REGEX` (a CMake regular expression) and that holds WRONG(this, that) at the
# mistake. With `this` it must not compile, and the compiler's message must match REGEX; with `that` it must compile, so
# that the mistake is the only reason.
cmake_minimum_required(VERSION 3.25)

file(STRINGS ${CASE} first_line LIMIT_COUNT 1)
if(NOT first_line MATCHES "^// error: (.+)$")
  message(FATAL_ERROR "${CASE}: the first line must be `// error: REGEX`")
endif()
set(expected "${CMAKE_MATCH_1}")

execute_process(COMMAND ${COMPILE} -fsyntax-only "-DWRONG(wrong,right)=right" ${CASE}
                RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(NOT status EQUAL 0)
  message("${output}")
  message(FATAL_ERROR "${CASE}: the right twin must compile")
endif()

execute_process(COMMAND ${COMPILE} -fsyntax-only "-DWRONG(wrong,right)=wrong" ${CASE}
                RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output)
if(status EQUAL 0)
  message(FATAL_ERROR "${CASE}: the wrong twin must not compile")
elseif(NOT output MATCHES "${expected}")
  message("${output}")
  message(FATAL_ERROR "${CASE}: the error must match `${expected}`")
endif()
