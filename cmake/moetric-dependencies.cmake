# Finds the optional dependencies and links those that exist. Included by the build and by the installed package, so it
# runs on the machine that compiles. Nothing is required: all rooms but simd and scans need the standard library only.

# Sets moetric_HAS_JSON and moetric_HAS_XSIMD in the caller's scope.
# BUILD_INTERFACE keeps the dependencies of this machine out of the exported target: a consumer finds its own.
function(moetric_link_dependencies target)
  if(NOT TARGET nlohmann_json::nlohmann_json)
    find_package(nlohmann_json 3.10 QUIET)
  endif()
  set(moetric_HAS_JSON FALSE PARENT_SCOPE)
  if(TARGET nlohmann_json::nlohmann_json)
    target_link_libraries(${target} INTERFACE $<BUILD_INTERFACE:nlohmann_json::nlohmann_json>)
    set(moetric_HAS_JSON TRUE PARENT_SCOPE)
  endif()

  # No version is requested, because xsimd's version file refuses other majors and ranges. Only the include directory is
  # used, because Debian's target links xtl, which may not be installed.
  if(NOT TARGET xsimd)
    find_package(xsimd CONFIG QUIET)
  endif()
  set(moetric_HAS_XSIMD FALSE PARENT_SCOPE)
  if(TARGET xsimd AND NOT (xsimd_FOUND AND xsimd_VERSION VERSION_LESS 8.1))
    get_target_property(xsimd_include xsimd INTERFACE_INCLUDE_DIRECTORIES)
    target_include_directories(${target} SYSTEM INTERFACE "$<BUILD_INTERFACE:${xsimd_include}>")
    set(moetric_HAS_XSIMD TRUE PARENT_SCOPE)
  endif()
endfunction()
