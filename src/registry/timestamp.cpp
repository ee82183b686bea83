#include "registry/timestamp.h"

#include <algorithm>
#include <concepts>

namespace mandate::registry {
namespace {

using std::chrono::sys_days;
using std::chrono::sys_seconds;

constexpr sys_seconds kFirst = sys_days{std::chrono::year{0} / std::chrono::January / 1};
constexpr sys_seconds kLast =
    sys_days{std::chrono::year{9999} / std::chrono::December / 31} + std::chrono::seconds{86'399};

/// Every answer of a scan has a time, which is why it is not left to a general formatter.
void write(std::string& text, std::size_t at, std::size_t digits, std::integral auto number) {
  for (; digits > 0; --digits) {
    text[at + digits - 1] = static_cast<char>('0' + number % 10);
    number /= 10;
  }
}

}  // namespace

std::string timestamp(sys_seconds time) {
  time = std::clamp(time, kFirst, kLast);
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss clock{time - day};
  std::string text = "0000-00-00T00:00:00Z";
  write(text, 0, 4, static_cast<int>(date.year()));
  write(text, 5, 2, static_cast<unsigned>(date.month()));
  write(text, 8, 2, static_cast<unsigned>(date.day()));
  write(text, 11, 2, clock.hours().count());
  write(text, 14, 2, clock.minutes().count());
  write(text, 17, 2, clock.seconds().count());
  return text;
}

std::optional<sys_seconds> parse_timestamp(std::string_view text) {
  constexpr std::string_view kForm = "0000-00-00T00:00:00Z";
  if (text.size() != kForm.size()) return std::nullopt;
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kForm[i] == '0' ? !digit : text[i] != kForm[i]) return std::nullopt;
  }
  const auto number = [&](std::size_t at, std::size_t digits) {
    int value = 0;
    for (const char c : text.substr(at, digits)) value = value * 10 + (c - '0');
    return value;
  };
  const auto month = static_cast<unsigned>(number(5, 2));
  const auto day = static_cast<unsigned>(number(8, 2));
  const std::chrono::year_month_day date{std::chrono::year{number(0, 4)}, std::chrono::month{month},
                                         std::chrono::day{day}};
  const int hour = number(11, 2);
  const int minute = number(14, 2);
  const int second = number(17, 2);
  if (!date.ok() || hour > 23 || minute > 59 || second > 59) return std::nullopt;
  return sys_seconds{sys_days{date}} + std::chrono::hours{hour} + std::chrono::minutes{minute} +
         std::chrono::seconds{second};
}

}  // namespace mandate::registry
