// A sending domain as the JSON object that the API answers and events carry.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <chrono>
#include <vector>

#include "registry/sending_domain.h"

namespace mandate::registry {

/// `[{"code", "message"}]`
boost::json::array json_warnings(const std::vector<Warning>& warnings);

/// The domain object of docs/api.md, without `records`; `may_send` is that of the moment `now`.
boost::json::object to_json(const SendingDomain& domain, std::chrono::sys_seconds now);

}  // namespace mandate::registry
