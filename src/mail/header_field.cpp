#include "mail/header_field.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

#include "mail/encoded_word.h"

namespace mandate::mail {
namespace {

constexpr std::string_view kFold = "\r\n ";
constexpr std::size_t kLineWish = 78;          // RFC 5322 section 2.1.1
constexpr std::size_t kEncodedLineLimit = 76;  // RFC 2047 section 2
constexpr std::size_t kPlainWordLimit = 64;

bool is_printable_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f; });
}

// Text that a reader would take for an encoded word, though it is none, must be encoded itself.
bool looks_encoded(std::string_view text) {
  return text.find("=?") != std::string_view::npos;
}

// Words of moderate length with single spaces between: a line can then be folded at any space,
// and unfolding gives back exactly the same text.
bool folds_as_it_is(std::string_view text) {
  if (!is_printable_ascii(text) || looks_encoded(text)) return false;
  std::size_t word = 0;
  for (const char c : text) {
    if (c == ' ' && word == 0) return false;
    word = c == ' ' ? 0 : word + 1;
    if (word > kPlainWordLimit) return false;
  }
  return text.empty() || text.back() != ' ';
}

std::string folded(std::string_view name, std::string_view value) {
  std::string out = fmt::format("{}:", name);
  std::size_t column = out.size();
  while (!value.empty()) {
    const std::size_t end = std::min(value.find(' '), value.size());
    if (column + 1 + end > kLineWish) {
      out += kFold;
      column = 1;
    } else {
      out += ' ';
      ++column;
    }
    out += value.substr(0, end);
    column += end;
    value.remove_prefix(std::min(end + 1, value.size()));
  }
  return out;
}

std::string encoded(std::string_view name, std::string_view value) {
  std::string out = fmt::format("{}: ", name);
  bool first = true;
  for (const std::string& word : encoded_words(value, kEncodedLineLimit - out.size())) {
    if (!first) out += kFold;
    out += word;
    first = false;
  }
  return out;
}

// RFC 5322 section 3.2.4.
std::string quoted_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace

std::string unstructured_field(std::string_view name, std::string_view value) {
  return (folds_as_it_is(value) ? folded(name, value) : encoded(name, value)) + "\r\n";
}

std::string mailbox_field(std::string_view name, std::string_view display_name,
                          std::string_view address) {
  if (display_name.empty()) return fmt::format("{}: {}\r\n", name, address);
  const bool as_it_is = is_printable_ascii(display_name) && !looks_encoded(display_name) &&
                        display_name.size() <= kPlainWordLimit;
  std::string out = as_it_is ? fmt::format("{}: {}", name, quoted_string(display_name))
                             : encoded(name, display_name);
  const std::size_t column = out.size() - (out.rfind('\n') + 1);  // npos + 1 is 0
  const std::size_t limit = as_it_is ? kLineWish : kEncodedLineLimit;
  out += column + address.size() + 3 > limit ? kFold : std::string_view(" ");
  return out + fmt::format("<{}>\r\n", address);
}

std::string date_time(std::chrono::sys_seconds at) {
  static constexpr std::array<std::string_view, 7> kDays{"Sun", "Mon", "Tue", "Wed",
                                                         "Thu", "Fri", "Sat"};
  static constexpr std::array<std::string_view, 12> kMonths{
      "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(at);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{at - day};
  return fmt::format(
      "{}, {:02} {} {:04} {:02}:{:02}:{:02} +0000",
      kDays.at(std::chrono::weekday{day}.c_encoding()), static_cast<unsigned>(date.day()),
      kMonths.at(static_cast<unsigned>(date.month()) - 1), static_cast<int>(date.year()),
      time.hours().count(), time.minutes().count(), time.seconds().count());
}

}  // namespace mandate::mail
