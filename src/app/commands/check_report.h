// How a check is told: to a person, and to a program.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "app/commands/receiver_check.h"
#include "app/terminal.h"

namespace mandate::app {

/// Several lines: the result and whom it is of, the deciding term under a caret, the problem or the
/// explanation, the trace.
std::string check_text(const ReceiverCheck& check, const Palette& palette);

/// The object of docs/cli.md, version 1; `with_trace` adds the trace.
boost::json::object check_json(const ReceiverCheck& check, bool with_trace);

}  // namespace mandate::app
