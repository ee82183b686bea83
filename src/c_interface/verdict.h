// A verdict with the texts that are made of it.
#pragma once

#include <string>

#include "mandate/spf.h"
#include "mandate/spf/check_host.h"

struct mandate_spf_verdict {
  mandate::spf::Verdict verdict;
  std::string term;  // of the deciding one, or empty
  std::string received_spf;
  std::string authentication_results;
};

namespace mandate::c_interface {

mandate_spf_result result_of(spf::Result result);

}  // namespace mandate::c_interface
