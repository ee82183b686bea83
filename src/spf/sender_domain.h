// <domain> of the initial check_host (RFC 7208 sections 2.3, 2.4 and 4.1).
#pragma once

#include <string>
#include <string_view>

#include "dns/wire_name.h"

namespace mandate::spf {

struct Request;

class SenderDomain {
 public:
  /// The request must outlive it.
  explicit SenderDomain(const Request& request);
  SenderDomain(const SenderDomain&) = delete;
  SenderDomain& operator=(const SenderDomain&) = delete;

  /// Without a dot at the end, its U-labels as A-labels (RFC 8616 section 4).
  std::string_view text() const { return text_; }
  /// The same as a name; empty when it is none.
  const dns::WireName& name() const { return name_; }
  /// Made of nothing but letters, digits, hyphens, underscores and dots: what is no host's name, as
  /// an address literal, is not checked (RFC 7208 sections 2.3 and 4.3).
  bool is_host() const { return is_host_; }

 private:
  std::string_view text_;
  std::string converted_;  ///< what `text_` shows of a domain with U-labels
  dns::WireName name_;
  bool is_host_ = false;
};

/// A domain with its U-labels as A-labels. A label in ASCII is none to convert, be it one that IDNA
/// knows (`r3---sn`) or not; what is no label stays as it is.
std::string with_a_labels(std::string_view domain);

}  // namespace mandate::spf
