#include "web/exchange.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <utility>

#include "web/problem.h"
#include "web/url.h"

namespace mandate::web {
namespace {

// What a sender may send of a body that is refused already, in multiples of the limit: cutting the
// connection at once would often lose the answer that says why.
constexpr std::size_t kDrainedBodies = 4;

// Fields of which two could be read differently by two programs (RFC 9112 section 11.2).
constexpr std::array<std::string_view, 5> kSingleHeaders = {
    "authorization", "content-length", "content-type", "host", "transfer-encoding"};

std::string folded(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

// The path and query of a target in absolute form (RFC 9112 section 3.2.2); others as they are.
std::string_view origin_form(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (target.starts_with(scheme)) {
      return target.substr(std::min(target.find('/', scheme.size()), target.size()));
    }
  }
  return target;
}

}  // namespace

Exchange::Exchange(std::string_view target, std::size_t body_limit) : body_limit_(body_limit) {
  target = origin_form(target);
  const std::size_t mark = std::min(target.find('?'), target.size());
  request.path = target.substr(0, mark);
  auto query = parse_query(target.substr(std::min(mark + 1, target.size())));
  if (query) {
    request.query = std::move(*query);
  } else {
    target_fault_ = query.error();
  }
}

void Exchange::add_header(std::string_view name, std::string_view value) {
  const std::string lower = folded(name);
  const auto [at, is_new] = request.headers.try_emplace(lower, value);
  if (is_new) return;
  if (std::ranges::count(kSingleHeaders, lower) != 0) repeated_header_ = lower;
  at->second += ", ";  // RFC 9110 section 5.3
  at->second += value;
}

std::optional<std::string> Exchange::header_fault() const {
  if (!target_fault_.empty()) return target_fault_;
  if (!repeated_header_.empty()) {
    return fmt::format("The header field {} comes more than once: send it once.", repeated_header_);
  }
  // RFC 9112 section 6.1: the sign of a smuggled request.
  if (request.headers.contains("content-length") && request.headers.contains("transfer-encoding")) {
    return "The body has both Content-Length and Transfer-Encoding: send one of them.";
  }
  return std::nullopt;
}

std::optional<Response> Exchange::fault() const {
  if (const auto fault = header_fault()) return problem(400, "malformed_request", *fault);
  const auto length = request.headers.find("content-length");
  if (length == request.headers.end()) return std::nullopt;
  std::uint64_t octets = 0;
  const std::string& text = length->second;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), octets);
  if (error == std::errc::result_out_of_range || octets > body_limit_) return too_large();
  if (error != std::errc() || end != text.data() + text.size()) {
    return problem(400, "malformed_request", "Content-Length is not a number of octets.");
  }
  return std::nullopt;
}

bool Exchange::add_body(std::string_view piece) {
  received_ += piece.size();
  if (!is_too_large()) {
    request.body += piece;
    return true;
  }
  std::string().swap(request.body);
  return received_ / kDrainedBodies <= body_limit_;
}

Response Exchange::too_large() const {
  return problem(413, "body_too_large",
                 fmt::format("The body is too large: at most {} octets are taken.", body_limit_));
}

}  // namespace mandate::web
