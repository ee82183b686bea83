#include "web/list_page.h"

#include <fmt/format.h>

#include <boost/json/object.hpp>
#include <charconv>
#include <optional>
#include <string_view>

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

}  // namespace

std::expected<store::Page, Response> asked_page(const Request& request) {
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
    page.after = after->second;
    if (page.after.size() > kLongestKey) {
      errors.push_back({.code = "out_of_range",
                        .detail = "No object has so long a key: send the key of the last object "
                                  "of the page before.",
                        .parameter = "after"});
    }
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
