// Where the authoritative servers of a zone do not say the same of a policy.
#pragma once

#include <vector>

#include "advice/forecast.h"

namespace mandate::advice {

/// `server_differs`: first where some have the provider's include and others have not, since those
/// refuse its mail by chance; else where their records are not the same. Names the servers. Servers
/// that do not answer say nothing.
std::vector<Omen> server_omens(const ForecastRequest& request);

}  // namespace mandate::advice
