// Calls of the API from the command line.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "app/failure.h"
#include "web/client.h"

namespace mandate::app {

struct ApiOptions {
  std::string url = "http://127.0.0.1:8025";
  std::string key_file;  ///< empty: the key is in MANDATE_KEY
  bool json = false;     ///< print what the API answers, also its problems, as JSON on stdout
};

/// A URL and a key. Every failure has the exit code of docs/cli.md: 69 when no answer came, 77 when
/// the key was not accepted, 1 for any other refusal.
class ApiSession {
 public:
  /// Fails when there is no key, or none that could be one.
  static Attempt<ApiSession> open(const ApiOptions& options);

  /// One call; `path` begins with `/v1`. The object answered; an empty one when there is no body.
  Attempt<boost::json::object> call(const std::string& method, const std::string& path,
                                    const std::optional<boost::json::object>& body = {}) const;

  /// All objects of a list, page by page; `key` is the field that pages are continued behind.
  Attempt<boost::json::array> list(const std::string& path, std::string_view key) const;

  bool json() const { return json_; }

 private:
  ApiSession(web::ClientOptions client, bool json) : client_(std::move(client)), json_(json) {}
  web::ClientOptions client_;
  bool json_;
};

/// A text as one segment of a path: everything but the unreserved characters percent-encoded
/// (RFC 3986 section 2.3).
std::string path_segment(std::string_view text);

}  // namespace mandate::app
