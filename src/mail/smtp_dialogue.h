// What was said in one SMTP session, and what it means for the message.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "mail/relay.h"

namespace mandate::mail {

/// Follows the commands and replies of one session (RFC 5321 section 3), so that its end can be
/// judged: a 5yz reply is about the message only when it answers a step of the mail transaction.
/// No I/O. Not thread-safe.
class SmtpDialogue {
 public:
  /// `login_expected`: AUTH is configured, so a refusal without it is a fault of the session.
  explicit SmtpDialogue(bool login_expected) : login_expected_(login_expected) {}

  void command_sent(std::string_view command);
  void content_sent();
  /// One line of a reply, with or without its line end.
  void line_received(std::string_view line);

  /// How the hand-over ended. `completed`: the client library holds that the whole transaction
  /// succeeded; `fault`: what it says is wrong otherwise.
  HandOver conclude(bool completed, std::string_view fault) const;

 private:
  enum class Step : std::uint8_t { greeting, hello, starttls, auth, mail, rcpt, data, content };

  bool in_transaction() const { return step_ >= Step::mail; }
  bool is_refusal() const;
  std::string explanation(std::string_view fault) const;
  static std::string_view name(Step step);

  Step step_ = Step::greeting;
  bool login_expected_;
  bool login_tried_ = false;
  bool answered_ = false;  // the last line of the reply to the last step is here
  bool continued_ = false;
  bool closing_ = false;  // QUIT was said: the end is known, and nothing after it changes it
  int code_ = 0;
  std::string text_;
};

}  // namespace mandate::mail
