// What addresses come to, and how that changes, for people and for programs.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "advice/policy_shift.h"
#include "app/terminal.h"

namespace mandate::app {

/// `pass by ip4:192.0.2.0/28 of mailer.provider.example`, or what is wrong.
std::string standing_text(const advice::Standing& standing);

/// A line a shift behind a label of ten columns: where, from what to what, and through which term.
/// Of many shifts and ranges the first, and how many more there are.
std::string shifts_text(std::string_view label, const std::vector<advice::Shift>& shifts,
                        const Palette& palette);

boost::json::object range_json(const dns::AddressRange& range);
boost::json::object standing_json(const advice::Standing& standing);
boost::json::array shifts_json(const std::vector<advice::Shift>& shifts);

}  // namespace mandate::app
