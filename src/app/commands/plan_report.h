// What `mandate plan` found, for people, for programs, and for the tools that keep zones.
#pragma once

#include <boost/json/object.hpp>
#include <expected>
#include <string>
#include <string_view>

#include "app/commands/planning.h"
#include "app/terminal.h"

namespace mandate::app {

/// The verdict in the first line, the value to paste in the second, the change, the proof.
std::string plan_text(const Planned& planned, const Palette& palette);
boost::json::object plan_json(const Planned& planned);

/// A template of Domain Connect with one SPFM record, and where it is applied. `host` as
/// `domain_connect_host` has it.
boost::json::object domain_connect_json(const Planned& planned, const std::string& host);

}  // namespace mandate::app
