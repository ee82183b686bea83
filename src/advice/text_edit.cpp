#include "advice/text_edit.h"

#include <algorithm>
#include <utility>

namespace mandate::advice {

std::string edited(std::string_view text, std::vector<TextEdit> edits) {
  std::ranges::stable_sort(edits, {}, [](const TextEdit& edit) { return edit.span.begin; });
  std::string out;
  std::size_t done = 0;
  for (const TextEdit& edit : edits) {
    if (edit.span.begin < done) continue;
    out += text.substr(done, edit.span.begin - done);
    out += edit.text;
    done = edit.span.end;
    const bool removed = edit.text.empty() && out.ends_with(' ');
    if (removed && (done == text.size() || text[done] == ' ')) out.pop_back();
  }
  out += text.substr(done);
  return out;
}

TextEdit changed_words(std::string_view before, std::string_view after) {
  const auto at = std::ranges::mismatch(before, after).in1 - before.begin();
  auto head = static_cast<std::size_t>(at);
  while (head > 0 && before[head - 1] != ' ') --head;
  const std::size_t most = std::min(before.size(), after.size()) - head;
  std::size_t tail = 0;
  while (tail < most && before[before.size() - tail - 1] == after[after.size() - tail - 1]) ++tail;
  while (tail > 0 && before[before.size() - tail] != ' ') --tail;
  const std::size_t end = after.size() - tail;
  return {{head, before.size() - tail}, std::string(after.substr(head, end - head))};
}

}  // namespace mandate::advice
