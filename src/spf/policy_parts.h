// A policy map while it is put together.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mandate/spf/policy_map.h"
#include "spf/policy_layout.h"

namespace mandate::spf {

struct PolicyParts {
  struct Source {  // a record where the evaluation came to it
    std::string record;
    std::vector<std::string> path;
  };

  std::string domain;
  bool cut = false;
  // The first address of each piece, ascending, the first one the first of the family.
  std::vector<std::uint32_t> starts4;
  std::vector<Address6> starts6;
  std::vector<std::uint32_t> outcome4;  // beside them: into outcomes
  std::vector<std::uint32_t> outcome6;
  std::vector<PolicyView::Outcome> outcomes;
  std::vector<Source> sources;
  std::vector<std::string> problems{std::string()};

  /// The map of them. Throws std::length_error when it would take 4 GiB or more.
  PolicyMap join() const;
};

}  // namespace mandate::spf
