// HTTP requests and responses as values, so that the API is tested without a socket.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace mandate::web {

struct Request {
  std::string method;
  std::string path;                            ///< as sent, percent-encoded, without the query
  std::map<std::string, std::string> query;    ///< decoded
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
};

struct Response {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
};

}  // namespace mandate::web
