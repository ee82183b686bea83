#include "advice/alignment_forecast.h"

#include <fmt/format.h>

#include "advice/dmarc_story.h"

namespace mandate::advice {

std::optional<std::string> unaligned_return_path(const DmarcDiscovery& discovery,
                                                 const dns::Name& return_path) {
  const DmarcOutcome outcome = dmarc_outcome(discovery, spf::Result::pass, return_path);
  if (outcome.status != DmarcOutcome::Status::fails) return std::nullopt;
  return fmt::format(
      "The DMARC record at _dmarc.{} asks for strict alignment of SPF (aspf=s), so that mail with "
      "From at {} and MAIL FROM at {} does not pass it by SPF; without an aligned DKIM signature "
      "{} Use the mode apex_include, or have `aspf=s` in that record changed to `aspf=r`.",
      discovery.holder.text(), discovery.from.text(), return_path.text(),
      requested_text(discovery, outcome));
}

}  // namespace mandate::advice
