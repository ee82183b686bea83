#include "registry/return_path.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "dns/alias.h"
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

std::string local_part_of(std::string_view message_id) {
  return fmt::format("{}+{}", kLocalPart, message_id);
}

/// What mail is sent with, but for the message: a policy may depend on the local part (RFC 7208
/// section 7.2, `%{l}`).
std::string specimen_address(const dns::Name& return_path) {
  const std::string no_message(26, '0');
  return bounce_address(local_part_of(no_message), return_path);
}

bool is_failed(const dns::Fact& fact) {
  return fact.status == dns::Fact::Status::failed;
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

/// A return path that is an alias, where no record can stand beside the CNAME (RFC 1034 section
/// 3.6.2).
struct Alias {
  dns::Name domain;
  dns::Name return_path;
  dns::Name target;
  bool of_provider;  ///< the provider's records are there

  std::string text() const {
    return fmt::format("{} is an alias (CNAME) of {}", return_path.text(),
                       dns::printable(target.text(), 80));
  }
  /// Behind what the provider has to do.
  std::string provider_mends() const {
    return fmt::format(
        "as `mandate provider zone` has it; nothing is to be changed in the DNS of {}",
        domain.text());
  }
};

/// What to do that bounces come back, as half a sentence.
std::string bounces_remedy(const std::string& record, const std::optional<Alias>& alias) {
  if (!alias) {
    return fmt::format(
        "publish the MX record `{}` there, and no other of that or a lower "
        "preference",
        record);
  }
  if (alias->of_provider) {
    return fmt::format("{}, where the MX record `{}` is the provider's to publish, {}",
                       alias->text(), record, alias->provider_mends());
  }
  return fmt::format(
      "{}, and no record can be put beside that: have the MX record `{}` published at {}, or put "
      "the records that are proposed in the place of the alias",
      alias->text(), record, dns::printable(alias->target.text(), 80));
}

/// Why bounces would be lost, or nothing.
std::optional<std::string> loss(const Provider& provider, const dns::Name& return_path,
                                const dns::Fact& mx, const std::optional<Alias>& alias) {
  if (!provider.bounce_host) {
    return fmt::format(
        "Bounces to {} would be lost, since the provider has configured no host that takes them: "
        "set `bounce_host`.",
        return_path.text());
  }
  if (dns::delivers_to(mx, *provider.bounce_host)) return std::nullopt;
  return fmt::format("Bounces to {} would be lost, since {}: {}.", return_path.text(),
                     route_today(mx),
                     bounces_remedy(fmt::format("10 {}", provider.bounce_host->text()), alias));
}

/// Of an assessment that is proven by SPF alone.
void hold_against(Assessment& assessment, const Provider& provider, const dns::Name& return_path,
                  const dns::Fact& mx, const std::optional<Alias>& alias) {
  assessment.ttl = std::min(assessment.ttl, mx.ttl);
  if (is_failed(mx)) {
    assessment.kind = Kind::unavailable;
    assessment.reason_code = "dns_unavailable";
    assessment.reason = fmt::format(
        "The DNS could not be asked, so nothing is known and nothing changes: {} could not be "
        "looked up: {}. Try again later.",
        dns::text(mx.question), dns::printable(mx.detail));
  } else if (auto why = loss(provider, return_path, mx, alias)) {
    assessment.kind = Kind::not_proven;
    assessment.reason_code = "bounces_lost";
    assessment.reason = std::move(*why);
  }
}

/// Says of a policy that was found wanting whose it is.
void say_whose(Assessment& assessment, const Alias& alias) {
  if (alias.of_provider) {
    // The very record that an include would bring.
    if (assessment.reason_code == "include_missing") assessment.reason_code = "pool_not_covered";
    assessment.reason = fmt::format(
        "{}, whose SPF record does not let the whole sending pool pass: it is the provider's to "
        "mend, {}.",
        alias.text(), alias.provider_mends());
  } else {
    assessment.reason += fmt::format(
        " {}, so that the record is the one of that name: have it changed there, or put the "
        "records that are proposed in the place of the alias.",
        alias.text());
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
  const auto named = parse_mailbox(bounce_address(local_part_of(message_id), domain.return_path));
  return named ? named->text() : bounce_address(kLocalPart, domain.return_path);
}

std::variant<Assessment, spf::Questions> assess_envelope(
    const Provider& provider, const dns::Name& domain, const std::vector<std::string>& senders,
    const dns::Name& return_path, const dns::Facts& facts, std::chrono::sys_seconds now,
    const std::optional<dns::Name>& own_include) {
  if (return_path.is_root()) return assess(provider, domain, senders, facts, now, own_include);
  auto outcome =
      assess(provider, return_path, {specimen_address(return_path)}, facts, now, own_include);
  const dns::Question question{return_path, dns::RecordType::mx};
  const dns::Fact* const mx = facts.find(question);
  if (auto* lacking = std::get_if<spf::Questions>(&outcome)) {
    const bool asked = mx != nullptr || std::ranges::count(*lacking, question) != 0;
    if (!asked) lacking->push_back(question);
    return outcome;
  }
  if (mx == nullptr) return spf::Questions{question};
  auto& assessment = std::get<Assessment>(outcome);
  const bool delivers = provider.bounce_host && dns::delivers_to(*mx, *provider.bounce_host);
  const bool is_well = assessment.kind == Kind::unavailable ||
                       (assessment.kind == Kind::proven && (delivers || is_failed(*mx)));
  const dns::Question cname{return_path, dns::RecordType::cname};
  if (!is_well && facts.find(cname) == nullptr) return spf::Questions{cname};
  std::optional<Alias> alias;
  if (auto target = dns::alias_target(return_path, facts)) {
    const bool of_provider = target->is_at_or_below(provider.include_name);
    alias = Alias{domain, return_path, std::move(*target), of_provider};
  }
  if (assessment.kind == Kind::proven) {
    hold_against(assessment, provider, return_path, *mx, alias);
  } else if (alias && assessment.kind != Kind::unavailable) {
    say_whose(assessment, *alias);
  }
  return outcome;
}

}  // namespace mandate::registry
