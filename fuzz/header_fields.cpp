// Octets as Received-SPF and Authentication-Results fields: what is read is written as one field,
// which reads as the same.
#include "mandate/spf/authentication_results.h"
#include "mandate/spf/received_spf.h"
#include "require.h"

namespace {

using namespace mandate;
using fuzz::require;

/// Nothing but what a header holds, and no line that begins another field.
void check_lines(std::string_view field) {
  require(field.ends_with("\r\n"));
  field.remove_suffix(2);
  for (std::size_t i = 0; i < field.size(); ++i) {
    const auto octet = static_cast<unsigned char>(field[i]);
    const bool fold = field.substr(i).starts_with("\r\n ");
    require(fold || (octet >= 0x20 && octet < 0x7f));
    if (fold) i += 2;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view field = fuzz::octets(data, size);
  if (const auto read = spf::parse_received_spf(field)) {
    const std::string written = spf::text(*read);
    check_lines(written);
    const auto again = spf::parse_received_spf(written);
    require(again.has_value() && spf::text(*again) == written);
  } else {
    require(!read.error().message.empty() && read.error().at <= size);
  }
  if (const auto read = spf::parse_authentication_results(field)) {
    const std::string written = spf::text(*read);
    check_lines(written);
    const auto again = spf::parse_authentication_results(written);
    require(again.has_value() && spf::text(*again) == written);
  } else {
    require(!read.error().message.empty() && read.error().at <= size);
  }
  return 0;
}
