#include "registry/domain_name.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <utility>

#include "dns/idna.h"
#include "dns/printable.h"
#include "dns/public_suffix.h"
#include "dns/trimmed.h"
#include "mandate/dns/ip_address.h"

namespace mandate::registry {
namespace {

// Four octets of UTF-8 for each of the 253 characters that a name can have, and some white space.
constexpr std::size_t kMaxInput = 1100;
constexpr std::size_t kMaxName = 253;

std::unexpected<InputError> refuse(std::string code, std::string message) {
  return std::unexpected(InputError{std::move(code), std::move(message)});
}

std::string_view without_trailing_dot(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  return text;
}

bool is_ascii(char c) {
  return static_cast<std::uint8_t>(c) < 0x80;
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_host_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) || c == '-' || c == '.';
}

bool is_address(std::string_view text) {
  if (text.starts_with('[') && text.ends_with(']')) return true;
  return dns::IpAddress::parse(without_trailing_dot(text)).has_value();
}

// What people paste instead of a domain; nothing when it is none of it.
std::optional<InputError> mistaken_kind(std::string_view text) {
  const std::string shown = dns::printable(text, 80);
  if (is_address(text)) {
    return InputError{"domain_is_address",
                      fmt::format("`{}` is an IP address: give a domain name.", shown)};
  }
  if (text.find('/') != text.npos) {
    return InputError{"domain_is_url",
                      fmt::format("`{}` is a URL: give the domain alone, without the scheme and "
                                  "the path.",
                                  shown)};
  }
  if (text.find('@') != text.npos) {
    return InputError{"domain_is_mailbox",
                      fmt::format("`{}` is a mailbox: give only what stands behind the @.", shown)};
  }
  if (text.find(':') != text.npos) {
    return InputError{"domain_is_url",
                      fmt::format("`{}` has a scheme or a port: give the domain alone.", shown)};
  }
  return std::nullopt;
}

std::expected<std::string, InputError> to_ascii(std::string_view text) {
  auto ascii = dns::to_a_labels(text);
  if (ascii) return std::move(*ascii);
  if (ascii.error().too_long) {
    return refuse("domain_too_long",
                  fmt::format("The domain has more than {} characters.", kMaxName));
  }
  return refuse("domain_invalid", fmt::format("`{}` is not a domain name: {} (IDNA 2008).",
                                              dns::printable(text, 80), ascii.error().reason));
}

// A label of a host name (RFC 952, RFC 1123 section 2.1).
std::optional<std::string> fault_of_label(std::string_view label) {
  if (label.empty()) return "it has an empty label: remove the dot too many";
  if (label.size() > 63) return "a label has more than 63 characters";
  if (label.starts_with('-') || label.ends_with('-')) {
    return fmt::format("the label `{}` begins or ends with a hyphen", label);
  }
  return std::nullopt;
}

std::expected<dns::Name, InputError> host_name_from_ascii(std::string_view ascii) {
  const std::string shown = dns::printable(ascii, 80);
  const auto invalid = [&](std::string_view why) {
    return refuse("domain_invalid", fmt::format("`{}` is not a domain name: {}.", shown, why));
  };
  if (auto mistake = mistaken_kind(ascii)) return std::unexpected(std::move(*mistake));
  const auto bad = std::ranges::find_if_not(ascii, is_host_character);
  if (bad != ascii.end()) {
    return invalid(fmt::format("`{}` cannot be in a host name", dns::printable({&*bad, 1})));
  }
  ascii = without_trailing_dot(ascii);
  if (ascii.empty())
    return refuse("domain_empty",
                  "The domain is empty: give one such as "
                  "`customer.example`.");
  for (std::size_t begin = 0; begin <= ascii.size();) {
    const std::size_t end = std::min(ascii.find('.', begin), ascii.size());
    if (auto fault = fault_of_label(ascii.substr(begin, end - begin))) return invalid(*fault);
    begin = end + 1;
  }
  const std::size_t last_dot = ascii.rfind('.');
  if (last_dot == ascii.npos) {
    return refuse("domain_single_label",
                  fmt::format("`{}` is a single label: give the whole domain, such as "
                              "`{}.example`.",
                              shown, shown));
  }
  if (std::ranges::all_of(ascii.substr(last_dot + 1), is_digit)) {
    return invalid("its last label is a number");
  }
  auto name = dns::Name::parse(ascii);
  if (!name && name.error() == dns::NameError::name_too_long) {
    return refuse("domain_too_long",
                  fmt::format("The domain has {} characters; a domain name has at most {}.",
                              ascii.size(), kMaxName));
  }
  if (!name) return invalid(dns::describe(name.error()));
  return *name;
}

bool has_a_label(const dns::Name& name) {
  return std::ranges::any_of(name.labels(),
                             [](std::string_view label) { return label.starts_with("xn--"); });
}

}  // namespace

std::expected<dns::Name, InputError> parse_host_name(std::string_view text) {
  text = dns::trimmed(text, " \t\r\n\f\v");
  if (text.empty() || text == ".") {
    return refuse("domain_empty", "The domain is empty: give one such as `customer.example`.");
  }
  if (text.size() > kMaxInput) {
    return refuse("domain_too_long",
                  fmt::format("The domain has {} octets; a domain name has at most {} characters.",
                              text.size(), kMaxName));
  }
  if (auto mistake = mistaken_kind(text)) return std::unexpected(std::move(*mistake));
  // Nothing but letters, digits, hyphens and dots reaches the library in ASCII: a NUL would end
  // its string early.
  const auto bad =
      std::ranges::find_if(text, [](char c) { return is_ascii(c) && !is_host_character(c); });
  if (bad != text.end()) {
    return refuse("domain_invalid",
                  fmt::format("`{}` is not a domain name: `{}` cannot be in a host name.",
                              dns::printable(text, 80), dns::printable({&*bad, 1})));
  }
  if (std::ranges::all_of(text, is_ascii)) {
    // Read first, for the more exact message. Only A-labels need the library then, which would
    // refuse other labels with two hyphens in the third place (`r3---x`) that hosts do have.
    auto name = host_name_from_ascii(text);
    if (!name || !has_a_label(*name)) return name;
  }
  const auto ascii = to_ascii(text);
  if (!ascii) return std::unexpected(ascii.error());
  return host_name_from_ascii(*ascii);
}

std::expected<dns::Name, InputError> parse_sending_domain(std::string_view text) {
  auto name = parse_host_name(text);
  if (!name) return name;
  const std::string shown = name->text();
  if (!dns::knows_public_suffixes()) {
    // Fails closed: without the list a whole public suffix could be listed.
    return refuse("domain_is_public_suffix",
                  "The public suffix list is not installed, so no domain can be accepted: install "
                  "the package `publicsuffix`.");
  }
  if (dns::is_public_suffix(*name)) {
    return refuse("domain_is_public_suffix",
                  fmt::format("`{}` is a public suffix, under which others register their names: "
                              "give the domain below it that is yours.",
                              shown));
  }
  return name;
}

}  // namespace mandate::registry
