// Octets that are no request of HTTP/1.1, or that two programs could read as two different ones.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "raw_connection.h"
#include "running_server.h"

namespace mandate::web {
namespace {

using ::testing::AnyOf;
using ::testing::IsEmpty;
using ::testing::StartsWith;

constexpr std::string_view kAuthority = "Host: localhost\r\n";

struct Malformed {
  const char* rule;
  std::string octets;
};

class MalformedRequest : public RunningServer, public ::testing::WithParamInterface<Malformed> {};

TEST_P(MalformedRequest, IsRefusedUnhandledAndHurtsNoOther) {
  start(echo);
  RawConnection connection(server_->port());
  connection.send(GetParam().octets);
  const std::string answer = connection.read_all();
  EXPECT_THAT(answer, AnyOf(IsEmpty(), StartsWith("HTTP/1.1 4"), StartsWith("HTTP/1.0 4"),
                            StartsWith("HTTP/1.1 505"), StartsWith("HTTP/1.1 501")));
  EXPECT_EQ(handled_, 0) << answer;
  EXPECT_EQ(call("GET", "/").status, 200);
  EXPECT_THAT(errors(), IsEmpty());
}

std::string get_with(const std::string& headers) {
  return "GET / HTTP/1.1\r\n" + std::string(kAuthority) + headers + "Connection: close\r\n\r\n";
}

std::string post_with(const std::string& headers, const std::string& body) {
  return "POST / HTTP/1.1\r\n" + std::string(kAuthority) + headers + "Connection: close\r\n\r\n" +
         body;
}

INSTANTIATE_TEST_SUITE_P(
    Requests, MalformedRequest,
    ::testing::Values(
        Malformed{"TlsHello", std::string("\x16\x03\x01\x02\x00\x01 garbage\r\n\r\n", 18)},
        Malformed{"NoVersion", "GET /\r\n\r\n"},
        Malformed{"NoTarget", "GET  HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"},
        Malformed{"NoHost", "GET / HTTP/1.1\r\nConnection: close\r\n\r\n"},
        Malformed{"TwoHosts", get_with("Host: other\r\n")},
        Malformed{"TwoAuthorizations", get_with("Authorization: a\r\nAuthorization: b\r\n")},
        Malformed{"TwoLengths", post_with("Content-Length: 3\r\nContent-Length: 4\r\n", "abcd")},
        Malformed{"TwoEqualLengths",
                  post_with("Content-Length: 3\r\nContent-Length: 3\r\n", "abc")},
        Malformed{"LengthAndChunks",
                  post_with("Content-Length: 3\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")},
        Malformed{"NegativeLength", post_with("Content-Length: -1\r\n", "")},
        Malformed{"SignedLength", post_with("Content-Length: +3\r\n", "abc")},
        Malformed{"LengthList", post_with("Content-Length: 3, 3\r\n", "abc")},
        Malformed{"LengthInHex", post_with("Content-Length: 0x3\r\n", "abc")},
        Malformed{"BadChunkSize", post_with("Transfer-Encoding: chunked\r\n", "zz\r\nabc\r\n")},
        Malformed{"HugeChunkSize",
                  post_with("Transfer-Encoding: chunked\r\n", "ffffffffffffffffff\r\nabc\r\n")},
        Malformed{"BadEscapeInQuery",
                  "GET /?a=%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"},
        Malformed{"ParameterTwice",
                  "GET /?a=1&a=2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"},
        Malformed{"LongTarget",
                  "GET /" + std::string(100000, 'a') + " HTTP/1.1\r\nHost: x\r\n\r\n"},
        Malformed{"LongHeader", get_with("X: " + std::string(100000, 'a') + "\r\n")},
        Malformed{"ManyHeaders",
                  [] {
                    std::string headers;
                    for (int i = 0; i < 20000; ++i) headers += "X" + std::to_string(i) + ": y\r\n";
                    return get_with(headers);
                  }()},
        Malformed{"HeaderWithoutColon", get_with("nonsense\r\n")},
        Malformed{"OtherProtocol", "SSH-2.0-OpenSSH_9.2\r\n\r\n"}),
    [](const auto& tested) { return tested.param.rule; });

}  // namespace
}  // namespace mandate::web
