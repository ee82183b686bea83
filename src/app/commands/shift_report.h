// What addresses come to, and how that changes, for people and for programs.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "advice/policy.h"
#include "advice/policy_shift.h"
#include "app/terminal.h"

namespace mandate::app {

/// `pass by ip4:192.0.2.0/28 of mailer.provider.example`, or what is wrong. A very long term is
/// cut.
std::string standing_text(const advice::Standing& standing);

/// A line a shift behind a label of ten columns: where, from what to what, and through which term.
/// Of many shifts and ranges the first, and how many more there are.
std::string shifts_text(std::string_view label, const std::vector<advice::Shift>& shifts,
                        const Palette& palette);

boost::json::object range_json(const dns::AddressRange& range);
boost::json::object standing_json(const advice::Standing& standing);
boost::json::object shift_json(const advice::Shift& shift);
boost::json::array shifts_json(const std::vector<advice::Shift>& shifts);
boost::json::object cost_json(const advice::Cost& cost);

/// A count as `{"ipv4": 16, "ipv6": "18446744073709551616"}`: JSON numbers are not that large.
boost::json::object count_json(const spf::AddressCount& count);

}  // namespace mandate::app
