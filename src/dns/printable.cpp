#include "dns/printable.h"

#include "dns/presentation.h"

namespace mandate::dns {

std::string printable(std::string_view text, std::size_t limit) {
  std::string out;
  for (const char c : text.substr(0, limit)) {
    if (c == '\\') out += '\\';
    append_octet(out, c);
  }
  if (text.size() > limit) out += "...";
  return out;
}

}  // namespace mandate::dns
