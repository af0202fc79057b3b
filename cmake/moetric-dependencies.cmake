# Finds the optional dependencies of the upper rooms and links those that exist. Included by the build and by the
# installed package, so it runs on the machine that compiles. Nothing is required: core, layers, model, account, zoo and
# laws need the standard library only.

if(POLICY CMP0167) # CMake 3.30: Boost's own package file instead of the removed FindBoost module
  cmake_policy(SET CMP0167 NEW)
endif()

# Sets moetric_HAS_BOOST, moetric_HAS_JSON and moetric_HAS_XSIMD in the caller's scope.
# BUILD_INTERFACE keeps the dependencies of this machine out of the exported target: a consumer finds its own.
function(moetric_link_dependencies target)
  if(NOT TARGET Boost::math AND NOT TARGET Boost::headers)
    find_package(Boost 1.74 QUIET)
  endif()
  set(moetric_HAS_BOOST TRUE PARENT_SCOPE)
  if(TARGET Boost::math) # Boost.Math alone, for example by FetchContent
    target_link_libraries(${target} INTERFACE $<BUILD_INTERFACE:Boost::math>)
  elseif(TARGET Boost::headers)
    target_link_libraries(${target} INTERFACE $<BUILD_INTERFACE:Boost::headers>)
  else()
    set(moetric_HAS_BOOST FALSE PARENT_SCOPE)
  endif()

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
