// What `mandate lint` found, for people and for programs.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <vector>

#include "advice/lint.h"
#include "app/terminal.h"

namespace mandate::app {

/// Rules that were not looked at, or not everywhere.
struct Unchecked {
  std::string need;  ///< what is missing for them: `the DNS`
  std::vector<const advice::Rule*> rules;
  bool lookup_failed = false;  ///< which is why
};

struct LintReport {
  std::string domain;        ///< empty: the text was given
  bool dns_checked = false;  ///< what needs the DNS of the names in it was looked at, all of it
  std::vector<advice::LintedText> texts;
  std::vector<Unchecked> unchecked;
  std::vector<const advice::Rule*> ignored;  ///< asked not to be held against it

  /// So that nobody knows of some rules whether they hold.
  bool lookup_failed() const;
};

/// `names_unchecked`: the ids of the rules that were not looked at, not only their number.
std::string lint_text(const LintReport& report, bool names_unchecked, const Palette& palette);
boost::json::value lint_json(const LintReport& report);

std::string rules_text();
boost::json::value rules_json();

}  // namespace mandate::app
