#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "resolver/stub_client.h"

namespace mandate::resolver {
namespace {

using ::testing::HasSubstr;
using namespace std::chrono_literals;

std::vector<std::string> texts(const StubOptions& options) {
  std::vector<std::string> all;
  for (const Server& server : options.servers) all.push_back(server.text());
  return all;
}

TEST(ParseServer, TakesAnAddressWithOrWithoutAPort) {
  const struct {
    std::string_view text, server;
  } rows[] = {
      {"192.0.2.53", "192.0.2.53:53"},
      {"192.0.2.53:5353", "192.0.2.53:5353"},
      {"192.0.2.53:65535", "192.0.2.53:65535"},
      {"192.0.2.53:1", "192.0.2.53:1"},
      {"2001:db8::53", "[2001:db8::53]:53"},
      {"[2001:db8::53]", "[2001:db8::53]:53"},
      {"[2001:db8::53]:5353", "[2001:db8::53]:5353"},
      {"::1", "[::1]:53"},
      {"2001:db8::1:5353", "[2001:db8::1:5353]:53"},  // without brackets all of it is the address
      {"[::ffff:127.0.0.1]:5353", "[::ffff:127.0.0.1]:5353"},
  };
  for (const auto& row : rows) {
    const auto server = parse_server(row.text);
    ASSERT_TRUE(server) << row.text << ": " << server.error();
    EXPECT_EQ(server->text(), row.server) << row.text;
    EXPECT_EQ(parse_server(server->text()), *server) << "round trip of " << row.text;
  }
}

TEST(ParseServer, RefusesAnythingElseAndSaysWhy) {
  const struct {
    std::string_view text, error;
  } rows[] = {
      {"", "empty"},
      {":", "IP address"},
      {":53", "IP address"},
      {"dns.example", "IP address"},
      {"dns.example:53", "IP address"},
      {"localhost", "IP address"},
      {" 192.0.2.53", "IP address"},
      {"192.0.2.53 ", "IP address"},
      {"192.0.2", "IP address"},
      {"192.0.2.53:", "port"},
      {"192.0.2.53:0", "port"},
      {"192.0.2.53:65536", "port"},
      {"192.0.2.53:99999999999999999999", "port"},
      {"192.0.2.53:-1", "port"},
      {"192.0.2.53:+53", "port"},
      {"192.0.2.53:53x", "port"},
      {"192.0.2.53: 53", "port"},
      {"192.0.2.53:53:53", "IP address"},
      {"[192.0.2.53]:53", "brackets"},
      {"2001:db8:0:0:0:0:0:53:5353", "needs brackets"},
      {"[2001:db8::53", "not closed"},
      {"[]", "IP address"},
      {"[]:53", "IP address"},
      {"[", "not closed"},
      {"[2001:db8::53]5353", "only a colon"},
      {"[2001:db8::53]:", "port"},
      {"[fe80::1%eth0]:53", "IP address"},
      {std::string_view("127.0.0.1\0:53", 13), "IP address"},
      {"\x1b[31m\n", "IP address"},
  };
  for (const auto& row : rows) {
    const auto server = parse_server(row.text);
    ASSERT_FALSE(server) << row.text;
    EXPECT_THAT(server.error(), HasSubstr(row.error)) << row.text;
    EXPECT_THAT(server.error(), HasSubstr("write ADDRESS")) << row.text;
    EXPECT_EQ(server.error().find_first_of("\x1b\n"), std::string::npos)
        << "control characters of the input are in the message";
  }
}

TEST(ResolvConf, ReadsServersTimeoutAndAttempts) {
  const std::vector<std::string> local{"127.0.0.1:53"};
  const struct {
    std::string_view rule, contents;
    std::vector<std::string> servers;
    std::chrono::milliseconds timeout = 2000ms;
    int attempts = 2;
    bool rotate = false;
  } rows[] = {
      {"nothing means this machine", "", local},
      {"only other lines mean this machine", "search example.com\ndomain example.com\n", local},
      {"order is kept",
       "nameserver 192.0.2.2\nnameserver 192.0.2.1\n",
       {"192.0.2.2:53", "192.0.2.1:53"}},
      {"three at most",
       "nameserver 192.0.2.1\nnameserver 192.0.2.2\nnameserver 192.0.2.3\nnameserver 192.0.2.4\n",
       {"192.0.2.1:53", "192.0.2.2:53", "192.0.2.3:53"}},
      {"IPv6", "nameserver 2001:db8::53", {"[2001:db8::53]:53"}},
      {"tabs, blanks and CRLF", "nameserver \t 192.0.2.1 \t\r\n", {"192.0.2.1:53"}},
      {"a comment behind",
       "nameserver 192.0.2.1 # first\nnameserver 192.0.2.2;x\n",
       {"192.0.2.1:53", "192.0.2.2:53"}},
      {"comment lines", "# nameserver 192.0.2.1\n;nameserver 192.0.2.2\n", local},
      {"a keyword begins its line", " nameserver 192.0.2.1\n", local},
      {"a keyword is a whole word", "nameservers 192.0.2.1\nnameserver192.0.2.2\n", local},
      {"what is no address is passed over",
       "nameserver dns.example\nnameserver\nnameserver fe80::1%eth0\nnameserver 192.0.2.1\n",
       {"192.0.2.1:53"}},
      {"options", "options timeout:1 attempts:3\n", local, 1000ms, 3},
      {"options among others and on several lines",
       "options ndots:2 timeout:4 rotate\noptions\tattempts:1 edns0\n", local, 4000ms, 1, true},
      {"rotate is a whole word", "options rotated no-rotate rotate:1\n", local},
      {"limits of the C library", "options timeout:31 attempts:6\n", local, 30s, 5},
      {"numbers beyond any integer", "options timeout:99999999999999999999 attempts:99999999999\n",
       local, 30s, 5},
      {"zero would never ask", "options timeout:0 attempts:0\n", local, 1000ms, 1},
      {"what is no number changes nothing", "options timeout: attempts:x timeout:-1 attempts:3x\n",
       local},
      {"no newline at the end",
       "nameserver 192.0.2.1\noptions attempts:4",
       {"192.0.2.1:53"},
       2000ms,
       4},
      {"octets without sense",
       std::string_view("\0\xff\nnameserver 192.0.2.1\n\0", 25),
       {"192.0.2.1:53"}},
  };
  for (const auto& row : rows) {
    const StubOptions options = parse_resolv_conf(row.contents);
    EXPECT_EQ(texts(options), row.servers) << row.rule;
    EXPECT_EQ(options.timeout, row.timeout) << row.rule;
    EXPECT_EQ(options.attempts, row.attempts) << row.rule;
    EXPECT_EQ(options.rotate, row.rotate) << row.rule;
  }
}

}  // namespace
}  // namespace mandate::resolver
