// Linting one subject: a record's text, or what a domain has.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "app/commands/lint_report.h"
#include "app/failure.h"
#include "mandate/spf/check_host.h"
#include "resolver/lookup.h"

namespace mandate::app {

/// The DNS that domains are linted in.
struct LintDns {
  resolver::Lookup& lookup;
  std::chrono::milliseconds timeout;  ///< of one domain
  bool is_in_memory = false;          ///< zone files: TTLs are whole, and answers take no time
};

LintReport lint_record(const std::string& text);

/// What the DNS of a lint is.
struct LintScope {
  bool is_in_memory = false;  ///< zone files: TTLs are whole, and answers take no time
  /// That of this one domain, against which the time of its lookups is held. Nothing: others are
  /// asked for at the same time, so that it tells nothing.
  std::optional<std::chrono::milliseconds> timeout;
};

/// `lint_domain` as a step of `resolver::settle` or of an errand: goes on as far as the facts
/// reach.
class LintStep {
 public:
  LintStep(dns::Name name, const LintScope& scope) : name_(std::move(name)), scope_(scope) {}
  std::variant<Attempt<LintReport>, spf::Questions> operator()(const dns::Facts& facts);

 private:
  /// Each gives the questions that it lacks; none when it is done, or failed.
  spf::Questions look_at_texts(const dns::Facts& facts);
  spf::Questions look_at_time(const dns::Facts& facts);
  spf::Questions look_at_tree(const dns::Facts& facts);
  spf::Questions look_at_name(const dns::Facts& facts);
  spf::Questions leave_out_servers(const dns::Facts& facts);

  dns::Name name_;
  LintScope scope_;
  int parts_done_ = 0;
  std::optional<std::chrono::steady_clock::time_point> time_begun_;
  Attempt<LintReport> report_;
};

/// The texts at a name, and what else stands there; when just one of them is a record that can be
/// read, its tree as well. The error is a call that makes no sense, or a DNS that cannot be asked.
Attempt<LintReport> lint_domain(const std::string& domain, const LintDns& dns);

/// Takes out of a report what is known by some rules, and that they were not looked at.
void ignore(LintReport& report, std::vector<const advice::Rule*> rules);

/// 1 when some finding is of that severity or worse; else 3 when a lookup failed that would tell.
int exit_code_of(const LintReport& report, advice::Severity fail_on);

}  // namespace mandate::app
