// One request as it comes in from the HTTP library, until it can be handled.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "web/http.h"

namespace mandate::web {

/// Not thread-safe: each request has its own.
class Exchange {
 public:
  /// `target` as the request line has it. `body_limit` in octets.
  Exchange(std::string_view target, std::size_t body_limit);

  /// A header field; `name` in any case. Called once for each, before `fault`.
  void add_header(std::string_view name, std::string_view value);

  /// Looked at once the header is complete: an answer that needs no body to be read (413 when the
  /// announced length is over the limit, 400 when the header cannot be trusted).
  std::optional<Response> fault() const;

  /// A piece of the body. False when the sender goes on long after the limit, so that the
  /// connection is to be cut.
  bool add_body(std::string_view piece);

  /// True once more octets came than the limit allows: the answer is then `too_large`.
  bool is_too_large() const { return received_ > body_limit_; }
  Response too_large() const;

  Request request;
  std::optional<Response> response;  ///< once it has been handled
  bool is_started = false;           ///< the header has been read

 private:
  std::optional<std::string> header_fault() const;

  std::size_t body_limit_;
  std::size_t received_ = 0;
  std::string target_fault_;     // a sentence; empty when the target is well-formed
  std::string repeated_header_;  // of those that may come only once
};

}  // namespace mandate::web
