#include "app/commands/lint.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <optional>
#include <utility>

#include "advice/tree_fault.h"
#include "app/commands/lint_report.h"
#include "app/duration.h"
#include "app/exit_code.h"
#include "dns/idna.h"

namespace mandate::app {
namespace {

/// What is to be linted, and which server to ask.
struct Subject {
  std::string text;
  std::string server;
};

Attempt<Subject> subject_of(const std::vector<std::string>& given) {
  Subject out;
  for (const std::string& word : given) {
    std::string& target = word.starts_with('@') ? out.server : out.text;
    if (!target.empty()) {
      return fail(exit_code::usage,
                  fmt::format("lint: \"{}\" is one too many; put a record into quotes: "
                              "mandate lint 'v=spf1 mx -all'",
                              escaped(word)));
    }
    target = word.starts_with('@') ? word.substr(1) : word;
  }
  if (out.text.empty()) {
    return fail(exit_code::usage, "lint: what to lint is missing: a domain, or a record in quotes");
  }
  return out;
}

/// Domains have none of these, and records cannot do without.
bool is_record_text(std::string_view subject) {
  return subject.find_first_of(" =:\"\t") != subject.npos;
}

Attempt<dns::Name> name_of(const std::string& domain) {
  const auto ascii = dns::to_a_labels(domain);
  const auto name = dns::Name::parse(ascii ? *ascii : domain);
  if (!name || name->is_root()) {
    return fail(exit_code::usage,
                fmt::format("lint: \"{}\" is neither a domain nor a record: {}", escaped(domain),
                            name ? "the root has no policy" : dns::describe(name.error())));
  }
  return *name;
}

/// The texts at a name; when just one of them is a record that can be read, its tree as well.
Attempt<LintReport> linted_domain(const dns::Name& name, resolver::Lookup& lookup,
                                  resolver::Deadline deadline) {
  dns::Facts facts;
  const std::array question{dns::Question{name, dns::RecordType::txt}};
  for (dns::Fact& fact : lookup.ask(question, deadline)) facts.add(std::move(fact));
  const dns::Fact& txt = *facts.find(question.front());
  if (txt.status == dns::Fact::Status::failed) {
    return fail(exit_code::unknown, fmt::format("lint: {} could not be looked up: {}",
                                                dns::text(txt.question), txt.detail));
  }
  LintReport out{name.text(), false, advice::lint(txt)};
  if (out.texts.size() != 1) return out;
  const auto record = spf::is_spf_record(out.texts.front().text)
                          ? spf::parse_record(out.texts.front().text)
                          : std::unexpected(spf::SyntaxError{});
  if (!record) return out;
  advice::add(out.texts.front().lint,
              resolver::settle(lookup, facts, deadline, [&](const dns::Facts& known) {
                return advice::tree_faults(name, *record, known);
              }));
  out.dns_checked = true;
  return out;
}

Attempt<LintReport> report_of(const Subject& subject, const LintOptions& options) {
  if (is_record_text(subject.text)) {
    return LintReport{"", false, {{subject.text, advice::lint(subject.text)}}};
  }
  const auto name = name_of(subject.text);
  if (!name) return std::unexpected(name.error());
  DnsOptions source = options.dns;
  if (!subject.server.empty()) source.resolver = subject.server;
  const auto timeout = parse_duration(source.timeout);
  if (!timeout) return fail(exit_code::usage, "lint: --timeout: " + timeout.error());
  const auto lookup = open_dns(source);
  if (!lookup) return std::unexpected(lookup.error());
  return linted_domain(*name, **lookup, std::chrono::steady_clock::now() + *timeout);
}

int print_rules(bool json) {
  fmt::print("{}", json ? boost::json::serialize(rules_json()) + "\n" : rules_text());
  return exit_code::done;
}

}  // namespace

int lint(const LintOptions& options) {
  if (options.rules) return print_rules(options.json);
  const auto fail_on = advice::parse_severity(options.fail_on);
  if (!fail_on) {
    return report({exit_code::usage, "lint: --fail-on is one of info, warning, silent and error"});
  }
  const auto subject = subject_of(options.subjects);
  if (!subject) return report(subject.error());
  if (!subject->server.empty() && (!options.dns.zones.empty() || !options.dns.resolver.empty())) {
    return report({exit_code::usage, "lint: give one of @SERVER, --resolver and --zone"});
  }
  const auto linted = report_of(*subject, options);
  if (!linted) return report(linted.error());
  if (options.json) {
    fmt::print("{}\n", boost::json::serialize(lint_json(*linted)));
  } else {
    fmt::print("{}", lint_text(*linted, Palette(shows_colour(STDOUT_FILENO))));
  }
  const bool found = std::ranges::any_of(linted->texts, [&](const advice::LintedText& text) {
    const auto severity = advice::worst(text.lint);
    return severity && *severity >= *fail_on;
  });
  return found ? exit_code::refused : exit_code::done;
}

}  // namespace mandate::app
