# Components: what a consumer asks for by name, each with the dependencies that it needs. Included by the build and by the
# installed package.
#
#   simd      moetric::simd      batches and scans, vectorised by xsimd
#   dispatch  moetric::dispatch  scan kernels for every instruction set, chosen at run time
#   fit       moetric::fit       laws fitted to runs
#   io        moetric::io        files: config.json, tables, plans, results
#   cluster   moetric::cluster   devices, layouts, memory, time and money
#   compiled  moetric::compiled  accounts, importer, fits, searches and plans, compiled once
set(moetric_components simd dispatch fit io cluster compiled)
set(moetric_xsimd_is_missing "xsimd 8.1 or newer, which is not installed (Debian: libxsimd-dev)")
set(moetric_json_is_missing "nlohmann_json 3.10 or newer, which is not installed (Debian: nlohmann-json3-dev)")

# moetric_add_component(NAME RESULT) makes moetric::NAME. RESULT is empty, or the sentence that says why it cannot.
# Dispatch does without xsimd, and has scalar kernels then.
function(moetric_add_component name result)
  set(${result} "" PARENT_SCOPE)
  if(NOT name IN_LIST moetric_components)
    list(JOIN moetric_components ", " known)
    set(${result} "moetric: components are ${known}, but got '${name}'" PARENT_SCOPE)
  elseif(name STREQUAL "simd" AND NOT moetric_HAS_XSIMD)
    set(${result} "moetric: the component simd needs ${moetric_xsimd_is_missing}" PARENT_SCOPE)
  elseif(name MATCHES "^(io|compiled)$" AND NOT moetric_HAS_JSON)
    set(${result} "moetric: the component ${name} needs ${moetric_json_is_missing}" PARENT_SCOPE)
  elseif(name STREQUAL "dispatch")
    moetric_add_dispatch()
  elseif(name STREQUAL "compiled")
    moetric_add_compiled()
  elseif(NOT TARGET moetric::${name})
    add_library(moetric::${name} INTERFACE IMPORTED ${ARGN})
    target_link_libraries(moetric::${name} INTERFACE moetric::moetric)
  endif()
endfunction()
