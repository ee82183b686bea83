# libmandate: the rooms dns, spf and c_interface for other programs, with nothing visible but what
# the headers in include/mandate declare.
#
#   cmake --install build/release --prefix /usr/local
#
# Components: `program` (the mandate program and the conformance runner), `runtime` (the library),
# `development` (headers, CMake package, pkg-config file).
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)

foreach(room dns spf c_interface)
  set_target_properties(mandate_${room} PROPERTIES
    POSITION_INDEPENDENT_CODE ON CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
endforeach()

set(rooms $<TARGET_FILE:mandate_c_interface> $<TARGET_FILE:mandate_spf> $<TARGET_FILE:mandate_dns>)
set(symbols ${PROJECT_SOURCE_DIR}/cmake/libmandate.map)
file(CONFIGURE OUTPUT ${CMAKE_CURRENT_BINARY_DIR}/library.cpp
  CONTENT "// The rooms are all there is.\n")
add_library(mandate_library SHARED ${CMAKE_CURRENT_BINARY_DIR}/library.cpp)
set_target_properties(mandate_library PROPERTIES
  OUTPUT_NAME mandate EXPORT_NAME mandate VERSION ${PROJECT_VERSION} SOVERSION ${PROJECT_VERSION_MAJOR}
  LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR} LINK_DEPENDS "${symbols};${rooms}")
target_link_libraries(mandate_library PRIVATE
  -Wl,--whole-archive ${rooms} -Wl,--no-whole-archive fmt::fmt PkgConfig::IDN2 PkgConfig::PSL)
add_dependencies(mandate_library mandate_dns mandate_spf mandate_c_interface)
target_link_options(mandate_library PRIVATE -Wl,--version-script=${symbols} -Wl,--no-undefined)
target_include_directories(mandate_library INTERFACE
  $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
  $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
target_compile_features(mandate_library INTERFACE cxx_std_23)

install(TARGETS mandate RUNTIME COMPONENT program)
install(TARGETS mandate_library EXPORT mandate
  LIBRARY COMPONENT runtime NAMELINK_COMPONENT development)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/mandate
  DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT development FILES_MATCHING PATTERN *.h)

set(package ${CMAKE_INSTALL_LIBDIR}/cmake/mandate)
install(EXPORT mandate NAMESPACE mandate:: DESTINATION ${package} FILE mandate-config.cmake
  COMPONENT development)
write_basic_package_version_file(${CMAKE_CURRENT_BINARY_DIR}/mandate-config-version.cmake
  COMPATIBILITY SameMinorVersion)
# Relative to itself, so that the library may be installed anywhere.
file(RELATIVE_PATH up /${CMAKE_INSTALL_LIBDIR}/pkgconfig /)
configure_file(${PROJECT_SOURCE_DIR}/cmake/mandate.pc.in ${CMAKE_CURRENT_BINARY_DIR}/mandate.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/mandate-config-version.cmake
  DESTINATION ${package} COMPONENT development)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/mandate.pc
  DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT development)
