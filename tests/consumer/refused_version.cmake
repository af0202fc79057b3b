# find_package must refuse a version that is not installed, and refuse it because of the version.
cmake_minimum_required(VERSION 3.25)

find_package(moetric 99 QUIET)
if(moetric_FOUND)
  message(FATAL_ERROR "find_package(moetric 99) must be refused, but accepted ${moetric_VERSION}")
elseif(NOT moetric_CONSIDERED_VERSIONS)
  message(FATAL_ERROR "find_package(moetric 99) must consider the installed version, but found no package")
endif()
