# `cmake --install BUILD`, all of it or with --component library (needs no build) or tool (the tool, its manual page and
# completions), and packages by CPack.
include(CMakePackageConfigHelpers)
include(GNUInstallDirs)
set(package_dir ${CMAKE_INSTALL_DATADIR}/cmake/moetric) # share, not lib: nothing in it depends on the architecture

install(TARGETS moetric EXPORT moetric-targets FILE_SET HEADERS COMPONENT library)
install(EXPORT moetric-targets NAMESPACE moetric:: DESTINATION ${package_dir} COMPONENT library)
# Until 1.0 a minor version may change interfaces.
write_basic_package_version_file(moetric-config-version.cmake COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT)
install(FILES cmake/moetric-config.cmake cmake/moetric-dependencies.cmake cmake/moetric-dispatch.cmake
              cmake/moetric-compiled.cmake cmake/moetric-components.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/moetric-config-version.cmake
        DESTINATION ${package_dir} COMPONENT library)
install(DIRECTORY cmake/dispatch cmake/compiled DESTINATION ${package_dir} COMPONENT library) # compiled by the consumer

# pkg-config names the folder of headers by its own place, so the installed tree may be moved.
set(pkgconfig_dir ${CMAKE_INSTALL_DATADIR}/pkgconfig)
file(RELATIVE_PATH to_include /prefix/${pkgconfig_dir} /prefix/${CMAKE_INSTALL_INCLUDEDIR})
configure_file(cmake/moetric.pc.in moetric.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/moetric.pc DESTINATION ${pkgconfig_dir} COMPONENT library)

if(TARGET moetric_tool)
  install(TARGETS moetric_tool COMPONENT tool)
  set(manual ${CMAKE_CURRENT_BINARY_DIR}/moetric.1)
  if(NOT CMAKE_CROSSCOMPILING) # the tool writes it
    install(CODE "execute_process(COMMAND ${PROJECT_SOURCE_DIR}/packaging/manual $<TARGET_FILE:moetric_tool>
                                  OUTPUT_FILE ${manual} COMMAND_ERROR_IS_FATAL ANY)"
            COMPONENT tool)
    install(FILES ${manual} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT tool)
  endif()
  install(FILES packaging/completion.bash DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions
          RENAME moetric COMPONENT tool)
endif()

if(NOT PROJECT_IS_TOP_LEVEL)
  return()
endif()
set(CMAKE_SKIP_INSTALL_ALL_DEPENDENCY TRUE) # a package needs the tool, not the examples and tests
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_CONTACT "the moetric developers <moetric@invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY ${PROJECT_DESCRIPTION})
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL library)
if(TARGET moetric_tool)
  list(APPEND CPACK_COMPONENTS_ALL tool)
endif()
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME libmoetric-dev)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SUGGESTS "nlohmann-json3-dev (>= 3.10), libxsimd-dev (>= 8.1)")
set(CPACK_COMPONENT_LIBRARY_DESCRIPTION "Headers, CMake package and pkg-config file")
set(CPACK_DEBIAN_TOOL_PACKAGE_NAME moetric)
set(CPACK_DEBIAN_TOOL_PACKAGE_SECTION science)
set(CPACK_DEBIAN_TOOL_PACKAGE_SHLIBDEPS ON)
set(CPACK_COMPONENT_TOOL_DESCRIPTION "The command-line tool, its manual page and completions")
include(CPack)
