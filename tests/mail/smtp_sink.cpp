#include "smtp_sink.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <utility>

namespace mandate::mail::test {
namespace {

const std::map<std::string, std::string>& courtesies() {
  static const std::map<std::string, std::string> replies{{"greeting", "220 sink.test ESMTP\r\n"},
                                                          {"DATA", "354 go on\r\n"},
                                                          {"content", "250 2.0.0 taken as 42\r\n"},
                                                          {"QUIT", "221 bye\r\n"}};
  return replies;
}

bool send_all(int socket, const std::string& text) {
  std::size_t sent = 0;
  while (sent < text.size()) {
    const auto now = ::send(socket, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
    if (now <= 0) return false;
    sent += static_cast<std::size_t>(now);
  }
  return true;
}

// Adds what comes next to `pending`; false at the end.
bool receive(int socket, std::string& pending) {
  std::array<char, 4096> buffer{};
  const auto size = ::recv(socket, buffer.data(), buffer.size(), 0);
  if (size <= 0) return false;
  pending.append(buffer.data(), static_cast<std::size_t>(size));
  return true;
}

std::optional<std::string> receive_until(int socket, std::string& pending, const std::string& end) {
  std::size_t at = 0;
  while ((at = pending.find(end)) == std::string::npos) {
    if (!receive(socket, pending)) return std::nullopt;
  }
  std::string taken = pending.substr(0, at);
  pending.erase(0, at + end.size());
  return taken;
}

std::pair<int, std::uint16_t> bound_socket() {
  const int made = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (::bind(made, reinterpret_cast<const sockaddr*>(&address), size) != 0 ||
      ::getsockname(made, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    ::close(made);
    throw std::runtime_error("the sink finds no port");
  }
  return {made, ntohs(address.sin_port)};
}

}  // namespace

Act say(std::string line) {
  return {.kind = Act::Kind::say, .text = std::move(line) + "\r\n"};
}

SmtpSink::SmtpSink(std::map<std::string, Act> script) : script_(std::move(script)) {
  std::tie(listener_, port_) = bound_socket();
  if (::listen(listener_, 16) != 0) throw std::runtime_error("the sink cannot listen");
  thread_ = std::thread([this] { serve(); });
}

SmtpSink::~SmtpSink() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
    ::shutdown(listener_, SHUT_RDWR);  // ends accept
    if (client_ >= 0) ::shutdown(client_, SHUT_RDWR);
  }
  thread_.join();
  ::close(listener_);
}

std::string SmtpSink::url() const {
  return fmt::format("smtp://127.0.0.1:{}", port_);
}

std::vector<SinkSession> SmtpSink::sessions() const {
  const std::lock_guard lock(mutex_);
  return sessions_;
}

SinkSession SmtpSink::only_session() const {
  const auto all = sessions();
  EXPECT_EQ(all.size(), 1U);
  return all.empty() ? SinkSession{} : all.front();
}

void SmtpSink::serve() {
  for (;;) {
    const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (client < 0) return;
    {
      const std::lock_guard lock(mutex_);
      client_ = client;
      sessions_.emplace_back();
      if (ending_) ::shutdown(client, SHUT_RDWR);
    }
    converse(client);
    const std::lock_guard lock(mutex_);
    client_ = -1;
    ::close(client);
  }
}

void SmtpSink::converse(int socket) {
  std::string pending;
  if (!perform(socket, "greeting")) return;
  for (;;) {
    const auto command = receive_until(socket, pending, "\r\n");
    if (!command) return;
    {
      const std::lock_guard lock(mutex_);
      sessions_.back().commands.push_back(*command);
    }
    const std::string verb = command->substr(0, command->find(' '));
    if (!perform(socket, verb)) return;
    const bool goes_on = !script_.contains("DATA") || script_.at("DATA").text.starts_with("354");
    if (verb == "DATA" && goes_on && !take_content(socket, pending)) return;
    if (verb == "QUIT") return;
  }
}

// False when the session is over.
bool SmtpSink::perform(int socket, const std::string& step) {
  Act act;
  if (const auto scripted = script_.find(step); scripted != script_.end()) {
    act = scripted->second;
  } else {
    const auto courtesy = courtesies().find(step);
    act.text = courtesy == courtesies().end() ? "250 fine\r\n" : courtesy->second;
  }
  if (act.kind == Act::Kind::say) return send_all(socket, act.text);
  std::string ignored;
  while (act.kind == Act::Kind::silence && receive(socket, ignored)) ignored.clear();
  return false;
}

bool SmtpSink::take_content(int socket, std::string& pending) {
  if (script_.contains("half-content")) {
    receive(socket, pending);
    return false;
  }
  // The line end before the dot belongs to the content. An empty content begins with its end.
  const auto content = receive_until(socket, pending, "\r\n.\r\n");
  if (!content) return false;
  {
    const std::lock_guard lock(mutex_);
    sessions_.back().contents.push_back(*content + "\r\n");
  }
  return perform(socket, "content");
}

std::string without_dot_stuffing(const std::string& wire) {
  std::string out;
  for (std::size_t i = 0; i < wire.size(); ++i) {
    const bool begins_line = i == 0 || (i >= 2 && wire[i - 2] == '\r' && wire[i - 1] == '\n');
    if (begins_line && wire[i] == '.') continue;
    out += wire[i];
  }
  return out;
}

std::string url_of_nobody() {
  // Bound and never listened on: a connection is refused, and nobody else takes the port.
  static const auto bound = bound_socket();
  return fmt::format("smtp://127.0.0.1:{}", bound.second);
}

}  // namespace mandate::mail::test
