#include "advice/dmarc_policy.h"

#include <algorithm>
#include <utility>

#include "spf/ascii.h"

namespace mandate::advice {

std::optional<std::string> dmarc_policy(std::string_view text) {
  bool is_first = true;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find(';', begin), text.size());
    std::string tag;
    for (const char c : text.substr(begin, end - begin)) {
      if (c != ' ' && c != '\t') tag += c;
    }
    if (std::exchange(is_first, false) && tag != "v=DMARC1") return std::nullopt;
    if (tag.starts_with("p=")) return spf::lower(tag.substr(2));
    begin = end + 1;
  }
  return std::nullopt;
}

}  // namespace mandate::advice
