// Octets as a DMARC record: what is said of it is printable and bounded, what is read is what
// receivers go by, and a tag that nobody knows changes nothing.
#include "advice/dmarc_record.h"

#include <algorithm>
#include <string>

#include "require.h"

namespace {

using namespace mandate;
using fuzz::require;

void check_text(const std::string& text) {
  require(!text.empty() && text.size() < 2000);
  require(std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f; }));
}

void check(const advice::DmarcRecord& record, std::string_view text) {
  require(record.percent >= 0 && record.percent <= 100);
  require(record.faults.size() <= 12);  // each of six tags once as repeated and once as malformed
  for (const std::string& fault : record.faults) check_text(fault);
  for (const std::string& uri : record.reports) {
    require(text.contains(uri) && uri.find_first_of(",; \t\r\n") == uri.npos);
  }
}

bool same_policy(const advice::DmarcRecord& a, const advice::DmarcRecord& b) {
  return a.policy == b.policy && a.subdomain_policy == b.subdomain_policy && a.spf == b.spf &&
         a.dkim == b.dkim && a.percent == b.percent && a.reports == b.reports;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::octets(data, size);
  const auto record = advice::parse_dmarc_record(text);
  if (record) {
    check(*record, text);
  } else {
    check_text(record.error());
  }
  const std::string more = std::string(text) + ";unknown=tag";
  const auto again = advice::parse_dmarc_record(more);
  require(record.has_value() == again.has_value());
  if (record) require(same_policy(*record, *again));
  // The version stands in front; what stands behind does not make it another.
  require(advice::is_dmarc_record(text) == advice::is_dmarc_record(more));
  return 0;
}
