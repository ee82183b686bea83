#include "advice/slow_lookup.h"

#include <fmt/format.h>

#include "advice/rule_table.h"

namespace mandate::advice {

std::optional<Finding> slow_lookups(std::string_view text, std::chrono::milliseconds took,
                                    std::chrono::milliseconds limit) {
  if (took < limit / 2) return std::nullopt;
  const auto seconds = [](std::chrono::milliseconds time) {
    return std::chrono::duration<double>(time).count();
  };
  return Finding{&rule("slow"),
                 {0, text.size()},
                 fmt::format("From here the lookups took {:.1f} of the {:.1f} seconds allowed, "
                             "several at a time; receivers ask one after another.",
                             seconds(took), seconds(limit)),
                 std::nullopt};
}

}  // namespace mandate::advice
