// `mandate plan`: what to publish, and the proof of it.
#pragma once

#include <string>
#include <vector>

#include "app/commands/inquiry.h"

namespace mandate::app {

struct PlanOptions {
  InquiryOptions asked;           ///< a domain; `-`: lines of them on stdin
  std::string include;            ///< the include name; empty: that of the configuration
  std::string shared;             ///< see `advice::PlanRequest::shared_name`; empty: none
  std::vector<std::string> pool;  ///< prefixes; empty: see `advice::PlanRequest::pool`
  std::string config;             ///< the configuration file; empty: none
  std::string format = "text";    ///< see `plan`
  std::string return_path;        ///< a name below the domain; empty: the domain itself
  std::string bounce_host;        ///< of it; empty: that of the configuration
};

/// Shows the plan as `text` or `json`; or, where it is proven, the change alone as `zone`,
/// `nsupdate`, `terraform`, `octodns`, `dnscontrol` or `domain-connect`. 0 nothing to do, 1 an edit
/// that is proven, 2 none that is, 3 the DNS could not be asked, or a failure's.
int plan(const PlanOptions& options);

}  // namespace mandate::app
