#include "web/http_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <boost/json.hpp>
#include <future>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

#include "raw_connection.h"
#include "running_server.h"

namespace mandate::web {
namespace {

using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::StartsWith;

using Server = RunningServer;

std::string body_of(const std::string& answer) {
  const auto end = answer.find("\r\n\r\n");
  return end == std::string::npos ? "" : answer.substr(end + 4);
}

TEST_F(Server, HandsRequestsOverAsTheyWereSent) {
  start(echo);
  const Response got = call("GET", "/v1/a%2fb/%C3%BC?limit=5&after=a+b%2B");
  EXPECT_EQ(got.status, 200);
  const auto request = boost::json::parse(got.body).as_object();
  EXPECT_EQ(request.at("method").as_string(), "GET");
  EXPECT_EQ(request.at("path").as_string(), "/v1/a%2fb/%C3%BC") << "encoded still";
  EXPECT_EQ(boost::json::serialize(request.at("query")), R"({"after":"a b+","limit":"5"})");
  EXPECT_EQ(request.at("headers").at("authorization").as_string(), "Bearer mk_test");
  EXPECT_EQ(request.at("body").as_string(), "");
}

TEST_F(Server, HandsBodiesOverWhole) {
  start(echo);
  for (const std::size_t size : {1U, 1000U, 32768U, 65536U, 100000U}) {
    std::string body;
    for (std::size_t i = 0; i < size; ++i) body += static_cast<char>('a' + i % 23);
    const Response got = call("POST", "/", body);
    EXPECT_EQ(got.status, 200);
    const auto request = boost::json::parse(got.body).as_object();
    EXPECT_TRUE(request.at("body").as_string() == body) << size;
    EXPECT_EQ(request.at("headers").at("content-type").as_string(), "application/json");
  }
}

TEST_F(Server, AnswersWithStatusHeadersAndBody) {
  start([](const Request&) {
    return Response{.status = 418, .headers = {{"X-One", "1"}, {"X-Two", "2"}}, .body = "tea"};
  });
  const Response got = call("DELETE", "/");
  EXPECT_EQ(got.status, 418);
  EXPECT_EQ(got.body, "tea");
  EXPECT_THAT(got.headers, ::testing::Contains(::testing::Pair("X-One", "1")));
  EXPECT_THAT(got.headers, ::testing::Contains(::testing::Pair("X-Two", "2")));
}

TEST_F(Server, SendsNoBodyWithNoContentOrToHead) {
  start([](const Request& request) {
    return request.method == "HEAD" ? json_text_answer(200, "{}") : json_answer(204, nullptr);
  });
  RawConnection connection(server_->port());
  connection.send(
      "DELETE / HTTP/1.1\r\nHost: x\r\n\r\nHEAD / HTTP/1.1\r\nHost: x\r\n"
      "Connection: close\r\n\r\n");
  const std::string answers = connection.read_all();
  EXPECT_THAT(answers, StartsWith("HTTP/1.1 204 "));
  EXPECT_THAT(answers, HasSubstr("HTTP/1.1 200 "));
  EXPECT_THAT(answers, Not(HasSubstr("{}")));
  EXPECT_EQ(handled_, 2);
}

TEST_F(Server, RefusesABodyThatIsAnnouncedTooLargeBeforeItComes) {
  start(echo);
  for (const char* length : {"100001", "99999999999", "18446744073709551615"}) {
    RawConnection connection(server_->port());
    connection.send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::string(length) +
                    "\r\n\r\n");  // and no octet of it
    const std::string answer = connection.read_all();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 413 ")) << length;
    EXPECT_THAT(answer, HasSubstr("application/problem+json"));
    EXPECT_THAT(body_of(answer), HasSubstr("\"code\":\"body_too_large\""));
  }
  EXPECT_EQ(handled_, 0);
}

TEST_F(Server, RefusesABodyInChunksThatGrowsTooLarge) {
  start(echo);
  const std::string chunk = "2710\r\n" + std::string(10000, 'x') + "\r\n";
  const std::string head = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
  {
    RawConnection fits(server_->port());
    fits.send(head);
    for (int i = 0; i < 10; ++i) fits.send(chunk);
    fits.send("0\r\n\r\n");
    EXPECT_THAT(fits.read_answer(), StartsWith("HTTP/1.1 200 "));
    EXPECT_EQ(handled_, 1);
  }
  RawConnection over(server_->port());
  over.send(head);
  for (int i = 0; i < 11; ++i) over.send(chunk);
  over.send("0\r\n\r\n");
  EXPECT_THAT(over.read_answer(), StartsWith("HTTP/1.1 413 "));
  RawConnection endless(server_->port());
  endless.send(head);
  for (int i = 0; i < 100000 && endless.send(chunk); ++i) continue;
  EXPECT_THAT(endless.read_all(), Not(HasSubstr("HTTP/1.1 200 ")));
  EXPECT_EQ(handled_, 1);
}

TEST_F(Server, TellsTheClientOfABodyTooLarge) {
  start(echo);
  EXPECT_EQ(call("POST", "/", std::string(5U << 20, 'x')).status, 413);
  EXPECT_EQ(handled_, 0);
}

TEST_F(Server, KeepsConnectionsForTheNextRequest) {
  start(echo);
  RawConnection connection(server_->port());
  for (int i = 0; i < 20; ++i) {
    connection.send("POST /" + std::to_string(i) +
                    " HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc");
    const std::string answer = connection.read_answer();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(answer, HasSubstr("\"path\":\"/" + std::to_string(i) + "\""));
  }
}

TEST_F(Server, AnswersPipelinedRequestsInOrder) {
  start(echo);
  RawConnection connection(server_->port());
  std::string all;
  for (int i = 0; i < 20; ++i) {
    all += "GET /" + std::to_string(i) + " HTTP/1.1\r\nHost: x\r\n\r\n";
  }
  connection.send(all);
  for (int i = 0; i < 20; ++i) {
    EXPECT_THAT(connection.read_answer(), HasSubstr("\"path\":\"/" + std::to_string(i) + "\""));
  }
}

TEST_F(Server, TakesTargetsInAbsoluteForm) {
  start(echo);
  RawConnection connection(server_->port());
  connection.send("GET http://localhost/healthz?a=b HTTP/1.1\r\nHost: localhost\r\n\r\n");
  const std::string answer = connection.read_answer();
  EXPECT_THAT(answer, HasSubstr("\"path\":\"/healthz\""));
  EXPECT_THAT(answer, HasSubstr("\"query\":{\"a\":\"b\"}"));
}

TEST_F(Server, ServesManyAtOnceAndMixesNothingUp) {
  start(echo);
  std::vector<std::thread> clients;
  std::atomic<int> right = 0;
  for (int client = 0; client < 8; ++client) {
    clients.emplace_back([&, client] {
      for (int i = 0; i < 25; ++i) {
        const std::string word = std::to_string(client) + "-" + std::to_string(i);
        const Response got = call("POST", "/" + word, "\"" + word + "\"");
        const auto request = boost::json::parse(got.body).as_object();
        if (request.at("path").as_string() == "/" + word &&
            request.at("body").as_string() == "\"" + word + "\"") {
          ++right;
        }
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(right, 200);
}

TEST_F(Server, AnswersAHandlerThatThrowsWithAProblem) {
  start([](const Request& request) -> Response {
    if (request.path == "/int") throw 7;
    throw std::runtime_error("the cause");
  });
  for (const char* path : {"/error", "/int"}) {
    const Response got = call("GET", path);
    EXPECT_EQ(got.status, 500);
    EXPECT_THAT(got.body, HasSubstr("\"code\":\"internal_error\""));
    EXPECT_THAT(got.body, Not(HasSubstr("the cause")));
  }
  EXPECT_EQ(errors().size(), 2U);
  EXPECT_THAT(errors().at(0), HasSubstr("the cause"));
}

TEST_F(Server, NeverSendsAHeaderFieldThatEndsEarly) {
  start([](const Request&) {
    return Response{.status = 200, .headers = {{"Location", "/a\r\nSet-Cookie: b=c"}}, .body = {}};
  });
  RawConnection connection(server_->port());
  connection.send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(connection.read_all(), Not(HasSubstr("Set-Cookie")));
  EXPECT_THAT(errors(), ::testing::ElementsAre(HasSubstr("Location")));
}

TEST_F(Server, ClosesConnectionsThatAreIdle) {
  ServerOptions given = options();
  given.idle_timeout = 1;
  start(echo, given);
  RawConnection silent(server_->port());
  RawConnection half(server_->port());
  half.send("GET / HTTP/1.1\r\nHost");
  EXPECT_EQ(silent.read_all(), "");
  EXPECT_THAT(half.read_all(), Not(HasSubstr("200")));
  EXPECT_EQ(handled_, 0);
}

TEST_F(Server, ServesWithOneThread) {
  ServerOptions given = options();
  given.threads = 1;
  start(echo, given);
  EXPECT_EQ(call("GET", "/").status, 200);
}

TEST_F(Server, LetsNoCallThatWaitsHoldUpAnother) {
  ServerOptions given = options();
  given.threads = 4;
  std::promise<void> go_on;
  const std::shared_future<void> gone_on = go_on.get_future().share();
  std::atomic<int> waiting = 0;
  start(
      [&](const Request& request) {
        if (request.path == "/slow") {
          ++waiting;
          gone_on.wait_for(std::chrono::seconds{10});
        }
        return echo(request);
      },
      given);
  std::vector<std::unique_ptr<RawConnection>> slow;
  for (int i = 0; i < 3; ++i) {
    slow.push_back(std::make_unique<RawConnection>(server_->port()));
    slow.back()->send("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
  }
  for (int i = 0; i < 30; ++i) {
    RawConnection fast(server_->port());
    fast.send("GET /fast HTTP/1.1\r\nHost: x\r\n\r\n");
    EXPECT_THAT(fast.read_answer(), HasSubstr("\"path\":\"/fast\"")) << "while others wait";
  }
  go_on.set_value();
  for (const auto& connection : slow) {
    EXPECT_THAT(connection->read_answer(), HasSubstr("\"path\":\"/slow\""));
  }
  EXPECT_EQ(waiting, 3);
}

TEST_F(Server, OutlivesAClientThatLeavesBeforeItsAnswer) {
  std::promise<void> entered;
  std::promise<void> go_on;
  start([&](const Request& request) {
    if (request.path == "/leaves") {
      entered.set_value();
      go_on.get_future().wait_for(std::chrono::seconds{10});
    }
    return echo(request);
  });
  {
    RawConnection leaving(server_->port());
    leaving.send("GET /leaves HTTP/1.1\r\nHost: x\r\n\r\n");
    ASSERT_EQ(entered.get_future().wait_for(std::chrono::seconds{10}), std::future_status::ready);
  }
  go_on.set_value();
  EXPECT_EQ(call("GET", "/").status, 200);
}

TEST_F(Server, FinishesTheCallUnderWayWhenItStops) {
  std::promise<void> entered;
  std::promise<void> go_on;
  start([&](const Request& request) {
    entered.set_value();
    go_on.get_future().wait_for(std::chrono::seconds{10});
    return echo(request);
  });
  auto client = std::async(std::launch::async, [port = server_->port()] {
    return web::call({.url = "http://127.0.0.1:" + std::to_string(port), .key = {}}, "GET", "/",
                     "");
  });
  ASSERT_EQ(entered.get_future().wait_for(std::chrono::seconds{10}), std::future_status::ready);
  auto stopping = std::async(std::launch::async, [&] { server_.reset(); });
  go_on.set_value();
  ASSERT_EQ(stopping.wait_for(std::chrono::seconds{10}), std::future_status::ready);
  EXPECT_EQ(handled_, 1);
  (void)client.get();  // answered or cut off: the stop does not wait for readers
}

TEST_F(Server, FreesItsPortWhenItStops) {
  start(echo);
  ServerOptions given = options();
  given.port = server_->port();
  EXPECT_EQ(call("GET", "/").status, 200);
  server_.reset();
  start(echo, given);
  EXPECT_EQ(server_->port(), given.port);
  EXPECT_EQ(call("GET", "/").status, 200);
}

TEST_F(Server, SaysWhyItCannotListen) {
  start(echo);
  ServerOptions given = options();
  given.port = server_->port();
  const auto second = HttpServer::start(given, echo, [](const std::string&) {});
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error(), HasSubstr("127.0.0.1:" + std::to_string(given.port)));
  EXPECT_THAT(second.error(), HasSubstr("in use"));
  given.address = dns::IpAddress::v4({192, 0, 2, 1});
  const auto foreign = HttpServer::start(given, echo, [](const std::string&) {});
  ASSERT_FALSE(foreign);
  EXPECT_THAT(foreign.error(), HasSubstr("192.0.2.1"));
}

TEST_F(Server, ListensOnIpv6) {
  ServerOptions given = options();
  given.address = dns::IpAddress::parse("::1").value();
  start(echo, given);
  const auto response = web::call(
      {.url = "http://[::1]:" + std::to_string(server_->port()), .key = {}}, "GET", "/", "");
  ASSERT_TRUE(response) << response.error();
  EXPECT_EQ(response->status, 200);
}

}  // namespace
}  // namespace mandate::web
