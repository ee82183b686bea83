#include "advice/character_strings.h"

namespace mandate::advice {

std::vector<std::string> character_strings(std::string_view record) {
  constexpr std::size_t kMost = 255;
  std::vector<std::string> out;
  while (record.size() > kMost) {
    const std::size_t space = record.rfind(' ', kMost - 1);
    const std::size_t size = space == record.npos ? kMost : space + 1;
    out.emplace_back(record.substr(0, size));
    record.remove_prefix(size);
  }
  out.emplace_back(record);
  return out;
}

}  // namespace mandate::advice
