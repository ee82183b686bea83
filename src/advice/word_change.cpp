#include "advice/word_change.h"

#include <algorithm>
#include <cstdint>
#include <span>

namespace mandate::advice {
namespace {

using spf::Span;

/// Words of a text that can be compared.
struct Words {
  std::string_view text;
  std::vector<Span> spans;
  std::string_view operator[](std::size_t i) const { return spans[i].in(text); }
};

Words words_of(std::string_view text) {
  Words out{text, {}};
  for (std::size_t at = text.find_first_not_of(' '); at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    out.spans.push_back({at, end});
    at = text.find_first_not_of(' ', end);
  }
  return out;
}

/// The words of [begin, end) on either side.
struct Window {
  std::size_t old_begin = 0;
  std::size_t old_end = 0;
  std::size_t new_begin = 0;
  std::size_t new_end = 0;
  std::size_t height() const { return old_end - old_begin; }
  std::size_t width() const { return new_end - new_begin; }
};

/// What is left between what both begin and end with.
Window differing(const Words& before, const Words& after) {
  Window out{0, before.spans.size(), 0, after.spans.size()};
  while (out.height() > 0 && out.width() > 0 && before[out.old_begin] == after[out.new_begin]) {
    ++out.old_begin;
    ++out.new_begin;
  }
  while (out.height() > 0 && out.width() > 0 && before[out.old_end - 1] == after[out.new_end - 1]) {
    --out.old_end;
    --out.new_end;
  }
  return out;
}

/// The length of the longest common subsequence of the words from (i, j) on, for every i and j.
std::vector<std::uint32_t> common_lengths(const Words& before, const Words& after,
                                          const Window& window) {
  const std::size_t row = window.width() + 1;
  std::vector<std::uint32_t> lengths((window.height() + 1) * row, 0);
  for (std::size_t i = window.height(); i-- > 0;) {
    for (std::size_t j = window.width(); j-- > 0;) {
      const bool same = before[window.old_begin + i] == after[window.new_begin + j];
      lengths[i * row + j] = same ? lengths[(i + 1) * row + j + 1] + 1
                                  : std::max(lengths[(i + 1) * row + j], lengths[i * row + j + 1]);
    }
  }
  return lengths;
}

}  // namespace

WordChange word_change(std::string_view old_text, std::string_view new_text) {
  constexpr std::size_t kMostCells = std::size_t{1} << 22;
  const Words before = words_of(old_text);
  const Words after = words_of(new_text);
  const Window window = differing(before, after);
  const bool small = window.height() * window.width() <= kMostCells;
  const std::size_t row = window.width() + 1;
  const auto lengths = small ? common_lengths(before, after, window) : std::vector<std::uint32_t>();
  WordChange out;
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < window.height() || j < window.width()) {
    const bool both = small && i < window.height() && j < window.width();
    if (both && before[window.old_begin + i] == after[window.new_begin + j]) {
      ++i;
      ++j;
    } else if (i < window.height() &&
               (!both || lengths[(i + 1) * row + j] >= lengths[i * row + j + 1])) {
      out.removed.push_back(before.spans[window.old_begin + i++]);
    } else {
      out.added.push_back(after.spans[window.new_begin + j++]);
    }
  }
  return out;
}

}  // namespace mandate::advice
