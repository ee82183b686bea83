#include "dns/idna.h"

#include <idn2.h>

#include <cstdint>
#include <memory>

namespace mandate::dns {

std::expected<std::string, IdnaError> to_a_labels(std::string_view text) {
  // The C interface takes octets as unsigned, and ends at a zero.
  if (text.find('\0') != text.npos) return std::unexpected(IdnaError{false, "it has a zero octet"});
  const std::basic_string<std::uint8_t> octets(text.begin(), text.end());
  std::uint8_t* out = nullptr;
  const int status = idn2_lookup_u8(octets.c_str(), &out, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
  const std::unique_ptr<std::uint8_t, void (*)(void*)> owner(out, idn2_free);
  if (status != IDN2_OK) {
    return std::unexpected(IdnaError{status == IDN2_TOO_BIG_DOMAIN, idn2_strerror(status)});
  }
  std::string ascii;
  for (const std::uint8_t* octet = out; *octet != 0; ++octet) ascii += static_cast<char>(*octet);
  return ascii;
}

}  // namespace mandate::dns
