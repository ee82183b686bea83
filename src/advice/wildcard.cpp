#include "advice/wildcard.h"

#include <algorithm>

#include "dns/public_suffix.h"

namespace mandate::advice {

std::optional<dns::Question> wildcard_beside(const dns::Name& name) {
  if (name.is_root() || name.labels().front() == "*") return std::nullopt;
  if (name == dns::registrable_domain(name)) return std::nullopt;
  const auto wildcard = dns::Name::parse("*." + name.parent().text());
  if (!wildcard) return std::nullopt;
  return dns::Question{*wildcard, dns::RecordType::txt};
}

bool answers_alike(const dns::Fact& wildcard, const dns::Fact& of_name) {
  return wildcard.status == dns::Fact::Status::found &&
         std::ranges::is_permutation(wildcard.records, of_name.records);
}

}  // namespace mandate::advice
