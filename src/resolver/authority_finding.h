// What is wrong with how a zone is served, and what to do about it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "resolver/authority_view.h"

namespace mandate::resolver {

struct AuthorityFinding {
  std::string_view id;  ///< `behind`, `differs`, `lame`, … as docs/dns.md has them
  dns::Name server;     ///< the root where it is the whole zone's
  std::string message;  ///< sentences for a person; names are in presentation format
};

/// In the order of the servers, then those of the whole zone; none where all serve it alike. A
/// server with several addresses that fail alike is named once. Pure.
std::vector<AuthorityFinding> findings_of(const AuthorityView& view);

}  // namespace mandate::resolver
