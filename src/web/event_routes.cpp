#include <fmt/format.h>

#include <boost/json.hpp>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "web/handlers.h"
#include "web/list_page.h"
#include "web/problem.h"

namespace mandate::web {
namespace {

namespace json = boost::json;

/// The number behind an event's id; nothing where it is none.
std::optional<std::int64_t> sequence_of(std::string_view id) {
  std::int64_t sequence = 0;
  const auto [end, error] = std::from_chars(id.begin(), id.end(), sequence);
  if (error != std::errc() || end != id.end() || sequence < 0) return std::nullopt;
  return sequence;
}

constexpr ListKey kEventKey{.object = "event",
                            .field = "id",
                            .form = "a whole number such as 42",
                            .read = [](std::string_view text) -> std::optional<std::string> {
                              return sequence_of(text).transform(
                                  [](std::int64_t sequence) { return fmt::to_string(sequence); });
                            }};

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
  const auto page = asked_page(call.request, kEventKey);
  if (!page) return page.error();
  const std::int64_t after = sequence_of(page->after).value_or(0);  // none: from the beginning
  const auto events = call.store().events(call.caller.account_id,
                                          {.after = after, .limit = with_one_more(*page).limit});
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
