#include "mail/smtp_dialogue.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "dns/printable.h"

namespace mandate::mail {
namespace {

constexpr std::size_t kTextLimit = 512;  // the longest reply line (RFC 5321 section 4.5.3.1.5)

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Begins a reply line (RFC 5321 section 4.2): three digits, then a hyphen, a space or nothing.
bool has_code(std::string_view line) {
  return line.size() >= 3 && std::ranges::all_of(line.substr(0, 3), is_digit) &&
         (line.size() == 3 || line[3] == ' ' || line[3] == '-');
}

// RFC 4954 section 6 and RFC 3207 section 4: the session lacks a login or TLS; no word about the
// message.
bool is_about_authentication(int code) {
  return code == 530 || code == 534 || code == 535 || code == 538;
}

}  // namespace

void SmtpDialogue::command_sent(std::string_view command) {
  if (closing_) return;
  if (command.starts_with("EHLO") || command.starts_with("HELO")) {
    step_ = Step::hello;
  } else if (command.starts_with("STARTTLS")) {
    step_ = Step::starttls;
  } else if (command.starts_with("AUTH ")) {
    step_ = Step::auth;
    login_tried_ = true;
  } else if (command.starts_with("MAIL FROM:")) {
    step_ = Step::mail;
  } else if (command.starts_with("RCPT TO:") && in_transaction()) {
    step_ = Step::rcpt;
  } else if (command.starts_with("DATA") && in_transaction()) {
    step_ = Step::data;
  } else if (command.starts_with("QUIT")) {
    closing_ = true;
    return;
  }
  answered_ = false;
}

void SmtpDialogue::content_sent() {
  step_ = Step::content;
  answered_ = false;
}

void SmtpDialogue::line_received(std::string_view line) {
  while (!line.empty() && (line.back() == '\r' || line.back() == '\n')) line.remove_suffix(1);
  if (closing_ || !has_code(line)) return;
  if (!continued_) text_.clear();
  code_ = (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
  continued_ = line.size() > 3 && line[3] == '-';
  answered_ = !continued_;
  const std::string_view said = line.substr(std::min<std::size_t>(4, line.size()));
  if (!text_.empty() && !said.empty()) text_ += ' ';
  if (text_.size() < kTextLimit) text_ += said.substr(0, kTextLimit);
}

bool SmtpDialogue::is_refusal() const {
  return answered_ && code_ / 100 == 5 && in_transaction() && !is_about_authentication(code_) &&
         (login_tried_ || !login_expected_);
}

std::string_view SmtpDialogue::name(Step step) {
  switch (step) {
    case Step::greeting:
      break;
    case Step::hello:
      return "EHLO";
    case Step::starttls:
      return "STARTTLS";
    case Step::auth:
      return "AUTH";
    case Step::mail:
      return "MAIL";
    case Step::rcpt:
      return "RCPT";
    case Step::data:
      return "DATA";
    case Step::content:
      return "the content";
  }
  return "the connection";
}

std::string SmtpDialogue::explanation(std::string_view fault) const {
  const bool complaint = answered_ && code_ >= 400;
  if (!complaint && answered_) return std::string(fault);
  if (!complaint) return fmt::format("{}, while waiting for the answer to {}", fault, name(step_));
  if (step_ == Step::auth) {
    return "the relay refused our login; check relay.user and relay.password: " + text_;
  }
  if (is_about_authentication(code_)) {
    return "the relay asks for a login or TLS; check relay.user, relay.password and relay.tls: " +
           text_;
  }
  if (in_transaction() && code_ / 100 == 5) {
    return "the relay offered no login and refused; check relay.user and relay.tls: " + text_;
  }
  if (in_transaction()) return text_;
  return fmt::format("the relay refused at {}: {}", name(step_), text_);
}

HandOver SmtpDialogue::conclude(bool completed, std::string_view fault) const {
  HandOver out;
  if (completed && step_ == Step::content && answered_ && code_ / 100 == 2) {
    out = {.kind = HandOver::Kind::accepted, .code = code_, .reply = text_};
  } else if (!completed && is_refusal()) {
    out = {.kind = HandOver::Kind::refused, .code = code_, .reply = text_};
  } else {
    const bool complaint = answered_ && code_ >= 400;
    out = {.kind = HandOver::Kind::deferred,
           .code = complaint ? code_ : 0,
           .reply = explanation(fault)};
  }
  out.reply = dns::printable(out.reply, kTextLimit);
  return out;
}

}  // namespace mandate::mail
