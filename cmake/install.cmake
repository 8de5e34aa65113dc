# SPDX-License-Identifier: Apache-2.0
# What others link: libmetaxy.so with everything inside but libduckdb.so, which is installed beside it. Its headers need
# no package, so neither does metaxyConfig.cmake. The static target `metaxy` stays inside the build: mx and the tests
# link it because they see private headers.

include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

set(METAXY_EXPORTS ${PROJECT_SOURCE_DIR}/cmake/exports.map)
# A dynamic link needs no source of its own, but CMake asks for one.
set(metaxy_stub ${CMAKE_CURRENT_BINARY_DIR}/metaxy_shared.cpp)
file(CONFIGURE OUTPUT ${metaxy_stub} CONTENT "// all code comes from the rooms\n")
add_library(metaxy_shared SHARED ${metaxy_stub})
add_library(metaxy::metaxy ALIAS metaxy_shared)
target_link_libraries(metaxy_shared PRIVATE "$<LINK_LIBRARY:WHOLE_ARCHIVE,metaxy>")
target_link_options(metaxy_shared PRIVATE "LINKER:--version-script=${METAXY_EXPORTS}")
target_compile_features(metaxy_shared PUBLIC cxx_std_20)
target_include_directories(metaxy_shared INTERFACE $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
                                                   $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
set_target_properties(metaxy_shared PROPERTIES
  OUTPUT_NAME metaxy
  EXPORT_NAME metaxy
  VERSION ${PROJECT_VERSION}
  SOVERSION ${PROJECT_VERSION_MAJOR}.${PROJECT_VERSION_MINOR}
  LINK_DEPENDS ${METAXY_EXPORTS}
  INSTALL_RPATH "$ORIGIN")

set(metaxy_cmake_dir ${CMAKE_INSTALL_LIBDIR}/cmake/metaxy)
install(TARGETS metaxy_shared EXPORT metaxy LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/metaxy DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(FILES $<TARGET_FILE:duckdb> DESTINATION ${CMAKE_INSTALL_LIBDIR})
install(FILES ${PROJECT_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
install(EXPORT metaxy NAMESPACE metaxy:: FILE metaxyTargets.cmake DESTINATION ${metaxy_cmake_dir})
configure_package_config_file(${PROJECT_SOURCE_DIR}/cmake/metaxyConfig.cmake.in
  ${CMAKE_CURRENT_BINARY_DIR}/metaxyConfig.cmake INSTALL_DESTINATION ${metaxy_cmake_dir})
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/metaxyConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/metaxyConfig.cmake ${CMAKE_CURRENT_BINARY_DIR}/metaxyConfigVersion.cmake
        DESTINATION ${metaxy_cmake_dir})

if(TARGET mx AND NOT SKBUILD)
  set_target_properties(mx PROPERTIES INSTALL_RPATH "$ORIGIN/../${CMAKE_INSTALL_LIBDIR}")
  install(TARGETS mx RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
