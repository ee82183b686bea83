#include "app/commands/linting.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <utility>

#include "advice/tree_fault.h"
#include "app/exit_code.h"
#include "app/terminal.h"
#include "dns/idna.h"

namespace mandate::app {
namespace {

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

}  // namespace

bool is_record_text(std::string_view subject) {
  return subject.find_first_of(" =:\"\t") != subject.npos;
}

LintReport lint_record(const std::string& text) {
  return {"", false, {{text, advice::lint(text)}}};
}

Attempt<LintReport> lint_domain(const std::string& domain, resolver::Lookup& lookup,
                                std::chrono::milliseconds timeout) {
  const auto named = name_of(domain);
  if (!named) return std::unexpected(named.error());
  const dns::Name& name = *named;
  const auto deadline = std::chrono::steady_clock::now() + timeout;
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

bool reaches(const LintReport& report, advice::Severity severity) {
  return std::ranges::any_of(report.texts, [&](const advice::LintedText& text) {
    const auto found = advice::worst(text.lint);
    return found && *found >= severity;
  });
}

}  // namespace mandate::app
