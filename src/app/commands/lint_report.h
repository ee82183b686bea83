// What `mandate lint` found, for people and for programs.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <vector>

#include "advice/lint.h"
#include "app/terminal.h"

namespace mandate::app {

struct LintReport {
  std::string domain;        ///< empty: the text was given
  bool dns_checked = false;  ///< what needs the DNS of other names was looked at
  std::vector<advice::LintedText> texts;
};

std::string lint_text(const LintReport& report, const Palette& palette);
boost::json::value lint_json(const LintReport& report);

std::string rules_text();
boost::json::value rules_json();

}  // namespace mandate::app
