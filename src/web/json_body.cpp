#include "web/json_body.h"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/basic_parser_impl.hpp>
#include <cstdint>
#include <utility>

#include "dns/printable.h"
#include "dns/trimmed.h"

namespace mandate::web {
namespace {

namespace json = boost::json;

constexpr std::size_t kFieldLimit = 64;  // ten times of what any call takes
constexpr std::size_t kShownName = 200;  // octets of an unknown field's name in its pointer

/// Keeps the fields at the top while the parser goes through the text; whatever is nested is
/// checked by the parser and forgotten, so that hostile nesting costs no memory.
class TopLevel {
 public:
  static constexpr std::size_t max_object_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_array_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_key_size = static_cast<std::size_t>(-1);
  static constexpr std::size_t max_string_size = static_cast<std::size_t>(-1);

  std::vector<JsonBody::Field> fields;
  bool is_object = false;
  bool has_too_many = false;

  bool on_document_begin(json::error_code&) { return true; }
  bool on_document_end(json::error_code&) { return true; }
  bool on_object_begin(json::error_code&) {
    if (depth_ == 0) is_object = true;
    ++depth_;
    return true;
  }
  bool on_object_end(std::size_t, json::error_code&) { return leave(); }
  bool on_array_begin(json::error_code&) {
    ++depth_;
    return true;
  }
  bool on_array_end(std::size_t, json::error_code&) { return leave(); }
  bool on_key_part(json::string_view part, std::size_t, json::error_code&) {
    if (at_top()) pending_ += part;
    return true;
  }
  bool on_key(json::string_view part, std::size_t, json::error_code& error) {
    if (!at_top()) return true;
    if (fields.size() == kFieldLimit) {
      has_too_many = true;
      error = json::error::object_too_large;
      return false;
    }
    pending_ += part;
    fields.push_back({.name = std::exchange(pending_, {}), .text = {}});
    return true;
  }
  bool on_string_part(json::string_view part, std::size_t, json::error_code&) {
    if (at_top()) pending_ += part;
    return true;
  }
  bool on_string(json::string_view part, std::size_t, json::error_code&) {
    if (!at_top()) return true;
    pending_ += part;
    fields.back().text = std::exchange(pending_, {});
    fields.back().is_text = true;
    return true;
  }
  bool on_number_part(json::string_view, json::error_code&) { return true; }
  bool on_int64(std::int64_t, json::string_view, json::error_code&) { return true; }
  bool on_uint64(std::uint64_t, json::string_view, json::error_code&) { return true; }
  bool on_double(double, json::string_view, json::error_code&) { return true; }
  bool on_bool(bool, json::error_code&) { return true; }
  bool on_null(json::error_code&) { return true; }
  bool on_comment_part(json::string_view, json::error_code&) { return true; }
  bool on_comment(json::string_view, json::error_code&) { return true; }

 private:
  bool at_top() const { return depth_ == 1 && is_object; }
  bool leave() {
    --depth_;
    return true;
  }

  std::size_t depth_ = 0;
  std::string pending_;  // of a key or a string that comes in parts
};

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// One part of a header field's value, folded, without the white space around it.
std::string token(std::string_view text) {
  std::string folded(dns::trimmed(text));
  std::ranges::transform(folded, folded.begin(), lower);
  return folded;
}

// `application/json`, alone or with the one parameter that is true of it anyway (RFC 8259
// section 11 knows none).
bool is_json(std::string_view type) {
  const std::size_t end = std::min(type.find(';'), type.size());
  if (token(type.substr(0, end)) != "application/json") return false;
  if (end == type.size()) return true;
  const std::string parameter = token(type.substr(end + 1));
  return parameter == "charset=utf-8" || parameter == "charset=\"utf-8\"";
}

std::optional<Response> transport_fault(const Request& request) {
  if (request.body.size() > kBodyLimit) {
    return problem(413, "body_too_large",
                   fmt::format("The body has {} octets; at most {} are taken.", request.body.size(),
                               kBodyLimit));
  }
  const auto type = request.headers.find("content-type");
  if (type == request.headers.end() || !is_json(type->second)) {
    return problem(415, "media_type",
                   "The body is not declared as JSON: send `Content-Type: application/json`.");
  }
  return std::nullopt;
}

std::expected<std::vector<JsonBody::Field>, Response> parse(std::string_view body) {
  json::parse_options options;
  options.max_depth = kDepthLimit;
  json::basic_parser<TopLevel> parser(options);
  json::error_code error;
  const std::size_t read = parser.write_some(false, body.data(), body.size(), error);
  if (!error && read < body.size()) error = json::error::extra_data;
  const TopLevel& top = parser.handler();
  if (top.has_too_many) {
    return std::unexpected(validation_problem(
        {{.pointer = "",
          .code = "too_many_fields",
          .detail = fmt::format("The object has more than {} fields.", kFieldLimit)}}));
  }
  if (error) {
    return std::unexpected(problem(
        400, "malformed_json",
        fmt::format("The body is not JSON that is taken here, at octet {}: {}. Send one object in "
                    "UTF-8 (RFC 8259), nested at most {} levels deep.",
                    read, error.message(), kDepthLimit)));
  }
  if (!top.is_object) {
    return std::unexpected(
        problem(400, "malformed_json", "The body is JSON but not an object: send an object."));
  }
  return std::move(parser.handler().fields);
}

std::string shown_pointer(const std::string& name) {
  return pointer_to(name.size() <= kShownName ? name : dns::printable(name, kShownName));
}

// A parser that keeps the last of two and one that keeps the first would see two requests
// (RFC 8259 section 4).
std::vector<FieldError> duplicates(const std::vector<JsonBody::Field>& fields) {
  std::vector<FieldError> errors;
  for (auto field = fields.begin(); field != fields.end(); ++field) {
    if (std::ranges::count(fields.begin(), field, field->name, &JsonBody::Field::name) == 1) {
      errors.push_back({.pointer = shown_pointer(field->name),
                        .code = "duplicate_field",
                        .detail = "The field comes more than once: give it once."});
    }
  }
  return errors;
}

}  // namespace

std::expected<JsonBody, Response> JsonBody::read(const Request& request) {
  if (auto fault = transport_fault(request)) return std::unexpected(std::move(*fault));
  auto fields = parse(request.body);
  if (!fields) return std::unexpected(std::move(fields.error()));
  if (const auto errors = duplicates(*fields); !errors.empty()) {
    return std::unexpected(validation_problem(errors));
  }
  JsonBody body;
  body.fields_ = std::move(*fields);
  return body;
}

std::expected<JsonBody, Response> JsonBody::read_optional(const Request& request) {
  if (request.body.empty()) return JsonBody();
  return read(request);
}

std::optional<std::string> JsonBody::text(std::string_view name) {
  const auto field = std::ranges::find(fields_, name, &Field::name);
  if (field == fields_.end()) return std::nullopt;
  field->asked_for = true;
  if (!field->is_text) {
    errors_.push_back({.pointer = pointer_to(name),
                       .code = "wrong_type",
                       .detail = "The value is not a string: send a string, or leave an optional "
                                 "field out."});
  }
  return field->text;
}

std::string JsonBody::required(std::string_view name) {
  auto value = text(name);
  if (!value) {
    errors_.push_back({.pointer = pointer_to(name),
                       .code = "missing",
                       .detail = "The field is missing: it is required."});
  }
  return value.value_or(std::string());
}

std::optional<Response> JsonBody::refusal() const {
  std::vector<FieldError> errors = errors_;
  for (const Field& field : fields_) {
    if (field.asked_for) continue;
    errors.push_back({.pointer = shown_pointer(field.name),
                      .code = "unknown_field",
                      .detail = "This call has no such field: leave it out, or mend its name."});
  }
  if (errors.empty()) return std::nullopt;
  return validation_problem(errors);
}

}  // namespace mandate::web
