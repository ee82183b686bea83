#include "dns/alias.h"

namespace mandate::dns {

std::optional<Name> alias_target(const Fact& cname) {
  for (const RecordData& data : cname.records) {
    if (const auto* held = std::get_if<NameData>(&data)) return held->target;
  }
  return std::nullopt;
}

std::optional<Name> alias_target(const Name& name, const Facts& facts) {
  const Fact* const cname = facts.find({name, RecordType::cname});
  return cname == nullptr ? std::nullopt : alias_target(*cname);
}

}  // namespace mandate::dns
