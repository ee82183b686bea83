#include "registry/return_path.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "dns/mail_exchange.h"
#include "dns/printable.h"
#include "dns/public_suffix.h"
#include "registry/mailbox.h"

namespace mandate::registry {
namespace {

using Kind = CheckFinding::Kind;

constexpr std::string_view kLocalPart = "bounces";

std::unexpected<InputError> refuse(std::string code, std::string message) {
  return std::unexpected(InputError{std::move(code), std::move(message)});
}

std::string bounce_address(std::string_view local_part, const dns::Name& return_path) {
  return fmt::format("{}@{}", local_part, return_path.text());
}

/// What stands where bounces should be taken, as half a sentence.
std::string route_today(const dns::Fact& mx) {
  std::string hosts;
  for (const dns::Name& exchange : dns::first_exchanges(mx)) {
    if (exchange.is_root()) return "its MX record says that it takes no mail (RFC 7505)";
    hosts += (hosts.empty() ? "" : ", ") + dns::printable(exchange.text(), 80);
  }
  return hosts.empty() ? "it has no MX record" : fmt::format("its mail goes to {}", hosts);
}

/// Why bounces would be lost, or nothing.
std::optional<std::string> loss(const Provider& provider, const dns::Name& return_path,
                                const dns::Fact& mx) {
  if (!provider.bounce_host) {
    return fmt::format(
        "Bounces to {} would be lost, since the provider has configured no host that takes them: "
        "set `bounce_host`.",
        return_path.text());
  }
  if (dns::delivers_to(mx, *provider.bounce_host)) return std::nullopt;
  return fmt::format(
      "Bounces to {} would be lost, since {}: publish the MX record `10 {}` there, and no other of "
      "that or a lower preference.",
      return_path.text(), route_today(mx), provider.bounce_host->text());
}

/// Of an assessment that is proven by SPF alone.
void hold_against(Assessment& assessment, const Provider& provider, const dns::Name& return_path,
                  const dns::Fact& mx) {
  assessment.ttl = std::min(assessment.ttl, mx.ttl);
  if (mx.status == dns::Fact::Status::failed) {
    assessment.kind = Kind::unavailable;
    assessment.reason_code = "dns_unavailable";
    assessment.reason = fmt::format(
        "The DNS could not be asked, so nothing is known and nothing changes: {} could not be "
        "looked up: {}. Try again later.",
        dns::text(mx.question), dns::printable(mx.detail));
  } else if (auto why = loss(provider, return_path, mx)) {
    assessment.kind = Kind::not_proven;
    assessment.reason_code = "bounces_lost";
    assessment.reason = std::move(*why);
  }
}

}  // namespace

std::expected<dns::Name, InputError> parse_return_path(std::string_view text,
                                                       const dns::Name& domain) {
  const bool is_label = text.find('.') == std::string_view::npos && !text.empty();
  auto name =
      parse_host_name(is_label ? fmt::format("{}.{}", text, domain.text()) : std::string(text));
  if (!name) return name;
  const bool is_below = *name != domain && name->is_at_or_below(domain) &&
                        dns::registrable_domain(*name) == dns::registrable_domain(domain);
  if (!is_below) {
    return refuse("return_path_not_below",
                  fmt::format("`{}` is no name of its own below {}: give a label such as `{}`, or "
                              "a name that ends in `.{}`.",
                              name->text(), domain.text(), kDefaultReturnPath, domain.text()));
  }
  // The longest local part there is, since every message has to have its address.
  constexpr std::size_t kMostOctets = 254 - 64 - 1;
  if (name->text().size() > kMostOctets) {
    return refuse(
        "return_path_too_long",
        fmt::format("The return path has {} characters, and a bounce address has room for "
                    "{}: give a shorter label, such as `{}`.",
                    name->text().size(), kMostOctets, kDefaultReturnPath));
  }
  return name;
}

Envelope envelope_of(const SendingDomain& domain) {
  return {.mode = domain.mode, .return_path = domain.return_path};
}

SendingDomain with_envelope(SendingDomain domain, const Envelope& envelope) {
  domain.mode = envelope.mode;
  domain.return_path = envelope.return_path;
  return domain;
}

std::string describe(const Envelope& envelope) {
  if (envelope.mode == Mode::apex_include) return std::string(text(envelope.mode));
  return fmt::format("{} at {}", text(envelope.mode), envelope.return_path.text());
}

std::string envelope_sender(const SendingDomain& domain, std::string_view from,
                            std::string_view message_id) {
  if (domain.mode == Mode::apex_include) return std::string(from);
  const auto named = parse_mailbox(
      bounce_address(fmt::format("{}+{}", kLocalPart, message_id), domain.return_path));
  return named ? named->text() : bounce_address(kLocalPart, domain.return_path);
}

std::variant<Assessment, spf::Questions> assess_envelope(
    const Provider& provider, const dns::Name& domain, const std::vector<std::string>& senders,
    const dns::Name& return_path, const dns::Facts& facts, std::chrono::sys_seconds now,
    const std::optional<dns::Name>& own_include) {
  if (return_path.is_root()) return assess(provider, domain, senders, facts, now, own_include);
  auto outcome = assess(provider, return_path, {bounce_address(kLocalPart, return_path)}, facts,
                        now, own_include);
  const dns::Question question{return_path, dns::RecordType::mx};
  const dns::Fact* const mx = facts.find(question);
  if (auto* lacking = std::get_if<spf::Questions>(&outcome)) {
    const bool asked = mx != nullptr || std::ranges::count(*lacking, question) != 0;
    if (!asked) lacking->push_back(question);
    return outcome;
  }
  if (mx == nullptr) return spf::Questions{question};
  auto& assessment = std::get<Assessment>(outcome);
  if (assessment.kind == Kind::proven) hold_against(assessment, provider, return_path, *mx);
  return outcome;
}

}  // namespace mandate::registry
