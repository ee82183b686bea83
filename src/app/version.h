// The program's version.
#pragma once

namespace mandate::app {

/// As in the project's CMakeLists.txt.
inline constexpr const char* version = MANDATE_VERSION;

}  // namespace mandate::app
