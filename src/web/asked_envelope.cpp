#include "web/asked_envelope.h"

#include <utility>

namespace mandate::web {
namespace {

using registry::Mode;

void add(std::vector<FieldError>& errors, std::string_view field,
         const registry::InputError& error) {
  errors.push_back({.pointer = pointer_to(field), .code = error.code, .detail = error.message});
}

}  // namespace

EnvelopeFields envelope_fields(JsonBody& body) {
  return {.mode = body.text("mode"), .return_path = body.text("return_path")};
}

std::optional<registry::Envelope> asked_envelope(const EnvelopeFields& fields,
                                                 const dns::Name& domain,
                                                 const registry::Provider& provider,
                                                 std::vector<FieldError>& errors) {
  if (!fields.mode && !fields.return_path) return std::nullopt;
  const auto mode = registry::parse_mode(fields.mode.value_or("apex_include"));
  if (!mode) {
    add(errors, "mode",
        {"mode_unknown", "There is no such mode: give `apex_include` or `return_path`."});
    return std::nullopt;
  }
  if (*mode == Mode::apex_include) {
    if (!fields.return_path) return registry::Envelope{};
    add(errors, "return_path",
        {"mode_missing",
         "Only the mode `return_path` has a return path: give that mode, or leave the field out."});
    return std::nullopt;
  }
  if (!provider.bounce_host) {
    add(errors, "mode",
        {"mode_unavailable",
         "The provider takes no bounces, since `provider.bounce_host` is not configured: configure "
         "it, or use the mode `apex_include`."});
    return std::nullopt;
  }
  auto name = registry::parse_return_path(
      fields.return_path.value_or(std::string(registry::kDefaultReturnPath)), domain);
  if (name) return registry::Envelope{Mode::return_path, std::move(*name)};
  add(errors, "return_path", name.error());
  return std::nullopt;
}

}  // namespace mandate::web
