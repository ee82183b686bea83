# A room is one folder of src/ and one library target, `mandate_<room>`.
#
#   mandate_room(spf ON dns LIBRARIES fmt::fmt)
#
# `ON` names the rooms below that its public headers may include; they are inherited upwards.
# `HEADERS` are public headers that stand in include/mandate itself.
# Each room is given an include root of its own (a folder that holds nothing but a link to the
# room, and to its public headers in include/mandate), so a header of a room that is not named in
# `ON`, directly or through another, is not found by the compiler: a forbidden include does not
# compile.
function(mandate_room room)
  cmake_parse_arguments(ROOM "" "" "ON;LIBRARIES;HEADERS" ${ARGN})
  set(root ${CMAKE_BINARY_DIR}/rooms/${room})
  file(MAKE_DIRECTORY ${root}/mandate)
  file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR}/${room} ${root}/${room} SYMBOLIC)
  foreach(interface ${room} api.h ${ROOM_HEADERS})
    if(EXISTS ${PROJECT_SOURCE_DIR}/include/mandate/${interface})
      file(CREATE_LINK ${PROJECT_SOURCE_DIR}/include/mandate/${interface}
        ${root}/mandate/${interface} SYMBOLIC)
    endif()
  endforeach()

  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${room}/*.cpp)
  if(room STREQUAL "app")
    list(FILTER sources EXCLUDE REGEX "/app/main\\.cpp$")
  endif()
  add_library(mandate_${room} STATIC ${sources})
  set_target_properties(mandate_${room} PROPERTIES LINKER_LANGUAGE CXX)
  target_include_directories(mandate_${room} PUBLIC ${root})
  list(TRANSFORM ROOM_ON PREPEND mandate_)
  target_link_libraries(mandate_${room} PUBLIC ${ROOM_ON} ${ROOM_LIBRARIES} PRIVATE mandate_warnings)
endfunction()

# The tests of a room mirror it: tests/<room>/*.cpp become one GoogleTest program, `<room>_tests`.
# Those `OF` a target see no more than it shows: of the shared library, what is installed.
function(mandate_room_tests room)
  cmake_parse_arguments(TESTS "" "OF" "" ${ARGN})
  if(NOT TESTS_OF)
    set(TESTS_OF mandate_${room})
  endif()
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${room}/*.cpp)
  if(NOT sources)
    message(FATAL_ERROR "tests/${room} has no test: a room without tests is not a room")
  endif()
  add_executable(${room}_tests ${sources})
  target_link_libraries(${room}_tests PRIVATE
    ${TESTS_OF} mandate_warnings fmt::fmt GTest::gtest GTest::gmock GTest::gtest_main)
  gtest_discover_tests(${room}_tests TEST_PREFIX "${room}/" NO_PRETTY_VALUES DISCOVERY_TIMEOUT 60
    PROPERTIES TIMEOUT 120)
endfunction()

# Missing field initializers: a designated initializer leaves out what has its default.
# Restrict: GCC 12 gives it wrongly for `"literal" + std::string` once inlined (its bug 105651).
# Deprecated declarations: to Clang, std::stable_sort of libstdc++ 12 calls one.
add_library(mandate_warnings INTERFACE)
target_compile_options(mandate_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor
  -Woverloaded-virtual -Wold-style-cast -Wcast-qual -Wformat=2 -Wundef -Wno-missing-field-initializers
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict> $<$<CXX_COMPILER_ID:Clang>:-Wno-deprecated-declarations>
  -Werror)
