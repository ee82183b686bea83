#include "app/commands/marked_text.h"

#include <fmt/core.h>

#include <algorithm>

namespace mandate::app {
namespace {

constexpr std::size_t kWidth = 72;  // columns: with indent and dots those of a usual terminal
constexpr std::size_t kAhead = 24;  // columns in front of a mark
constexpr std::string_view kDots = "...";

std::size_t columns_of(std::string_view text) {
  return escaped(text).size();  // where one octet may take four
}

/// The octets behind `begin` that fit into so many columns: their end.
std::size_t end_within(std::string_view text, std::size_t begin, std::size_t columns) {
  std::size_t end = begin;
  for (std::size_t used = 0; end < text.size(); ++end) {
    used += columns_of(text.substr(end, 1));
    if (used > columns) break;
  }
  return end;
}

/// The same in front of `end`: their begin.
std::size_t begin_within(std::string_view text, std::size_t end, std::size_t columns) {
  std::size_t begin = end;
  for (std::size_t used = 0; begin > 0; --begin) {
    used += columns_of(text.substr(begin - 1, 1));
    if (used > columns) break;
  }
  return begin;
}

/// The part of a text that is shown for a mark: all of it when it fits.
spf::Span shown_part(std::string_view text, std::size_t mark) {
  spf::Span out{begin_within(text, mark, kAhead), 0};
  out.end = end_within(text, out.begin, kWidth);
  if (out.end == text.size()) out.begin = begin_within(text, text.size(), kWidth);
  if (out.begin == 0) out.end = end_within(text, 0, kWidth);
  return out;
}

}  // namespace

std::string marked_text(std::string_view text, const spf::Span& span, const Palette& palette) {
  const std::size_t begin = std::min(span.begin, text.size());
  const std::size_t end = std::clamp(span.end, begin, text.size());
  const spf::Span part = shown_part(text, begin);
  const std::string_view ahead = part.begin > 0 ? kDots : "";
  const std::string_view behind = part.end < text.size() ? kDots : "";
  const std::size_t column = ahead.size() + columns_of(text.substr(part.begin, begin - part.begin));
  const std::size_t last = std::clamp(end, begin, std::max(begin, part.end));
  const std::size_t width = columns_of(text.substr(begin, last - begin));
  return fmt::format("  {}{}{}\n  {:{}}{}\n", ahead, escaped(part.in(text)), behind, "", column,
                     palette.strong("^" + std::string(width > 0 ? width - 1 : 0, '~')));
}

std::string begin_of(std::string_view text) {
  const std::size_t end = end_within(text, 0, kWidth);
  return escaped(text.substr(0, end)) + std::string(end < text.size() ? kDots : "");
}

}  // namespace mandate::app
