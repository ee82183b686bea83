# Rooms once more, compiled with sanitizers: they are of no use to a part of a
# program, and what ./test builds is the release.
#
#   mandate_sanitized_rooms(fuzzed_rooms address,undefined dns spf)
#
# In a build that has sanitizers of its own, or is for fuzzing, the target is just those rooms.
function(mandate_sanitized_rooms target sanitizers)
  if(MANDATE_FUZZ OR CMAKE_CXX_FLAGS MATCHES "-fsanitize")
    add_library(${target} INTERFACE)
    list(TRANSFORM ARGN PREPEND mandate_)
    target_link_libraries(${target} INTERFACE ${ARGN})
    return()
  endif()
  add_library(${target} STATIC)
  foreach(room ${ARGN})
    get_target_property(sources mandate_${room} SOURCES)
    target_sources(${target} PRIVATE ${sources})
    target_include_directories(${target} PUBLIC
      $<TARGET_PROPERTY:mandate_${room},INTERFACE_INCLUDE_DIRECTORIES>)
    # The libraries of others; the rooms below are compiled here.
    get_target_property(libraries mandate_${room} INTERFACE_LINK_LIBRARIES)
    list(FILTER libraries INCLUDE REGEX "::|^mandate_asio$")
    target_link_libraries(${target} PUBLIC ${libraries})
  endforeach()
  # ThreadSanitizer knows no fences.
  target_compile_definitions(${target}
    PRIVATE MANDATE_VERSION="${PROJECT_VERSION}" PUBLIC BOOST_ASIO_DISABLE_FENCED_BLOCK)
  # The vptr check opens a pipe, where a test leaves no descriptor.
  set(flags -fsanitize=${sanitizers} -fno-sanitize=vptr -fno-sanitize-recover=all)
  target_compile_options(${target} PUBLIC ${flags} -O1 -g1 -U_FORTIFY_SOURCE)
  target_link_options(${target} PUBLIC ${flags})
endfunction()
