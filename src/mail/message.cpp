#include "mail/message.h"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <iterator>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "mail/header_field.h"
#include "mail/transfer_encoding.h"
#include "registry/mailbox.h"
#include "dns/utf8.h"

namespace mandate::mail {
namespace {

using Checked = std::expected<void, DraftError>;

constexpr std::size_t kTextLimit = 998;  // of a line (RFC 5322 section 2.1.1)
constexpr std::size_t kBodyLimit = std::size_t{1} << 20U;

std::unexpected<DraftError> refuse(std::string_view field, std::string_view code,
                                   std::string message) {
  return std::unexpected(DraftError{std::string(field), {std::string(code), std::move(message)}});
}

Checked check_utf8(std::string_view field, std::string_view value) {
  if (dns::is_utf8(value)) return {};
  return refuse(field, "not_utf8",
                fmt::format("{} is not UTF-8: send it as well-formed UTF-8.", field.substr(1)));
}

// What is true of every header field: a control character could end it and begin another.
Checked check_header_text(std::string_view field, std::string_view value) {
  if (auto utf8 = check_utf8(field, value); !utf8) return utf8;
  if (!dns::has_control_character(value)) return {};
  return refuse(field, "control_character",
                fmt::format("{} holds a line end or another control character: leave it out.",
                            field.substr(1)));
}

Checked check_address(std::string_view field, std::string_view value) {
  if (auto text = check_header_text(field, value); !text) return text;
  if (auto mailbox = registry::parse_mailbox(value); !mailbox) {
    return std::unexpected(DraftError{std::string(field), std::move(mailbox.error())});
  }
  // All of these are allowed in a local part, but some readers decode them and show another
  // address.
  if (value.find("=?") != std::string_view::npos) {
    return refuse(field, "address_invalid",
                  fmt::format("{} holds =?, the beginning of an encoded word: use an address "
                              "without it.",
                              field.substr(1)));
  }
  return {};
}

// `@` and what is drawn like it: U+FE6B and U+FF20.
bool has_at_sign(std::string_view utf8) {
  static constexpr std::array<std::string_view, 3> kSigns{"@", "\uFE6B", "\uFF20"};
  return std::ranges::any_of(
      kSigns, [&](std::string_view sign) { return utf8.find(sign) != std::string_view::npos; });
}

Checked check_name(std::string_view field, std::string_view value) {
  if (auto text = check_header_text(field, value); !text) return text;
  if (value.size() > kTextLimit) {
    return refuse(field, "name_too_long",
                  fmt::format("{} has {} octets: shorten it to {} at most.", field.substr(1),
                              value.size(), kTextLimit));
  }
  if (has_at_sign(value)) {
    return refuse(field, "display_name_is_address",
                  "The display name holds an at sign and could be taken for another address than "
                  "the author's: use a name without one.");
  }
  return {};
}

Checked check_subject(std::string_view field, std::string_view value) {
  if (auto text = check_header_text(field, value); !text) return text;
  if (value.size() <= kTextLimit) return {};
  return refuse(field, "subject_too_long",
                fmt::format("The subject has {} octets: shorten it to {} at most.", value.size(),
                            kTextLimit));
}

Checked check_body(std::string_view field, std::string_view value) {
  if (value.size() > kBodyLimit) {
    return refuse(field, "body_too_large",
                  fmt::format("{} has {} octets: shorten it to {} at most.", field.substr(1),
                              value.size(), kBodyLimit));
  }
  return check_utf8(field, value);
}

Checked check_bodies(const Draft& draft) {
  if (draft.text.empty() && draft.html.empty()) {
    return refuse("/text", "body_missing", "There is no body: give text, html, or both.");
  }
  if (auto text = check_body("/text", draft.text); !text) return text;
  return check_body("/html", draft.html);
}

std::string address(std::string_view text) {
  const auto mailbox = registry::parse_mailbox(text);
  if (!mailbox) throw std::invalid_argument("compose: an address was not checked");
  return mailbox->text();
}

// Ours, not a caller's; held against its form since it is written as it is.
const std::string& checked_message_id(const std::string& id) {
  const bool clean = std::ranges::all_of(id, [](char c) { return c > 0x20 && c < 0x7f; });
  if (!clean || id.size() > 900 || !id.starts_with('<') || !id.ends_with('>')) {
    throw std::invalid_argument("compose: the Message-ID is not of the form <LEFT@RIGHT>");
  }
  return id;
}

std::string text_part(std::string_view subtype, std::string_view body) {
  const EncodedBody encoded = encode_body(body);
  return fmt::format(
      "Content-Type: text/{}; charset=utf-8\r\nContent-Transfer-Encoding: {}\r\n\r\n{}", subtype,
      encoded.encoding, encoded.content);
}

// Neither encoding can give `=_`, so no body holds the boundary, and its digest keeps it from
// being that of a message around this one (RFC 2046 section 5.1.1).
std::string boundary(std::string_view message_id) {
  std::array<std::uint8_t, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(message_id.data()), message_id.size(),
         digest.data());
  std::string out = "=_";
  for (std::size_t i = 0; i < 16; ++i) fmt::format_to(std::back_inserter(out), "{:02x}", digest[i]);
  return out;
}

// RFC 2046 section 5.1.4: the plainest form first.
std::string alternative_part(const Draft& draft, std::string_view limit) {
  return fmt::format(
      "Content-Type: multipart/alternative; boundary=\"{0}\"\r\n\r\n"
      "--{0}\r\n{1}\r\n--{0}\r\n{2}\r\n--{0}--\r\n",
      limit, text_part("plain", draft.text), text_part("html", draft.html));
}

std::string body_part(const Draft& draft, std::string_view message_id) {
  if (draft.html.empty()) return text_part("plain", draft.text);
  if (draft.text.empty()) return text_part("html", draft.html);
  return alternative_part(draft, boundary(message_id));
}

}  // namespace

std::expected<void, DraftError> check(const Draft& draft) {
  for (const Checked& checked :
       {check_address("/from", draft.from), check_name("/from_name", draft.from_name),
        check_address("/to", draft.to), check_subject("/subject", draft.subject),
        check_bodies(draft)}) {
    if (!checked) return checked;
  }
  return {};
}

std::string compose(const Draft& draft, const std::string& message_id,
                    std::chrono::sys_seconds date) {
  if (!check(draft)) throw std::invalid_argument("compose: the draft was not checked");
  return mailbox_field("From", draft.from_name, address(draft.from)) +
         mailbox_field("To", {}, address(draft.to)) + unstructured_field("Subject", draft.subject) +
         fmt::format("Date: {}\r\n", date_time(date)) +
         fmt::format("Message-ID: {}\r\n", checked_message_id(message_id)) +
         "MIME-Version: 1.0\r\n" + body_part(draft, message_id);
}

}  // namespace mandate::mail
