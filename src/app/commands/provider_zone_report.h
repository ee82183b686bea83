// The provider's records, and what is published of them, for people, programs and name servers.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "advice/bounce_record.h"
#include "advice/provider_change.h"
#include "advice/provider_zone.h"
#include "app/commands/provider_check.h"
#include "app/terminal.h"

namespace mandate::app {

/// Lines of a zone file, with what there is to know as comments.
std::string provider_zone_text(const advice::ProviderZone& zone,
                               const advice::ProviderNames& names);
boost::json::object provider_zone_json(const advice::ProviderZone& zone,
                                       const advice::ProviderNames& names);

/// Scripts for nsupdate(1), one a name, in the order of the changes; what is in place is a comment.
std::string provider_changes_text(const std::vector<advice::ProviderChange>& changes);

/// The same of the MX records for bounces.
std::string bounce_changes_text(const std::vector<advice::BounceChange>& changes);

/// The verdict in the first line, then each name with what differs and what it costs.
std::string provider_check_text(const ProviderCheck& check, const Palette& palette);
boost::json::object provider_check_json(const ProviderCheck& check);

}  // namespace mandate::app
