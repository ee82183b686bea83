// A macro string and values for its letters: it parses the same from its own text, and expands to
// what the sizes of its parts allow.
#include <algorithm>
#include <string>

#include "mandate/spf/macro.h"
#include "require.h"

namespace {

using namespace mandate;
using fuzz::require;

/// RFC 7208 section 7.3: whole labels go from the left, and the last label, though it be empty, is
/// never cut.
void check_truncation(std::string_view expanded) {
  const std::string kept = spf::truncate_domain(std::string(expanded));
  require(expanded.ends_with(kept));
  const std::string_view name =
      std::string_view(kept).substr(0, kept.size() - (kept.ends_with('.') ? 1 : 0));
  require(name.size() <= 253 || name.find('.') >= name.size() - 1);
}

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~").contains(c);
}

/// An octet takes three at most, escaped for a URL (RFC 3986 section 2.1); literal ones one.
void check_size(const spf::MacroString& macro, std::string_view expanded, std::size_t longest) {
  const std::size_t parts = std::max<std::size_t>(1, macro.parts().size());
  require(expanded.size() <= macro.text().size() + parts * 3 * (longest + 1));
}

/// Upper case escapes every octet but the unreserved ones.
void check_escaping(std::string_view text, spf::MacroValues values) {
  values.sender = text;
  const auto macro = spf::MacroString::parse("%{S}", spf::MacroString::Use::modifier);
  const std::string out = spf::expand(*macro, values);
  for (std::size_t i = 0; i < out.size(); ++i) {
    require(is_unreserved(out[i]) || out[i] == '%');
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using Use = spf::MacroString::Use;
  const std::string_view all = fuzz::octets(data, size);
  const std::size_t cut = std::min(all.find('\n'), all.size());
  const std::string_view text = all.substr(0, cut);
  const std::string value(all.substr(std::min(cut + 1, all.size())));
  const spf::MacroValues values{.sender = value + "@" + value,
                                .local_part = value,
                                .sender_domain = value,
                                .domain = value,
                                .ip = value,
                                .validated_name = value,
                                .address_family = "in-addr",
                                .helo = value,
                                .readable_ip = value,
                                .receiver = value,
                                .timestamp = value};
  check_escaping(value, values);
  for (const Use use : {Use::domain_spec, Use::explanation, Use::modifier}) {
    const auto macro = spf::MacroString::parse(text, use);
    if (!macro) {
      require(!macro.error().empty());
      continue;
    }
    require(macro->text() == text);
    const std::string expanded = spf::expand(*macro, values);
    require(expanded == spf::expand(*macro, values));
    check_size(*macro, expanded, 2 * value.size() + 1);
    check_truncation(expanded);
  }
  return 0;
}
