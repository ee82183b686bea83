#include "advice/zone_apex.h"

#include "dns/public_suffix.h"

namespace mandate::advice {

std::variant<ZoneApex, spf::Questions> zone_apex(const dns::Name& domain, const dns::Facts& facts) {
  const dns::Name registrable = dns::registrable_domain(domain);
  for (dns::Name name = domain;; name = name.parent()) {
    const dns::Question soa{name, dns::RecordType::soa};
    const dns::Fact* known = facts.find(soa);
    if (known == nullptr) return spf::Questions{soa};
    if (known->status == dns::Fact::Status::found) return ZoneApex{name, true};
    if (name == registrable || name.is_root()) return ZoneApex{registrable, false};
  }
}

std::string host_in_zone(const dns::Name& name, const dns::Name& apex) {
  const std::string whole = name.text();
  const std::string zone = apex.text();
  if (!name.is_at_or_below(apex) || name == apex) return "@";
  return apex.is_root() ? whole : whole.substr(0, whole.size() - zone.size() - 1);
}

}  // namespace mandate::advice
