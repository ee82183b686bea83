// The JSON body of a request, read strictly: one flat object of strings, nothing ignored.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "web/http.h"
#include "web/problem.h"

namespace mandate::web {

inline constexpr std::size_t kBodyLimit = std::size_t{4} << 20;  ///< octets
inline constexpr std::size_t kDepthLimit = 32;                   ///< levels of nesting

/// The fields of one body. Ask for every field that there may be, then for `refusal`: what is
/// left over is refused with the rest.
class JsonBody {
 public:
  /// One field of the object at the top. All that this API takes are strings; a value of another
  /// kind is not kept.
  struct Field {
    std::string name;
    std::string text;
    bool is_text = false;
    bool asked_for = false;
  };

  /// Reads the body. The error is the answer: 413 `body_too_large`, 415 `media_type`, 400
  /// `malformed_json` (not JSON by RFC 8259, too deep, not UTF-8, or no object), 422 when a field
  /// comes twice or there are far too many of them.
  static std::expected<JsonBody, Response> read(const Request& request);

  /// The same, but an empty body counts as an object without fields.
  static std::expected<JsonBody, Response> read_optional(const Request& request);

  /// A field that may be absent.
  std::optional<std::string> text(std::string_view name);
  /// A field that must be there; when it is not, `refusal` says so and the text is empty.
  std::string required(std::string_view name);

  /// 422 when a field was missing, of the wrong type or not asked for; nothing when all is well.
  std::optional<Response> refusal() const;

 private:
  std::vector<Field> fields_;
  std::vector<FieldError> errors_;
};

}  // namespace mandate::web
