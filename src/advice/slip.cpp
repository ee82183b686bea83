#include "advice/slip.h"

#include <algorithm>

namespace mandate::advice {

bool is_one_slip_from(std::string_view word, std::string_view meant) {
  const auto [a, b] = std::ranges::mismatch(word, meant);
  const std::string_view left(a, word.end());
  const std::string_view right(b, meant.end());
  if (left.empty() && right.empty()) return true;
  const auto rest = [](std::string_view text, std::size_t n) {
    return text.size() < n ? std::string_view() : text.substr(n);
  };
  if (left.size() == right.size() + 1) return rest(left, 1) == right;
  if (left.size() + 1 == right.size()) return left == rest(right, 1);
  if (left.size() != right.size()) return false;
  const bool exchanged = left.size() >= 2 && left[0] == right[1] && left[1] == right[0];
  return rest(left, 1) == rest(right, 1) || (exchanged && rest(left, 2) == rest(right, 2));
}

}  // namespace mandate::advice
