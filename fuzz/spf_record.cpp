// Octets as an SPF record: an error within the text, or a record that is the same when it is
// written down anew and read again.
#include "mandate/spf/record.h"

#include "require.h"

namespace {

using namespace mandate;
using fuzz::require;

void check_error(const spf::SyntaxError& error, std::string_view text) {
  require(error.span.begin <= error.span.end && error.span.end <= text.size());
  require(!error.message.empty() && !error.section.empty());
}

void check_spans(const spf::Record& record) {
  std::size_t behind = 6;  // v=spf1
  for (const spf::Directive& directive : record.directives) {
    require(behind < directive.span.begin && directive.span.begin < directive.span.end);
    require(directive.span.end <= record.text.size());
    require(directive.prefix4 <= 32 && directive.prefix6 <= 128);
    behind = directive.span.end;
  }
}

bool same(const spf::Record& a, const spf::Directive& x, const spf::Record& b,
          const spf::Directive& y) {
  const auto domain = [](const spf::Record& record, const spf::Directive& directive) {
    return directive.domain == 0 ? "" : record.domain(directive)->text();
  };
  return x.qualifier == y.qualifier && x.mechanism == y.mechanism && x.prefix4 == y.prefix4 &&
         x.prefix6 == y.prefix6 && x.network == y.network && domain(a, x) == domain(b, y);
}

bool same(const std::optional<spf::Modifier>& a, const std::optional<spf::Modifier>& b) {
  return a.has_value() == b.has_value() && (!a || a->value.text() == b->value.text());
}

void check_round_trip(const spf::Record& record) {
  const std::string printed = spf::print(record);
  const auto again = spf::parse_record(printed);
  require(again.has_value());
  require(spf::print(*again) == printed);
  require(again->directives.size() == record.directives.size());
  for (std::size_t i = 0; i < record.directives.size(); ++i) {
    require(same(record, record.directives[i], *again, again->directives[i]));
  }
  require(same(record.redirect, again->redirect) && same(record.exp, again->exp));
  require(again->unknown.size() == record.unknown.size());
  for (std::size_t i = 0; i < record.unknown.size(); ++i) {
    require(record.unknown[i].name == again->unknown[i].name);
    require(record.unknown[i].value.text() == again->unknown[i].value.text());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::octets(data, size);
  if (!spf::is_spf_record(text)) return 0;
  const auto record = spf::parse_record(text);
  if (!record) {
    check_error(record.error(), text);
    return 0;
  }
  require(record->text == text);
  check_spans(*record);
  check_round_trip(*record);
  return 0;
}
