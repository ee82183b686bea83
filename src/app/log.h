// The log: one line an event on stderr, as JSON or as text.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <spdlog/logger.h>

#include "app/config.h"

namespace mandate::app {

/// A thread-safe logger to stderr. JSON: one object a line, `time` (UTC, milliseconds), `level`,
/// `message`, and the fields of `event`. Text: time, level, message, then `field=value`. In both
/// no octet of a message can break out of its line.
std::shared_ptr<spdlog::logger> make_logger(LogLevel level, LogFormat format);

using LogFields = std::initializer_list<std::pair<std::string_view, std::string>>;

/// A message with fields of its own, which are strings.
std::string event(std::string_view message, LogFields fields);

}  // namespace mandate::app
