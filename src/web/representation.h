// The objects of docs/api.md as JSON; that of a domain is registry/domain_object.h.
#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "advice/plan.h"
#include "registry/account.h"
#include "registry/domain_object.h"
#include "registry/outgoing_message.h"
#include "registry/sending_domain.h"
#include "verification/probe.h"

namespace mandate::web {

/// With the account's own name below `include_name`, which all share.
boost::json::object to_json(const registry::Account& account, const dns::Name& include_name);

/// A record to publish, and what is published of it today.
struct PublishedRecord {
  std::string_view purpose;  ///< what it is for
  std::string_view type;
  advice::Publication publication;
  bool proven = false;      ///< that it does what it is for
  bool unanswered = false;  ///< the DNS could not be asked
  bool required = true;
};

boost::json::object record_to_json(const dns::Name& name, const PublishedRecord& record,
                                   std::chrono::sys_seconds checked_at);

/// The SPF record that a name is to publish.
boost::json::object record_to_json(const dns::Name& name, const advice::Plan& plan, bool required,
                                   std::chrono::sys_seconds checked_at);

/// The TXT record that says whose the domain is, and the answer to the question for what stands
/// there today. `needless`: a note on why it is not required, if it is not.
boost::json::object ownership_to_json(const dns::Name& domain, std::string_view token,
                                      const dns::Fact& today,
                                      const std::optional<std::string>& needless,
                                      std::chrono::sys_seconds checked_at);

/// A check.
boost::json::object to_json(const verification::Checked& checked, std::chrono::sys_seconds now);

/// An authorization: the entry of a domain that may send.
boost::json::object authorization_to_json(const registry::SendingDomain& domain);

boost::json::object to_json(const registry::OutgoingMessage& message);

}  // namespace mandate::web
