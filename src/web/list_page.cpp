#include "web/list_page.h"

#include <fmt/format.h>

#include <boost/json/object.hpp>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "dns/printable.h"

namespace mandate::web {
namespace {

constexpr int kMostObjects = 1000;
constexpr std::size_t kLongestKey = 255;
constexpr std::size_t kShownOctets = 40;

std::optional<int> parse_limit(std::string_view text) {
  int limit = 0;
  const auto [end, error] = std::from_chars(text.begin(), text.end(), limit);
  if (error != std::errc() || end != text.end() || limit < 1 || limit > kMostObjects) return {};
  return limit;
}

FieldError no_cursor(std::string_view after, const ListKey& key) {
  return {.code = "out_of_range",
          .detail = fmt::format(
              "`{0}` is no cursor: `after` takes the `{1}` of the last {2} that was read, {3}, and "
              "the list goes on behind it; leave it out to begin with the first {2}.",
              dns::printable(after, kShownOctets), key.field, key.object, key.form),
          .parameter = "after"};
}

}  // namespace

std::expected<store::Page, Response> asked_page(const Request& request, const ListKey& key) {
  store::Page page;
  std::vector<FieldError> errors;
  if (const auto limit = request.query.find("limit"); limit != request.query.end()) {
    const auto number = parse_limit(limit->second);
    if (number) {
      page.limit = *number;
    } else {
      errors.push_back({.code = "out_of_range",
                        .detail = fmt::format(
                            "`{}` is no number of objects: `limit` takes a whole number from 1 to "
                            "{}; leave it out for {}.",
                            dns::printable(limit->second, kShownOctets), kMostObjects, page.limit),
                        .parameter = "limit"});
    }
  }
  if (const auto after = request.query.find("after"); after != request.query.end()) {
    auto read = after->second.size() > kLongestKey ? std::nullopt : key.read(after->second);
    if (!read) errors.push_back(no_cursor(after->second, key));
    page.after = std::move(read).value_or(std::string());
  }
  if (!errors.empty()) return std::unexpected(validation_problem(errors));
  return page;
}

store::Page with_one_more(store::Page page) {
  ++page.limit;
  return page;
}

Response list_answer(boost::json::array data, bool has_more) {
  return json_answer(
      200,
      boost::json::object{{"object", "list"}, {"data", std::move(data)}, {"has_more", has_more}});
}

}  // namespace mandate::web
