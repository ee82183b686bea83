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

/// The same of an outcome that fails, with the tag that asks for it, as `a receiver is asked to
/// reject the mail (p=reject).`; and a sentence more where it is asked of a part of the mail only.
std::string requested_text(const DmarcDiscovery& discovery, const DmarcOutcome& outcome);

}  // namespace mandate::advice
