// The relay: the SMTP server that takes our mail on.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

namespace mandate::mail {

struct RelayOptions {
  std::string url;   ///< `smtp://HOST[:PORT]`, `smtps://…`
  std::string helo;  ///< the name given in EHLO
  enum class Tls : std::uint8_t { never, when_offered, always } tls = Tls::when_offered;
  std::string ca_file;  ///< empty: the system's
  std::string user;     ///< empty: no AUTH
  std::string password;
  std::string source_address;  ///< local address to send from; empty: the system chooses
  std::chrono::seconds timeout{60};
};

/// How one hand-over ended.
struct HandOver {
  enum class Kind : std::uint8_t {
    accepted,  ///< 250 after DATA: the relay has it
    deferred,  ///< 4yz, or no connection, or it broke: try again
    refused,   ///< 5yz: never
  };
  Kind kind = Kind::deferred;
  int code = 0;       ///< the SMTP reply code, 0 when there was none
  std::string reply;  ///< its text, or what went wrong
};

class Relay {
 public:
  virtual ~Relay() = default;
  /// Hands one message over, with `from` as MAIL FROM. Blocks. Thread-safe.
  virtual HandOver hand_over(const std::string& from, const std::string& to,
                             const std::string& content) = 0;
  /// No `hand_over` takes longer than this.
  virtual std::chrono::seconds longest_hand_over() const { return std::chrono::minutes{2}; }
};

/// Over libcurl, with a connection for each message. Only a 5yz reply to MAIL, RCPT, DATA or the
/// content is `refused`: at the greeting (RFC 5321 section 3.1), EHLO, STARTTLS or AUTH, and where
/// it asks for a login, it says something about us or the relay, and the message waits. Content
/// with a NUL or a line end other than CRLF, and addresses that cannot stand in a command, are
/// refused unsent, with code 0.
///
/// The relay's certificate is verified when TLS is `always`, for smtps, and whenever `user` or
/// `ca_file` is set; otherwise TLS is opportunistic (RFC 7435).
std::unique_ptr<Relay> make_smtp_relay(RelayOptions options);

}  // namespace mandate::mail
