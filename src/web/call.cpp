#include "web/call.h"

#include <boost/json.hpp>

#include "dns/printable.h"
#include "web/problem.h"

namespace mandate::web {
namespace {

constexpr std::size_t kLoggedOctets = 300;

}  // namespace

Response not_found() {
  return problem(404, "not_found", "There is nothing of that name here for this key.");
}

Response store_problem(const Services& services, const store::StoreError& error) {
  services.log->error(log_line("the store failed", {{"error", error.message}}));
  Response response =
      problem(503, "store_unavailable",
              "The store does not answer, and whether the call took effect is not certain: look at "
              "what is there, then try again.");
  response.headers.emplace_back("Retry-After", "5");
  return response;
}

void log_event(const Call& call, std::string_view message, const LogFields& fields) {
  LogFields all = fields;
  all.emplace_back("key", call.caller.id);
  call.services.log->info(log_line(message, all));
}

std::string log_line(std::string_view message, const LogFields& fields) {
  boost::json::object line{{"message", dns::printable(message, kLoggedOctets)}};
  for (const auto& [name, value] : fields) {
    line.emplace(name, dns::printable(value, kLoggedOctets));
  }
  return boost::json::serialize(line);
}

}  // namespace mandate::web
