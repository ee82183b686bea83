#include "registry/account.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "dns/printable.h"
#include "dns/utf8.h"

namespace mandate::registry {
namespace {

constexpr std::size_t kMaxId = 64;
constexpr std::size_t kMaxName = 200;

bool is_id_character(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

}  // namespace

std::expected<std::string, std::string> parse_account_id(std::string_view text) {
  if (text.empty()) return std::unexpected("The account id is empty: give 1 to 64 characters.");
  if (text.size() > kMaxId) {
    return std::unexpected(
        fmt::format("The account id has {} characters: give at most {}.", text.size(), kMaxId));
  }
  if (text.front() == '.' || text.front() == '-') {
    return std::unexpected(fmt::format(
        "The account id begins with `{}`: begin it with a letter, a digit or `_`.", text.front()));
  }
  const auto bad = std::ranges::find_if_not(text, is_id_character);
  if (bad != text.end()) {
    return std::unexpected(
        fmt::format("The account id has `{}` at position {}: use only A-Z a-z 0-9 . _ and -.",
                    dns::printable({&*bad, 1}), bad - text.begin() + 1));
  }
  return std::string(text);
}

std::expected<std::string, std::string> parse_account_name(std::string_view text) {
  if (text.size() > kMaxName) {
    return std::unexpected(fmt::format("The account name has {} octets: shorten it to at most {}.",
                                       text.size(), kMaxName));
  }
  if (!dns::is_utf8(text)) return std::unexpected("The account name is not UTF-8: send it as UTF-8.");
  if (dns::has_control_character(text)) {
    return std::unexpected("The account name has a control character: leave it out.");
  }
  return std::string(text);
}

}  // namespace mandate::registry
