// What DMARC makes of an evaluation, in words.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "advice/dmarc.h"
#include "advice/passage.h"

namespace mandate::advice {

/// What SPF came to, for DMARC: the result, and the domain that it is of.
struct SpfIdentity {
  spf::Result result = spf::Result::none;
  std::optional<dns::Name> domain;  ///< none where what was checked is no domain
};

/// The policy found, its alignment, and what it comes to.
std::vector<Passage> dmarc_story(const SpfIdentity& spf, const DmarcDiscovery& discovery,
                                 const DmarcOutcome& outcome);

/// What a receiver is asked to do, as `reject the mail`.
std::string_view action(DmarcPolicy policy);

}  // namespace mandate::advice
