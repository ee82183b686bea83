#include "registry/mailbox.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include "dns/printable.h"

namespace mandate::registry {
namespace {

constexpr std::size_t kMaxLocalPart = 64;  // RFC 5321 section 4.5.3.1.1
constexpr std::size_t kMaxAddress = 254;   // a path of 256 octets less its angle brackets
constexpr std::size_t kMaxInput = 1200;    // U-labels in UTF-8 are longer than their A-labels

std::unexpected<InputError> refuse(std::string code, std::string message) {
  return std::unexpected(InputError{std::move(code), std::move(message)});
}

// RFC 5322 section 3.2.3.
bool is_atext(char c) {
  constexpr std::string_view kSpecial = "!#$%&'*+-/=?^_`{|}~";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         kSpecial.find(c) != kSpecial.npos;
}

bool is_space_or_control(char c) {
  const auto octet = static_cast<std::uint8_t>(c);
  return octet <= 0x20 || octet == 0x7F;
}

// Why a local part is no dot-string (RFC 5321 section 4.1.2), or nothing.
std::optional<std::string> fault_of_local_part(std::string_view local) {
  if (local.empty()) return "nothing stands before the @";
  const auto bad = std::ranges::find_if_not(local, [](char c) { return is_atext(c) || c == '.'; });
  if (bad != local.end()) {
    return fmt::format("`{}` cannot stand before the @", dns::printable({&*bad, 1}));
  }
  if (local.starts_with('.') || local.ends_with('.') || local.find("..") != local.npos) {
    return "a dot begins or ends the part before the @, or two stand together";
  }
  return std::nullopt;
}

// Whether the text is one bare address at all; its parts are looked at later.
std::optional<InputError> fault_of_shape(std::string_view text) {
  const std::string shown = dns::printable(text, 80);
  const auto invalid = [&](std::string_view why) {
    return InputError{"address_invalid", fmt::format("`{}` is not an address: {}.", shown, why)};
  };
  if (text.empty()) {
    return InputError{"address_empty",
                      "The address is empty: give one such as `news@customer.example`."};
  }
  if (text.size() > kMaxInput) {
    return InputError{"address_too_long",
                      fmt::format("The address has {} octets; at most {} are possible.",
                                  text.size(), kMaxAddress)};
  }
  if (text.find_first_of("\"<>()\\") != text.npos) {
    return invalid("give it bare, without a display name, quotes, angle brackets or comments");
  }
  if (text.find_first_of(",;") != text.npos || std::ranges::count(text, '@') > 1) {
    return InputError{"address_several",
                      fmt::format("`{}` is more than one address: give exactly one.", shown)};
  }
  if (std::ranges::any_of(text, is_space_or_control)) {
    return invalid("it has white space or a control character");
  }
  if (text.find('@') == text.npos) return invalid("it has no @");
  return std::nullopt;
}

}  // namespace

std::expected<Mailbox, InputError> parse_mailbox(std::string_view text) {
  if (auto fault = fault_of_shape(text)) return std::unexpected(std::move(*fault));
  const std::size_t at = text.find('@');
  const std::string_view local = text.substr(0, at);
  if (auto fault = fault_of_local_part(local)) {
    return refuse("address_invalid",
                  fmt::format("`{}` is not an address: {}.", dns::printable(text, 80), *fault));
  }
  if (local.size() > kMaxLocalPart) {
    return refuse("address_too_long",
                  fmt::format("The part before the @ has {} octets; at most {} are possible (RFC "
                              "5321 section 4.5.3.1.1).",
                              local.size(), kMaxLocalPart));
  }
  auto domain = parse_host_name(text.substr(at + 1));
  if (!domain) return std::unexpected(std::move(domain.error()));
  Mailbox mailbox{std::string(local), std::move(*domain)};
  if (mailbox.text().size() > kMaxAddress) {
    return refuse("address_too_long",
                  fmt::format("The address has {} octets; at most {} are possible (RFC 5321 "
                              "section 4.5.3.1.3).",
                              mailbox.text().size(), kMaxAddress));
  }
  return mailbox;
}

}  // namespace mandate::registry
