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
  std::string ca_file;   ///< empty: the system's
  std::string user;      ///< empty: no AUTH
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
};

/// Over libcurl.
std::unique_ptr<Relay> make_smtp_relay(RelayOptions options);

}  // namespace mandate::mail
