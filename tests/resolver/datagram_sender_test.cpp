#include "resolver/datagram_sender.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mandate::resolver {
namespace {

/// Two UDP sockets of the loopback interface, the first connected to the second.
class DatagramSenderTest : public testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* const at = reinterpret_cast<sockaddr*>(&address);
    ASSERT_EQ(bind(receiver_, at, size), 0);
    ASSERT_EQ(getsockname(receiver_, at, &size), 0);
    ASSERT_EQ(connect(sender_, at, size), 0);
    // The system refuses pieces of a socket without check sums, with EINVAL.
    const int without_check_sums = GetParam() ? 0 : 1;
    ASSERT_EQ(setsockopt(sender_, SOL_SOCKET, SO_NO_CHECK, &without_check_sums,
                         sizeof without_check_sums),
              0);
  }
  void TearDown() override {
    close(sender_);
    close(receiver_);
  }

  std::vector<std::string> received(std::size_t count) {
    std::vector<std::string> out;
    while (out.size() < count) {
      pollfd waiting{receiver_, POLLIN, 0};
      if (poll(&waiting, 1, 5000) != 1) break;
      std::array<char, 2048> buffer{};
      const ssize_t octets = recv(receiver_, buffer.data(), buffer.size(), 0);
      if (octets < 0) break;
      out.emplace_back(buffer.data(), static_cast<std::size_t>(octets));
    }
    return out;
  }

  int sender_ = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  int receiver_ = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
};

std::vector<std::string> of_lengths(const std::vector<std::size_t>& lengths) {
  std::vector<std::string> out;
  for (const std::size_t length : lengths) {
    out.emplace_back(length, static_cast<char>('a' + out.size() % 26));
  }
  return out;
}

TEST_P(DatagramSenderTest, KeepsDatagramsApartWhateverTheirLengths) {
  const std::vector<std::vector<std::size_t>> rows{
      {30},         {30, 30},       {30, 30, 30, 31},       {29, 30, 30, 29, 29, 12},
      {1, 1, 2, 2}, {512, 512, 12}, {30, 30, 1, 30, 30, 1}, std::vector<std::size_t>(64, 40),
      {1200, 1200},
  };
  DatagramSender sender;
  for (const auto& lengths : rows) {
    const std::vector<std::string> sent = of_lengths(lengths);
    const std::vector<std::string_view> views(sent.begin(), sent.end());
    ASSERT_EQ(sender.send(sender_, views), static_cast<int>(sent.size())) << errno;
    EXPECT_EQ(received(sent.size()), sent);
  }
}

TEST_P(DatagramSenderTest, SendsNoMoreThanOneCallTakes) {
  const std::vector<std::string> given = of_lengths(std::vector<std::size_t>(100, 33));
  const std::vector<std::string_view> views(given.begin(), given.end());
  DatagramSender sender;
  ASSERT_EQ(sender.send(sender_, views), 64);
  EXPECT_EQ(received(64), std::vector<std::string>(given.begin(), given.begin() + 64));
}

TEST_P(DatagramSenderTest, TellsOfAPortWhereNobodyListens) {
  close(receiver_);
  receiver_ = -1;
  const std::vector<std::string> given = of_lengths({33, 33});
  const std::vector<std::string_view> views(given.begin(), given.end());
  DatagramSender sender;
  ASSERT_EQ(sender.send(sender_, std::span(views).first(1)), 1);
  EXPECT_EQ(sender.send(sender_, views), -1);
  EXPECT_EQ(errno, ECONNREFUSED);
}

INSTANTIATE_TEST_SUITE_P(WithAndWithoutPieces, DatagramSenderTest, testing::Bool());

}  // namespace
}  // namespace mandate::resolver
