// A scripted SMTP server on loopback: answers as told, and keeps what it was sent.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace mandate::mail::test {

/// What the sink does at a step of the session.
struct Act {
  enum class Kind : std::uint8_t {
    say,      ///< sends `text`, which holds whole reply lines
    drop,     ///< closes the connection without a word
    silence,  ///< says nothing until the client goes
  };
  Kind kind = Kind::say;
  std::string text;
};
Act say(std::string line);  ///< one line, without its line end
inline Act drop() {
  return {.kind = Act::Kind::drop, .text = {}};
}
inline Act silence() {
  return {.kind = Act::Kind::silence, .text = {}};
}

struct SinkSession {
  std::vector<std::string> commands;  ///< as they came, without CRLF
  std::vector<std::string>
      contents;  ///< between the reply to DATA and `CRLF . CRLF`, as on the wire
};

class SmtpSink {
 public:
  /// Acts by step: `greeting`, a verb such as `RCPT`, `content` (after the final dot). A step that
  /// is not named is answered with success. EHLO offers nothing unless the script says so.
  explicit SmtpSink(std::map<std::string, Act> script = {});
  ~SmtpSink();
  SmtpSink(const SmtpSink&) = delete;
  SmtpSink& operator=(const SmtpSink&) = delete;

  std::string url() const;
  /// What has come so far. A content is here before its reply is sent.
  std::vector<SinkSession> sessions() const;
  /// Of the only session, which must be there.
  SinkSession only_session() const;

 private:
  void serve();
  void converse(int socket);
  bool perform(int socket, const std::string& step);
  bool take_content(int socket, std::string& pending);

  std::map<std::string, Act> script_;
  int listener_ = -1;
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;
  std::vector<SinkSession> sessions_;
  int client_ = -1;
  bool ending_ = false;
  std::thread thread_;
};

/// What a reader of the wire gets: doubled dots undone (RFC 5321 section 4.5.2).
std::string without_dot_stuffing(const std::string& wire);

/// A URL on loopback where nobody listens.
std::string url_of_nobody();

}  // namespace mandate::mail::test
