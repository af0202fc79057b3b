# Opt-in compiled library: moetric_add_compiled() makes moetric::compiled, a static library of the functions whose bodies
# take seconds to compile. A program that links it compiles them once, not in each of its units. Included by the build
# and by the installed package: it is compiled where it is used.
set(moetric_compiled_dir ${CMAKE_CURRENT_LIST_DIR}/compiled)

function(moetric_add_compiled)
  if(TARGET moetric_compiled) # by an earlier call
    return()
  endif()
  if(NOT moetric_HAS_JSON)
    message(FATAL_ERROR "moetric: moetric::compiled needs nlohmann_json 3.10 or newer, which is not installed")
  endif()
  file(GLOB sources CONFIGURE_DEPENDS ${moetric_compiled_dir}/*.cpp)
  add_library(moetric_compiled STATIC ${sources})
  add_library(moetric::compiled ALIAS moetric_compiled)
  target_link_libraries(moetric_compiled PUBLIC moetric::moetric)
  target_compile_definitions(moetric_compiled PUBLIC MOETRIC_COMPILED)
  set_target_properties(moetric_compiled PROPERTIES POSITION_INDEPENDENT_CODE ON)
endfunction()
