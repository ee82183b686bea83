#include <fmt/format.h>

#include <boost/json.hpp>
#include <charconv>
#include <cstdint>
#include <expected>
#include <utility>

#include "dns/printable.h"
#include "web/handlers.h"
#include "web/list_page.h"
#include "web/problem.h"

namespace mandate::web {
namespace {

namespace json = boost::json;

constexpr std::size_t kShownOctets = 40;

/// The sequence that `?after=` gives: the id of the last event seen, or none at the beginning.
std::expected<std::int64_t, Response> asked_sequence(std::string_view after) {
  if (after.empty()) return 0;
  std::int64_t sequence = 0;
  const auto [end, error] = std::from_chars(after.begin(), after.end(), sequence);
  if (error == std::errc() && end == after.end() && sequence >= 0) return sequence;
  return std::unexpected(validation_problem(
      {{.code = "out_of_range",
        .detail =
            fmt::format("`{}` is no cursor: `after` takes the `id` of the last event that was "
                        "read, a whole number such as 42, and the list goes on behind it; "
                        "leave it out to begin with the first event.",
                        dns::printable(after, kShownOctets)),
        .parameter = "after"}}));
}

/// The body that was kept, with its id in front.
store::Stored<json::object> event_object(const registry::Event& event) {
  json::error_code error;
  const json::value body = json::parse(event.body, error);
  if (error || !body.is_object()) {
    return std::unexpected(store::StoreError{
        store::StoreError::Kind::unavailable,
        fmt::format("event {} is not as this program made it; restore a copy", event.sequence)});
  }
  json::object object{{"object", "event"}, {"id", fmt::to_string(event.sequence)}};
  for (const auto& [name, value] : body.get_object()) object[name] = value;
  return object;
}

}  // namespace

Response list_events(const Call& call) {
  const auto page = asked_page(call.request);
  if (!page) return page.error();
  const auto after = asked_sequence(page->after);
  if (!after) return after.error();
  const auto events = call.store().events(call.caller.account_id,
                                          {.after = *after, .limit = with_one_more(*page).limit});
  if (!events) return store_problem(call.services, events.error());
  std::vector<json::object> objects;
  for (const registry::Event& event : *events) {
    auto object = event_object(event);
    if (!object) return store_problem(call.services, object.error());
    objects.push_back(std::move(*object));
  }
  return list_answer(*page, objects, [](const json::object& object) { return object; });
}

}  // namespace mandate::web
