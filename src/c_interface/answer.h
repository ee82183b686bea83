// What the caller's resolver fills.
#pragma once

#include "mandate/dns/facts.h"
#include "mandate/spf.h"

struct mandate_dns_answer {
  mandate::dns::Fact fact;
};

namespace mandate::c_interface {

/// The fact of a question that nobody has answered yet.
mandate_dns_answer unanswered(const dns::Question& question);

}  // namespace mandate::c_interface
