#include <boost/json/object.hpp>

#include "web/handlers.h"
#include "web/problem.h"

namespace mandate::web {

// A breaker that holds keeps nobody from being served: the answer stays 200, so that no load
// balancer takes the server out for it, and the status tells people.
Response show_health(const Call& call) {
  const auto breaker = call.store().breaker();  // cheap, and reads the database
  if (!breaker) {
    call.services.log->error(
        log_line("the store failed its health check", {{"error", breaker.error().message}}));
    return json_answer(503, boost::json::object{{"status", "failing"},
                                                {"version", call.services.version},
                                                {"store", "failing"},
                                                {"breaker", nullptr}});
  }
  return json_answer(200, boost::json::object{{"status", breaker->holding ? "degraded" : "ok"},
                                              {"version", call.services.version},
                                              {"store", "ok"},
                                              {"breaker", registry::text_of(*breaker)}});
}

}  // namespace mandate::web
