#include <boost/json/object.hpp>

#include "web/handlers.h"
#include "web/problem.h"

namespace mandate::web {

Response show_health(const Call& call) {
  const auto due = call.store().next_message_due();  // cheap, and reads the database
  if (!due) {
    call.services.log->error(
        log_line("the store failed its health check", {{"error", due.error().message}}));
  }
  return json_answer(due ? 200 : 503, boost::json::object{{"status", due ? "ok" : "failing"},
                                                          {"version", call.services.version},
                                                          {"store", due ? "ok" : "failing"}});
}

}  // namespace mandate::web
