// The known word that a person most likely meant.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace mandate::app {

/// The candidate with the fewest insertions, deletions, replacements and swaps of neighbours away
/// from `word`, case apart; nothing when even that one differs in more than a third of its letters.
/// Of equals, the first.
std::optional<std::string_view> nearest(std::string_view word,
                                        std::span<const std::string_view> candidates);

}  // namespace mandate::app
