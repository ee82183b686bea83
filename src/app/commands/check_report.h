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

/// The header fields that a receiver adds for the check, as lines.
std::string header_fields_text(const ReceiverCheck& check);

/// The object of docs/cli.md, version 1.
boost::json::object check_json(const ReceiverCheck& check, Detail detail);

}  // namespace mandate::app
