#include "web/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "running_server.h"

namespace mandate::web {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(Client, SaysWhichUrlGaveNoAnswer) {
  ServerOptions options;
  options.address = dns::IpAddress::v4({127, 0, 0, 1});
  auto server = HttpServer::start(options, echo, [](const std::string&) {});
  ASSERT_TRUE(server) << server.error();
  const std::string url = "http://127.0.0.1:" + std::to_string((*server)->port());
  server->reset();
  const auto response = call({.url = url, .key = "mk_secret"}, "GET", "/v1/accounts", "");
  ASSERT_FALSE(response);
  EXPECT_THAT(response.error(), HasSubstr(url + "/v1/accounts"));
  EXPECT_THAT(response.error(), Not(HasSubstr("mk_secret")));
}

TEST(Client, SpeaksNothingButHttp) {
  for (const char* url :
       {"file:///etc/hostname?", "ftp://127.0.0.1", "smtp://127.0.0.1", "", "x"}) {
    EXPECT_FALSE(call({.url = url, .key = {}}, "GET", "/v1", "")) << url;
  }
}

TEST(Client, RefusesWhatWouldEndAHeaderEarly) {
  const ClientOptions good{.url = "http://127.0.0.1:1", .key = "mk_a"};
  ClientOptions key = good;
  key.key = "mk_a\r\nX-Other: b";
  for (const auto& response :
       {call(key, "GET", "/", ""), call(good, "GET / HTTP/1.1\r\nX: y", "/", ""),
        call(good, "GET", "/\r\nX: y", "")}) {
    ASSERT_FALSE(response);
    EXPECT_THAT(response.error(), HasSubstr("control character"));
  }
}

}  // namespace
}  // namespace mandate::web
