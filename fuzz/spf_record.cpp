// Octets as an SPF record and as a macro string.
#include "mandate/spf/record.h"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace mandate::spf;

void require(bool holds) {
  if (!holds) std::abort();  // what libFuzzer reports
}

void check_record(std::string_view text) {
  const auto record = parse_record(text);
  if (!record) {
    const SyntaxError& error = record.error();
    require(error.span.begin <= error.span.end && error.span.end <= text.size());
    require(!error.message.empty());
    return;
  }
  require(record->text == text);
  for (const Directive& directive : record->directives) {
    require(directive.span.begin < directive.span.end && directive.span.end <= text.size());
    require(directive.prefix4 >= 0 && directive.prefix4 <= 32);
    require(directive.prefix6 >= 0 && directive.prefix6 <= 128);
  }
}

/// RFC 7208 section 7.3: whole labels go from the left, and the last label is never cut.
void check_truncation(std::string_view expanded) {
  const std::string kept = truncate_domain(std::string(expanded));
  require(expanded.ends_with(kept));
  const std::string_view name =
      std::string_view(kept).substr(0, kept.size() - (kept.ends_with('.') ? 1 : 0));
  require(name.size() <= 253 || name.find('.') == std::string_view::npos);
}

void check_macro(std::string_view text) {
  const MacroValues values{.sender = "strong-bad@email.example.com",
                           .local_part = "strong-bad",
                           .sender_domain = "email.example.com",
                           .domain = "email.example.com",
                           .ip = "192.0.2.3",
                           .address_family = "in-addr",
                           .helo = "mail.example.com",
                           .readable_ip = "192.0.2.3",
                           .timestamp = "0"};
  for (const auto use :
       {MacroString::Use::domain_spec, MacroString::Use::explanation, MacroString::Use::modifier}) {
    const auto macro = MacroString::parse(text, use);
    if (!macro) {
      require(!macro.error().empty());
      continue;
    }
    require(macro->text() == text);
    check_truncation(expand(*macro, values));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (is_spf_record(text)) check_record(text);
  check_macro(text);
  return 0;
}
