// How a check is told: to a person, and to a program.
#pragma once

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
std::string check_json(const ReceiverCheck& check, Detail detail);
void append_check_json(std::string& out, const ReceiverCheck& check, Detail detail);

}  // namespace mandate::app
