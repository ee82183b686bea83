// Octets as a record that is linted: findings lie inside it and are printable, fixes are read by
// the engine, and a text that is mended has less that is wrong.
#include "advice/lint.h"

#include <algorithm>

#include "require.h"

namespace {

using namespace mandate;
using fuzz::require;

void check(const advice::Lint& lint, std::string_view text) {
  for (const advice::Finding& finding : lint.findings) {
    require(finding.span.begin <= finding.span.end && finding.span.end <= text.size());
    require(std::ranges::all_of(finding.message, [](char c) { return c >= 0x20 && c < 0x7f; }));
  }
  require(std::ranges::is_sorted(
      lint.findings, {}, [](const advice::Finding& finding) { return finding.span.begin; }));
  const bool reads = spf::is_spf_record(text) && spf::parse_record(text).has_value();
  require(lint.meaning_unknown == !reads);
  // Receivers see an error just where lint does.
  if (spf::is_spf_record(text) && !reads) require(advice::worst(lint) == advice::Severity::error);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = fuzz::octets(data, size);
  const advice::Lint lint = advice::lint(text);
  check(lint, text);
  if (!lint.fixed) return 0;
  const advice::Lint again = advice::lint(*lint.fixed);
  check(again, *lint.fixed);
  require(!again.meaning_unknown);
  return 0;
}
