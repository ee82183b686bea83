#include "mail/transfer_encoding.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>

namespace mandate::mail {
namespace {

constexpr std::string_view kCrlf = "\r\n";
constexpr std::size_t kLineLimit = 76;  // RFC 2045 sections 6.7 (5) and 6.8

bool is_literal(char c) {
  return c >= 0x20 && c < 0x7f && c != '=';
}

std::string escaped(char c) {
  return fmt::format("={:02X}", static_cast<std::uint8_t>(c));
}

// What stands for the first octet of `rest`, which goes on to the end of its line.
std::string qp_token(std::string_view rest, std::size_t column) {
  const char c = rest.front();
  const bool ends_line_blank = c == ' ' && rest.size() == 1;  // RFC 2045 section 6.7 (3)
  const bool begins_badly = column == 0 && (c == '.' || rest.starts_with("From "));
  if (!is_literal(c) || ends_line_blank || begins_badly) return escaped(c);
  return std::string(1, c);
}

void append_qp_line(std::string& out, std::string_view line) {
  std::size_t column = 0;
  for (; !line.empty(); line.remove_prefix(1)) {
    std::string token = qp_token(line, column);
    // Room is kept for the `=` of a soft line break, except behind the last octet of the line.
    const std::size_t limit = line.size() == 1 ? kLineLimit : kLineLimit - 1;
    if (column + token.size() > limit) {
      out += "=\r\n";
      column = 0;
      token = qp_token(line, column);
    }
    out += token;
    column += token.size();
  }
  out += kCrlf;
}

std::size_t qp_cost(std::string_view text) {
  const auto literal = static_cast<std::size_t>(std::ranges::count_if(text, is_literal));
  return literal + 3 * (text.size() - literal);
}

// Line ends cost quoted-printable two octets, not six.
bool quoted_printable_is_shorter(std::string_view text) {
  const auto ends = static_cast<std::size_t>(std::ranges::count(text, '\n'));
  return qp_cost(text) - 4 * ends <= (text.size() + 2) / 3 * 4;
}

}  // namespace

std::string with_crlf(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 32 + 2);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r' && text[i] != '\n') {
      out += text[i];
      continue;
    }
    out += kCrlf;
    if (text.substr(i).starts_with(kCrlf)) ++i;
  }
  if (!out.ends_with(kCrlf)) out += kCrlf;
  return out;
}

std::string quoted_printable(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 16);
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(kCrlf), text.size());
    append_qp_line(out, text.substr(0, end));
    text.remove_prefix(std::min(end + kCrlf.size(), text.size()));
  }
  return out;
}

std::string base64(std::string_view octets) {
  // One octet more than the text: EVP_EncodeBlock ends it with a NUL.
  std::string out((octets.size() + 2) / 3 * 4 + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   reinterpret_cast<const unsigned char*>(octets.data()),
                                   static_cast<int>(octets.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

std::string base64_lines(std::string_view octets) {
  const std::string encoded = base64(octets);
  std::string out;
  out.reserve(encoded.size() + encoded.size() / kLineLimit * 2 + 2);
  for (std::size_t i = 0; i < encoded.size(); i += kLineLimit) {
    out.append(encoded, i, kLineLimit);
    out += kCrlf;
  }
  return out;
}

EncodedBody encode_body(std::string_view text) {
  const std::string lines = with_crlf(text);
  if (quoted_printable_is_shorter(lines)) return {"quoted-printable", quoted_printable(lines)};
  return {"base64", base64_lines(lines)};
}

}  // namespace mandate::mail
