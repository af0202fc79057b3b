include("${CMAKE_CURRENT_LIST_DIR}/moetric-targets.cmake")
include("${CMAKE_CURRENT_LIST_DIR}/moetric-dependencies.cmake")
moetric_link_dependencies(moetric::moetric)
include("${CMAKE_CURRENT_LIST_DIR}/moetric-dispatch.cmake")
