# A version that is not installed must be refused, and refused as a version, not because nothing was found.
cmake_minimum_required(VERSION 3.25)

find_package(moetric 99 QUIET)
if(moetric_FOUND)
  message(FATAL_ERROR "find_package(moetric 99) must be refused, but ${moetric_VERSION} was taken")
elseif(NOT moetric_CONSIDERED_VERSIONS)
  message(FATAL_ERROR "find_package(moetric 99) must look at the installed version, but found no package")
endif()
