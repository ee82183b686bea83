#include "app/api_session.h"

#include <fmt/core.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstdlib>
#include <utility>
#include <vector>

#include "app/api_object.h"
#include "app/exit_code.h"
#include "app/input_file.h"
#include "app/terminal.h"

namespace mandate::app {
namespace {

Attempt<std::string> read_key(const ApiOptions& options) {
  constexpr std::size_t file_limit = 4096;
  std::string key;
  if (!options.key_file.empty()) {
    auto contents = read_input_file(options.key_file, file_limit);
    if (!contents) return fail(exit_code::no_input, contents.error() + "; see --key-file");
    key = std::move(*contents);
  } else if (const char* given = std::getenv("MANDATE_KEY"); given != nullptr) {
    key = given;
  }
  while (!key.empty() && (key.back() == '\n' || key.back() == '\r' || key.back() == ' ')) {
    key.pop_back();
  }
  if (key.empty()) {
    return fail(
        exit_code::usage,
        "there is no API key: set MANDATE_KEY or give --key-file FILE; `mandate key create` "
        "makes one");
  }
  // It becomes a header field, so nothing may end that early.
  if (!std::ranges::all_of(key, [](char c) { return c > 0x20 && c < 0x7f; })) {
    return fail(exit_code::usage, "the API key is not one word of letters: a key begins with mk_");
  }
  return key;
}

/// The objects of a list that a problem may have.
std::vector<boost::json::object> objects_of(const boost::json::object& problem,
                                            std::string_view name) {
  std::vector<boost::json::object> out;
  const boost::json::value* list = problem.if_contains(name);
  if (list == nullptr || !list->is_array()) return out;
  for (const boost::json::value& item : list->get_array()) {
    if (item.is_object()) out.push_back(item.get_object());
  }
  return out;
}

/// A sentence from a problem (RFC 9457), with the fields that are wrong and the records that would
/// mend it; of another answer its status alone.
std::string problem_text(int status, const boost::json::value& body) {
  const boost::json::object* problem = body.if_object();
  if (problem == nullptr) return fmt::format("the API answers with status {}", status);
  std::string text = fmt::format("{} {}: {}", status, field_text(*problem, "code"),
                                 field_text(*problem, "detail"));
  for (const boost::json::object& error : objects_of(*problem, "errors")) {
    text += fmt::format("\n  {}: {}", field_text(error, "pointer"), field_text(error, "detail"));
  }
  for (const boost::json::object& record : objects_of(*problem, "records")) {
    if (field_text(record, "value").empty() || !field_is_true(record, "required")) continue;
    text += fmt::format("\n  {} {} {}", field_text(record, "fqdn"), field_text(record, "type"),
                        field_text(record, "value"));
  }
  return text;
}

}  // namespace

Attempt<ApiSession> ApiSession::open(const ApiOptions& options) {
  auto key = read_key(options);
  if (!key) return std::unexpected(std::move(key.error()));
  web::ClientOptions client;
  client.url = options.url;
  while (client.url.ends_with('/')) client.url.pop_back();
  client.key = std::move(*key);
  return ApiSession(std::move(client), options.json);
}

Attempt<boost::json::object> ApiSession::call(
    const std::string& method, const std::string& path,
    const std::optional<boost::json::object>& body) const {
  const auto response =
      web::call(client_, method, path, body ? boost::json::serialize(*body) : std::string());
  if (!response) {
    return fail(exit_code::unavailable,
                response.error() + "; is `mandate serve` running, and --url right?");
  }
  boost::json::error_code error;
  boost::json::value value = boost::json::parse(response->body, error);
  if (response->status >= 400) {
    if (json_ && !error) fmt::print("{}\n", boost::json::serialize(value));
    return fail(response->status == 401 ? exit_code::key : exit_code::refused,
                problem_text(response->status, error ? boost::json::value() : value));
  }
  if (response->body.empty()) return boost::json::object{};
  if (error || !value.is_object() || response->status < 200 || response->status >= 300) {
    return fail(exit_code::unavailable,
                fmt::format("what {} answers is not Mandate's API (status {}); is --url right?",
                            client_.url, response->status));
  }
  return std::move(value.get_object());
}

Attempt<boost::json::array> ApiSession::list(const std::string& path, std::string_view key) const {
  boost::json::array all;
  std::string after;
  for (;;) {
    std::string page_path = path + "?limit=1000";
    if (!after.empty()) page_path += "&after=" + path_segment(after);
    auto page = call("GET", page_path);
    if (!page) return std::unexpected(std::move(page.error()));
    boost::json::value* data = page->if_contains("data");
    if (data == nullptr || !data->is_array()) {
      return fail(exit_code::unavailable, "the API's list has no data");
    }
    for (boost::json::value& item : data->get_array()) {
      if (item.is_object()) all.push_back(std::move(item));
    }
    const boost::json::value* more = page->if_contains("has_more");
    if (more == nullptr || !more->is_bool() || !more->get_bool() || all.empty()) return all;
    const std::string last = field_text(all.back().get_object(), key);
    if (last == after) return fail(exit_code::unavailable, "the API's list does not end");
    after = last;
  }
}

std::string path_segment(std::string_view text) {
  if (text == "." || text == "..") {  // which clients and servers would resolve as steps
    return text == "." ? "%2E" : "%2E%2E";
  }
  std::string out;
  for (const char c : text) {
    const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                            (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' || c == '~';
    out += unreserved ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
  }
  return out;
}

}  // namespace mandate::app
