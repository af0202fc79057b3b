# An overlay port: it takes the sources that it lies in. A port of a registry fetches a release's archive instead.
#   vcpkg install moetric --overlay-ports=packaging/vcpkg
set(VCPKG_BUILD_TYPE release) # header-only
vcpkg_cmake_configure(
  SOURCE_PATH "${CURRENT_PORT_DIR}/../.."
  OPTIONS -DMOETRIC_BUILD_TESTS=OFF -DMOETRIC_BUILD_EXAMPLES=OFF)
vcpkg_cmake_install()
vcpkg_cmake_config_fixup(CONFIG_PATH share/cmake/moetric)
vcpkg_fixup_pkgconfig()
file(INSTALL "${CMAKE_CURRENT_LIST_DIR}/usage" DESTINATION "${CURRENT_PACKAGES_DIR}/share/${PORT}")
vcpkg_install_copyright(FILE_LIST "${CURRENT_PORT_DIR}/../../LICENSE")
