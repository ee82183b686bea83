// Where in the tree of records an evaluation stands: a chain of frames on the stack.
#pragma once

#include <optional>
#include <string_view>

#include "mandate/spf/result.h"

namespace mandate::dns {
class WireName;
}

namespace mandate::spf {

struct Place {
  std::string_view domain;        ///< <domain> of this check_host
  const Place* parent = nullptr;  ///< the record that included or redirected here
  int depth = 0;                  ///< 0 of the domain of the request
  /// The qualifier of the include that led here; nothing of the first domain and of a redirect.
  std::optional<Result> included_as;
  const dns::WireName* name = nullptr;  ///< `domain` as a name; empty when it is none
};

inline Place below(const Place& parent, std::string_view domain, std::optional<Result> included_as,
                   const dns::WireName& name) {
  return {domain, &parent, parent.depth + 1, included_as, &name};
}

/// Whether some include leads to that place: its exp is not used then (RFC 7208 section 6.2).
inline bool is_included(const Place& place) {
  for (const Place* at = &place; at != nullptr; at = at->parent) {
    if (at->included_as) return true;
  }
  return false;
}

/// Whether a directive of that qualifier that matches decides the whole evaluation: an include
/// takes nothing but a pass for a match (RFC 7208 section 5.2).
inline bool decides(const Place& place, Result qualifier) {
  for (const Place* at = &place; at != nullptr; at = at->parent) {
    if (!at->included_as) continue;
    if (qualifier != Result::pass) return false;
    qualifier = *at->included_as;
  }
  return true;
}

}  // namespace mandate::spf
