// Octets as a TXT record that somebody pastes: what is read can be linted, and is read again from
// its own presentation format.
#include "advice/pasted_record.h"

#include <algorithm>

#include "advice/lint.h"
#include "require.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace mandate;
  using fuzz::require;
  const auto txt = advice::pasted_record(fuzz::octets(data, size));
  if (!txt) return 0;
  require(!txt->strings.empty());
  require(advice::pasted_record(dns::text(dns::RecordData(*txt))) == txt);
  const advice::LintedText linted = advice::lint(*txt);
  require(linted.text == txt->joined());
  for (const advice::Finding& finding : linted.lint.findings) {
    require(finding.span.begin <= finding.span.end && finding.span.end <= linted.text.size());
    require(std::ranges::all_of(finding.message, [](char c) { return c >= 0x20 && c < 0x7f; }));
  }
  return 0;
}
