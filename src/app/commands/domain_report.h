// How a sending domain, and a check of it, are told to a person.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>

#include "app/terminal.h"

namespace mandate::app {

/// The status, and the records to publish where the answer has them.
std::string domain_text(const boost::json::object& domain, const Palette& palette);

/// Record objects of docs/api.md, each with what is to be done about it, and each choice on its
/// own.
std::string records_text(const boost::json::array& records, const Palette& palette);

/// The finding, its reason, and a line for each evaluation made.
std::string verification_text(const boost::json::object& check, const Palette& palette);

}  // namespace mandate::app
