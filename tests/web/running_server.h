// A server on the loopback with a handler of the test's choice.
#pragma once

#include <gtest/gtest.h>

#include <atomic>
#include <boost/json.hpp>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "registry/json_value.h"
#include "web/client.h"
#include "web/http_server.h"
#include "web/problem.h"

namespace mandate::web {

// Answers with what it was asked.
inline Response echo(const Request& request) {
  boost::json::object headers;
  for (const auto& [name, value] : request.headers) headers[name] = registry::json_string(value);
  boost::json::object query;
  for (const auto& [name, value] : request.query) query[name] = value;
  return json_answer(200, boost::json::object{{"method", request.method},
                                              {"path", request.path},
                                              {"query", query},
                                              {"headers", headers},
                                              {"body", registry::json_string(request.body)}});
}

class RunningServer : public ::testing::Test {
 protected:
  static ServerOptions options() {
    ServerOptions options;
    options.address = dns::IpAddress::v4({127, 0, 0, 1});
    options.body_limit = 100000;
    return options;
  }

  void start(HttpServer::Handler handler, const ServerOptions& given = options()) {
    auto started = HttpServer::start(
        given,
        [this, inner = std::move(handler)](const Request& request) {
          ++handled_;
          return inner(request);
        },
        [this](const std::string& error) {
          const std::lock_guard lock(mutex_);
          errors_.push_back(error);
        });
    ASSERT_TRUE(started) << started.error();
    server_ = std::move(*started);
    EXPECT_NE(server_->port(), 0);
  }

  Response call(const std::string& method, const std::string& path, const std::string& body = {}) {
    const auto response =
        web::call({.url = "http://127.0.0.1:" + std::to_string(server_->port()), .key = "mk_test"},
                  method, path, body);
    EXPECT_TRUE(response) << response.error();
    return response.value_or(Response{.status = 0, .headers = {}, .body = {}});
  }

  std::vector<std::string> errors() {
    const std::lock_guard lock(mutex_);
    return errors_;
  }

  std::atomic<int> handled_ = 0;
  std::mutex mutex_;
  std::vector<std::string> errors_;
  std::unique_ptr<HttpServer> server_;
};

}  // namespace mandate::web
