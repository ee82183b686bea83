#include "mandate/spf/received_spf.h"

#include <fmt/format.h>

#include <utility>

#include "spf/ascii.h"
#include "spf/header_tokens.h"

namespace mandate::spf {
namespace {

constexpr std::string_view kName = "Received-SPF";

/// The sentences of the comments, in the manner of RFC 7208 section 9.1.
std::string sentence(const Request& request, const Verdict& verdict) {
  const std::string of =
      request.mail_from.empty() ? "HELO " + request.helo : "domain of " + request.mail_from;
  const std::string ip = request.ip.unmapped().text();
  switch (verdict.result) {
    case Result::pass:
      return fmt::format("{} designates {} as permitted sender", of, ip);
    case Result::fail:
      return fmt::format("{} does not designate {} as permitted sender", of, ip);
    case Result::softfail:
      return fmt::format("{} discourages use of {} as permitted sender", of, ip);
    case Result::neutral:
      return fmt::format("{} neither permits nor denies {}", of, ip);
    case Result::none:
      return fmt::format("{} has no SPF policy", of);
    case Result::temperror:
      return fmt::format("temporary error in checking {}", of);
    case Result::permerror:
      return fmt::format("the SPF policy for {} is in error", of);
  }
  return {};
}

}  // namespace

const std::string* ReceivedSpf::find(std::string_view key) const {
  for (const auto& [name, value] : pairs) {
    if (equals_ignoring_case(name, key)) return &value;
  }
  return nullptr;
}

ReceivedSpf received_spf(const Request& request, const Verdict& verdict) {
  ReceivedSpf out;
  out.result = verdict.result;
  out.comment = fmt::format("{}: {}", request.receiver, sentence(request, verdict));
  out.pairs = {{"client-ip", request.ip.unmapped().text()},
               {"envelope-from", request.mail_from},
               {"identity", request.mail_from.empty() ? "helo" : "mailfrom"},
               {"receiver", request.receiver}};
  if (!request.helo.empty()) out.pairs.emplace_back("helo", request.helo);
  if (verdict.decided_by) out.pairs.emplace_back("mechanism", verdict.decided_by->term());
  if (!verdict.problem.empty()) out.pairs.emplace_back("problem", verdict.problem);
  return out;
}

std::string text(const ReceivedSpf& field, FieldText kind) {
  FieldWriter out(kName, kind);
  out.word(text(field.result));
  if (!field.comment.empty()) out.comment(field.comment);
  bool first = true;
  for (const auto& [key, value] : field.pairs) {
    if (!std::exchange(first, false)) out.append(";");
    out.pair(key, value, Word::atom);
  }
  return out.take();
}

std::expected<ReceivedSpf, FieldError> parse_received_spf(std::string_view field) {
  const auto body = body_of(field, kName);
  if (!body) return std::unexpected(body.error());
  FieldReader reader(*body);
  const auto result = parse_result(lower(reader.word(Word::keyword)));
  if (!result) return std::unexpected(reader.error("it does not begin with a result of SPF"));
  ReceivedSpf out;
  out.result = *result;
  out.comment = reader.take_comment();
  while (!reader.at_end()) {
    std::string key = reader.word(Word::token);  // the `=` ends it
    if (key.empty()) return std::unexpected(reader.error("a key is missing"));
    if (!reader.take('=')) return std::unexpected(reader.error("there is no = behind a key"));
    auto value = reader.value(Word::atom);
    if (!value) return std::unexpected(value.error());
    out.pairs.emplace_back(std::move(key), std::move(*value));
    if (!reader.take(';') && !reader.at_end()) {
      return std::unexpected(reader.error("there is no ; between two pairs"));
    }
  }
  return out;
}

}  // namespace mandate::spf
