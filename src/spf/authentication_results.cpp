#include "mandate/spf/authentication_results.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "spf/ascii.h"
#include "spf/header_tokens.h"

namespace mandate::spf {
namespace {

constexpr std::string_view kName = "Authentication-Results";

bool is_keyword(std::string_view word) {
  return !word.empty() &&
         std::ranges::all_of(word, [](char c) { return is_alphanum(c) || c == '-'; });
}

/// RFC 8601 section 2.2: `[[local-part] "@"] domain-name` may stand without quotes.
bool is_mailbox(std::string_view value) {
  const auto is_name = [](std::string_view part) {
    return !part.empty() && part.front() != '.' && part.back() != '.' && !part.contains("..") &&
           std::ranges::all_of(part, [](char c) {
             return is_alphanum(c) || std::string_view(".-_+=").contains(c);
           });
  };
  const std::size_t at = value.find('@');
  if (at == std::string_view::npos) return false;
  return is_name(value.substr(0, at)) && is_name(value.substr(at + 1)) &&
         !value.substr(at + 1).contains('+') && !value.substr(at + 1).contains('=');
}

void write(FieldWriter& out, const AuthenticatedProperty& property) {
  if (!is_keyword(property.type) || !is_keyword(property.name)) return;
  const std::string key = property.type + "." + property.name;
  if (is_mailbox(property.value) && property.value.size() <= 320) {
    out.word(key + "=" + property.value);
  } else {
    out.pair(key, property.value, Word::token);
  }
}

std::unexpected<FieldError> fault(const FieldReader& reader, std::string message) {
  return std::unexpected(reader.error(std::move(message)));
}

std::optional<FieldError> expect(FieldReader& reader, char c) {
  if (reader.take(c)) return std::nullopt;
  return reader.error(fmt::format("there is no {} where one belongs", c));
}

/// pvalue: a value, or a mailbox without quotes.
std::expected<std::string, FieldError> property_value(FieldReader& reader) {
  std::string out;
  if (!reader.next_is('@')) {
    auto value = reader.value(Word::atom);
    if (!value) return value;
    out = std::move(*value);
  }
  if (!reader.take('@')) return out;
  return out + "@" + reader.word(Word::atom);
}

std::expected<AuthenticatedProperty, FieldError> parse_property(FieldReader& reader) {
  AuthenticatedProperty out;
  out.type = reader.word(Word::keyword);
  if (auto error = expect(reader, '.')) return std::unexpected(*error);
  out.name = reader.word(Word::keyword);
  if (out.name.empty()) return fault(reader, "a property has no name");
  if (auto error = expect(reader, '=')) return std::unexpected(*error);
  auto value = property_value(reader);
  if (!value) return std::unexpected(value.error());
  out.value = std::move(*value);
  return out;
}

std::expected<AuthenticationResult, FieldError> parse_result(FieldReader& reader) {
  AuthenticationResult out;
  out.method = reader.word(Word::keyword);
  if (out.method.empty()) return fault(reader, "a method is missing");
  if (reader.take('/')) reader.word(Word::keyword);
  if (auto error = expect(reader, '=')) return std::unexpected(*error);
  out.result = reader.word(Word::keyword);
  if (out.result.empty()) return fault(reader, "a result is missing");
  while (reader.next_is_word(Word::keyword)) {
    FieldReader ahead = reader;
    if (equals_ignoring_case(ahead.word(Word::keyword), "reason") && ahead.take('=')) {
      auto reason = ahead.value(Word::token);
      if (!reason) return std::unexpected(reason.error());
      out.reason = std::move(*reason);
      reader = ahead;
      continue;
    }
    auto property = parse_property(reader);
    if (!property) return std::unexpected(property.error());
    out.properties.push_back(std::move(*property));
  }
  return out;
}

/// `none` alone: no authentication was done.
bool take_none(FieldReader& reader) {
  FieldReader ahead = reader;
  if (!equals_ignoring_case(ahead.word(Word::keyword), "none") || !ahead.at_end()) return false;
  reader = ahead;
  return true;
}

}  // namespace

AuthenticationResult authentication_result(const Request& request, const Verdict& verdict) {
  AuthenticationResult out;
  out.method = "spf";
  out.result = text(verdict.result);
  out.reason = verdict.decided_by ? fmt::format("{} of {}", verdict.decided_by->term(),
                                                verdict.decided_by->domain())
                                  : verdict.problem;
  if (request.mail_from.empty()) {
    out.properties.push_back({"smtp", "helo", request.helo});
  } else {
    out.properties.push_back({"smtp", "mailfrom", request.mail_from});
  }
  return out;
}

std::string text(const AuthenticationResults& field, FieldText kind) {
  FieldWriter out(kName, kind);
  out.value(field.authserv_id, Word::token);
  bool any = false;
  for (const AuthenticationResult& result : field.results) {
    if (!is_keyword(result.method) || !is_keyword(result.result)) continue;
    any = true;
    out.append(";").word(result.method + "=" + result.result);
    if (!result.reason.empty()) out.pair("reason", result.reason, Word::token);
    for (const AuthenticatedProperty& property : result.properties) write(out, property);
  }
  if (!any) out.append(";").word("none");
  return out.take();
}

std::expected<AuthenticationResults, FieldError> parse_authentication_results(
    std::string_view field) {
  const auto body = body_of(field, kName);
  if (!body) return std::unexpected(body.error());
  FieldReader reader(*body);
  auto id = reader.value(Word::token);
  if (!id) return std::unexpected(id.error());
  AuthenticationResults out;
  out.authserv_id = std::move(*id);
  const std::string version = reader.word(Word::keyword);
  if (!version.empty() && version != "1") return fault(reader, "its version is not 1");
  if (auto error = expect(reader, ';')) return std::unexpected(*error);
  if (take_none(reader)) return out;
  do {
    auto result = parse_result(reader);
    if (!result) return std::unexpected(result.error());
    out.results.push_back(std::move(*result));
  } while (reader.take(';'));
  if (!reader.at_end()) return fault(reader, "this is no part of a result");
  return out;
}

}  // namespace mandate::spf
