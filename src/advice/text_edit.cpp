#include "advice/text_edit.h"

#include <algorithm>
#include <utility>

namespace mandate::advice {

std::string edited(std::string_view text, std::vector<TextEdit> edits) {
  std::ranges::sort(edits, {}, [](const TextEdit& edit) { return edit.span.begin; });
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

}  // namespace mandate::advice
