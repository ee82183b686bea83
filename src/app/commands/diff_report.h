// What changes between policies, for people and for programs.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <vector>

#include "advice/policy.h"
#include "advice/policy_shift.h"
#include "app/terminal.h"

namespace mandate::app {

/// The policies of one name.
struct NameDiff {
  std::string title;
  std::string before;  ///< the domain whose policy it is
  std::string after;
  advice::PolicyShift shift;
  advice::Cost cost_before;
  advice::Cost cost_after;
  std::vector<std::string> not_looked_up;  ///< questions without an answer: `NAME TYPE`
  bool lacks_domain = false;               ///< see `asked_of_no_domain`
  bool has_record = true;                  ///< on either side; else there is nothing to compare

  bool changes() const { return !shift.changes.empty(); }
  bool is_proven() const { return has_record && shift.undecided.empty() && not_looked_up.empty(); }
};

struct DiffReport {
  std::string before;  ///< OLD and NEW, as given
  std::string after;
  std::vector<NameDiff> names;
};

/// A verdict for each name, then what changes and through which terms; of many changes and ranges
/// the first, unless `all`.
std::string diff_text(const DiffReport& report, const Palette& palette, bool all);
boost::json::value diff_json(const DiffReport& report);

}  // namespace mandate::app
