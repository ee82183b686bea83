#include "app/commands/paragraph.h"

namespace mandate::app {
namespace {

constexpr std::size_t kWidth = 78;

/// Where the word that begins at `begin` ends: at a space that is not between backticks.
std::size_t end_of_word(std::string_view text, std::size_t begin) {
  for (std::size_t at = begin; at < text.size(); ++at) {
    if (text[at] == ' ') return at;
    if (text[at] != '`') continue;
    const std::size_t closing = text.find('`', at + 1);
    if (closing != text.npos && closing - at < kWidth) at = closing;
  }
  return text.size();
}

}  // namespace

std::string paragraph(std::string_view lead, std::string_view text) {
  const std::string indent(lead.size(), ' ');
  std::string out;
  std::string line(lead);
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = end_of_word(text, begin);
    const std::string_view word = text.substr(begin, end - begin);
    if (line.size() > lead.size() && line.size() + 1 + word.size() > kWidth) {
      out += line + "\n";
      line = indent;
    }
    if (line.size() > lead.size()) line += ' ';
    line += word;
    begin = end + 1;
  }
  return out + line + "\n";
}

}  // namespace mandate::app
