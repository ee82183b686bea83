#include "app/commands/policy_subject.h"

#include <fmt/core.h>

#include <algorithm>

#include "app/commands/inquiry.h"
#include "app/exit_code.h"
#include "app/terminal.h"
#include "mandate/spf/record.h"

namespace mandate::app {

const dns::Name& no_domain() {
  static const dns::Name name = dns::Name::parse("record.invalid").value();
  return name;
}

Attempt<PolicySubject> record_subject(std::string_view command, const std::string& text,
                                      const std::optional<dns::Name>& at) {
  if (spf::is_spf_record(text)) return PolicySubject{at.value_or(no_domain()), text};
  return fail(exit_code::usage,
              fmt::format("{}: \"{}\" is not an SPF record, which begins with \"v=spf1 \"; "
                          "`mandate lint` says what is wrong with it",
                          command, escaped(text)));
}

Attempt<std::optional<dns::Name>> domain_option(std::string_view command, const std::string& text) {
  if (text.empty()) return std::nullopt;
  auto name = domain_argument(command, text);
  if (!name) return std::unexpected(std::move(name.error()));
  return std::optional(std::move(*name));
}

dns::Facts facts_of(const PolicySubject& subject) {
  dns::Facts facts;
  if (!subject.record) return facts;
  dns::Fact given;
  given.question = {subject.domain, dns::RecordType::txt};
  given.status = dns::Fact::Status::found;
  given.records = {dns::TxtData{{*subject.record}}};
  facts.add(std::move(given));
  return facts;
}

bool asked_of_no_domain(const dns::Facts& facts) {
  return std::ranges::any_of(facts, [](const auto& known) {
    const dns::Question& question = known.first;
    const bool is_record = question.name == no_domain() && question.type == dns::RecordType::txt;
    return !is_record && question.name.is_at_or_below(no_domain());
  });
}

}  // namespace mandate::app
