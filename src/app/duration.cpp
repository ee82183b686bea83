#include "app/duration.h"

#include <fmt/core.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <system_error>

#include "app/terminal.h"

namespace mandate::app {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t milliseconds;
};

constexpr std::array<Unit, 5> units = {
    Unit{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1000}, {"ms", 1}};
constexpr std::int64_t longest = std::int64_t{3650} * 86'400'000;

std::unexpected<std::string> wrong(std::string_view text, std::string_view why) {
  return std::unexpected(fmt::format("\"{}\" {}", escaped(text), why));
}

}  // namespace

std::expected<std::chrono::milliseconds, std::string> parse_duration(std::string_view text) {
  std::int64_t number = 0;
  const char* const end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error == std::errc::result_out_of_range) return wrong(text, "is longer than 3650d");
  if (error != std::errc{} || number < 0 || text.front() == '-') {
    return wrong(text, "is not a duration: a whole number and one of ms, s, m, h, d, as in 20s");
  }
  for (const Unit& unit : units) {
    if (unit.name != std::string_view(rest, end)) continue;
    if (number > longest / unit.milliseconds) return wrong(text, "is longer than 3650d");
    return std::chrono::milliseconds{number * unit.milliseconds};
  }
  return wrong(text, "does not end in a unit: one of ms, s, m, h, d, as in 20s");
}

std::string duration_text(std::chrono::milliseconds duration) {
  for (const Unit& unit : units) {
    if (duration.count() != 0 && duration.count() % unit.milliseconds == 0) {
      return fmt::format("{}{}", duration.count() / unit.milliseconds, unit.name);
    }
  }
  return "0s";
}

}  // namespace mandate::app
