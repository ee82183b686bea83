// A client of the API, for the command line.
#pragma once

#include <chrono>
#include <expected>
#include <string>

#include "web/http.h"

namespace mandate::web {

struct ClientOptions {
  std::string url;  ///< `http://HOST:PORT` or `https://…`
  std::string key;  ///< the bearer key
  std::chrono::seconds timeout{60};
};

/// One call over libcurl. `path` begins with `/v1`; `body` is JSON or empty. The error, a sentence
/// with the URL in it, means that no HTTP answer came.
std::expected<Response, std::string> call(const ClientOptions& options, const std::string& method,
                                          const std::string& path, const std::string& body);

}  // namespace mandate::web
