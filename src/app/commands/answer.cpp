#include "app/commands/answer.h"

#include <fmt/core.h>

#include <boost/json.hpp>

#include "app/exit_code.h"
#include "app/terminal.h"

namespace mandate::app {

int answer_object(const ApiOptions& options, const std::string& method, const std::string& path,
                  const std::optional<boost::json::object>& body,
                  const std::vector<std::string_view>& fields) {
  const auto session = ApiSession::open(options);
  if (!session) return report(session.error());
  const auto object = session->call(method, path, body);
  if (!object) return report(object.error());
  if (options.json) {
    print_json(*object);
  } else {
    fmt::print("{}", card(*object, fields));
  }
  return exit_code::done;
}

int answer_list(const ApiOptions& options, const std::string& path, std::string_view key,
                const std::vector<std::string_view>& fields) {
  const auto session = ApiSession::open(options);
  if (!session) return report(session.error());
  const auto objects = session->list(path, key);
  if (!objects) return report(objects.error());
  if (options.json) {
    print_json(boost::json::object{{"object", "list"}, {"data", *objects}, {"has_more", false}});
  } else {
    fmt::print("{}", table(*objects, fields));
  }
  return exit_code::done;
}

boost::json::array strings_json(const std::vector<std::string>& texts) {
  boost::json::array out;
  for (const std::string& text : texts) out.push_back(boost::json::value(json_text(text)));
  return out;
}

void print_json(const boost::json::value& value) {
  fmt::print("{}\n", boost::json::serialize(value));
}

}  // namespace mandate::app
