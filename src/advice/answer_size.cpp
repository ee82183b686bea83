#include "advice/answer_size.h"

#include <string>
#include <variant>

namespace mandate::advice {

std::size_t answer_size(const dns::Fact& txt) {
  constexpr std::size_t kHeader = 12;
  constexpr std::size_t kTypeAndClass = 4;
  constexpr std::size_t kRecord = 12;  // with a pointer for its name
  constexpr std::size_t kOpt = 11;
  std::size_t size = kHeader + txt.question.name.wire().size() + 1 + kTypeAndClass + kOpt;
  for (const dns::RecordData& data : txt.records) {
    const auto* held = std::get_if<dns::TxtData>(&data);
    if (held == nullptr) continue;
    size += kRecord;
    for (const std::string& text : held->strings) size += 1 + text.size();
  }
  return size;
}

}  // namespace mandate::advice
