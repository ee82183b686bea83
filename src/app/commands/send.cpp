#include "app/commands/send.h"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include "app/commands/answer.h"
#include "app/commands/message.h"
#include "app/duration.h"
#include "app/exit_code.h"
#include "app/input_file.h"
#include "app/terminal.h"

namespace mandate::app {
namespace {

using std::chrono::steady_clock;

constexpr std::size_t body_limit = std::size_t{1} << 20;  // what the API takes

/// The body of the call. Text that is not UTF-8 is refused here, since JSON cannot carry it.
Attempt<boost::json::object> draft(const SendOptions& options) {
  if (options.text.empty() && options.text_file.empty() && options.html_file.empty()) {
    return fail(exit_code::usage,
                "send: the message has no body: give --text, --text-file or --html-file");
  }
  if (options.text_file == "-" && options.html_file == "-") {
    return fail(exit_code::usage, "send: only one body can be standard input");
  }
  boost::json::object body{
      {"from", options.from}, {"to", options.to}, {"subject", options.subject}};
  if (!options.from_name.empty()) body["from_name"] = options.from_name;
  if (!options.text.empty()) body["text"] = options.text;
  const std::pair<const char*, const std::string&> files[] = {{"text", options.text_file},
                                                              {"html", options.html_file}};
  for (const auto& [field, file] : files) {
    if (file.empty()) continue;
    auto contents = read_input_file(file, body_limit);
    if (!contents) return fail(exit_code::no_input, "send: " + contents.error());
    body[field] = std::move(*contents);
  }
  for (const auto& [field, value] : body) {
    if (json_text(std::string_view(value.get_string())) != value.get_string()) {
      return fail(exit_code::data,
                  fmt::format("send: {} is not UTF-8; convert it first", std::string_view(field)));
    }
  }
  return body;
}

void show(const boost::json::object& message, bool json) {
  if (json) {
    print_json(message);
  } else {
    fmt::print("{}", card(message, message_fields()));
  }
}

/// Asks for the message until it is no longer queued or the time is over.
int wait_for_end(const ApiSession& session, const std::string& path,
                 steady_clock::time_point deadline) {
  constexpr std::chrono::milliseconds longest_pause{2000};
  for (std::chrono::milliseconds pause{50};; pause = std::min(pause * 2, longest_pause)) {
    const auto message = session.call("GET", path);
    if (!message) return report(message.error());
    const std::string state = field_text(*message, "state");
    const bool over = steady_clock::now() >= deadline;
    if (state != "queued" || over) show(*message, session.json());
    if (state == "delivered") return exit_code::done;
    if (state != "queued") return exit_code::refused;
    if (over) return report({exit_code::try_later, "send: the message is accepted, still queued"});
    std::this_thread::sleep_for(pause);
  }
}

}  // namespace

int send(const SendOptions& options) {
  const auto patience = parse_duration(options.timeout);
  if (!patience) return report({exit_code::usage, "send: --timeout: " + patience.error()});
  const auto body = draft(options);
  if (!body) return report(body.error());
  const auto session = ApiSession::open(options.api);
  if (!session) return report(session.error());
  const std::string path = "/v1/accounts/" + path_segment(options.account) + "/messages";
  const auto message = session->call("POST", path, *body);
  if (!message) return report(message.error());
  if (options.wait) {
    return wait_for_end(*session, path + "/" + path_segment(field_text(*message, "id")),
                        steady_clock::now() + *patience);
  }
  show(*message, options.api.json);
  return exit_code::done;
}

}  // namespace mandate::app
