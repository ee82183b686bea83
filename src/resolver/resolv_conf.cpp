// The parts of resolv.conf(5) that matter to a client which asks for whole names only.
#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>

#include "resolver/stub_options.h"

namespace mandate::resolver {
namespace {

constexpr std::string_view blank = " \t\r";
constexpr std::size_t most_servers = 3;  // MAXNS
constexpr int most_seconds = 30;         // RES_MAXRETRANS
constexpr int most_attempts = 5;         // RES_MAXRETRY

// Takes the text before the first of `ends`, which is dropped with it, off the front.
std::string_view take(std::string_view& text, std::string_view ends) {
  const std::size_t end = std::min(text.find_first_of(ends), text.size());
  const std::string_view taken = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return taken;
}

std::string_view take_word(std::string_view& line) {
  line.remove_prefix(std::min(line.find_first_not_of(blank), line.size()));
  return take(line, blank);
}

// Nothing unless all of `word` is `key` and decimal digits. As the C library does, a value over
// the limit is the limit; zero, with which nothing would ever be asked, is one.
std::optional<int> option_value(std::string_view word, std::string_view key, int most) {
  if (!word.starts_with(key)) return std::nullopt;
  word.remove_prefix(key.size());
  if (word.empty() || word.find_first_not_of("0123456789") != std::string_view::npos) {
    return std::nullopt;
  }
  int value = 0;
  const auto parsed = std::from_chars(word.data(), word.data() + word.size(), value);
  if (parsed.ec == std::errc::result_out_of_range) return most;
  return std::clamp(value, 1, most);
}

void read_options(std::string_view line, StubOptions& options) {
  for (std::string_view word = take_word(line); !word.empty(); word = take_word(line)) {
    if (const auto seconds = option_value(word, "timeout:", most_seconds)) {
      options.timeout = std::chrono::seconds{*seconds};
    }
    if (const auto rounds = option_value(word, "attempts:", most_attempts)) {
      options.attempts = *rounds;
    }
    if (word == "rotate") options.rotate = true;
  }
}

}  // namespace

StubOptions parse_resolv_conf(std::string_view contents) {
  StubOptions options;
  while (!contents.empty()) {
    std::string_view line = take(contents, "\n");
    // The keyword must begin the line; so `#` and `;` there begin no keyword.
    const std::string_view keyword = take(line, blank);
    if (keyword == "options") read_options(line, options);
    if (keyword != "nameserver" || options.servers.size() == most_servers) continue;
    std::string_view value = take_word(line);
    // An address with a scope (fe80::1%eth0) has no place in a Server and is passed over.
    if (const auto address = dns::IpAddress::parse(take(value, "#;"))) {
      options.servers.push_back(Server{*address});
    }
  }
  if (options.servers.empty()) {
    options.servers.push_back(Server{dns::IpAddress::v4({127, 0, 0, 1})});
  }
  return options;
}

}  // namespace mandate::resolver
