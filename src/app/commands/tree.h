// `mandate tree`: the records that a policy is made of.
#pragma once

#include <string>

#include "app/commands/inquiry.h"

namespace mandate::app {

struct TreeOptions {
  InquiryOptions asked;  ///< a domain, or a record in quotes
  std::string domain;    ///< of a record: where it stands
  std::string ip;        ///< whose way is marked; empty: nobody's
  std::string format;    ///< `text`, `svg`, `dot` or `json`
  bool all = false;      ///< every term on a line of its own
};

/// 0 nothing in the tree ends with an error, 1 something does, 3 the DNS could not be asked, or a
/// failure's.
int tree(const TreeOptions& options);

}  // namespace mandate::app
