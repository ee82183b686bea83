#include "registry/authorization.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "registry/return_path.h"

namespace mandate::registry {
namespace {

using Kind = CheckFinding::Kind;

// The two ways to name the account, as half a sentence. A TXT lets no mail pass: where none does,
// the domain's record needs the shared include as well, unless receivers check a return path.
std::string what_names_it(const AuthorizationRequest& request, bool passes) {
  const std::string include = request.include_name().text();
  const auto where = ownership_name(request.domain);
  std::string out = fmt::format("put `include:{}` into its SPF record", include);
  if (!where) return out;
  const bool needs_shared = !passes && request.return_path.is_root();
  return out + fmt::format(", or {}publish a TXT record at {} with the value `{}`",
                           needs_shared ? fmt::format("put the shared `include:{}` there and ",
                                                      request.provider.include_name.text())
                                        : "",
                           where->text(), ownership_text(request.token));
}

void set(Assessment& assessment, Kind kind, std::string code, std::string reason) {
  assessment.kind = kind;
  assessment.reason_code = std::move(code);
  assessment.reason = std::move(reason);
}

// What becomes of the shared include in the record of the domain, which with a return path needs
// none.
std::string beside_the_shared_include(const AuthorizationRequest& request) {
  if (!request.return_path.is_root()) return {};
  return fmt::format(" The first takes the place of `include:{}`, the second stands beside it.",
                     request.provider.include_name.text());
}

void set_missing(Assessment& assessment, const AuthorizationRequest& request) {
  std::string reason =
      "The account has no token that could name it in the DNS: add the domain to an account that "
      "has one.";
  if (is_account_token(request.token)) {
    reason = fmt::format(
        "The provider's mail passes, but nothing in the DNS of {} names this account: {}.{}",
        request.domain.text(), what_names_it(request, true), beside_the_shared_include(request));
  }
  set(assessment, Kind::not_proven, "ownership_missing", std::move(reason));
}

void set_other(Assessment& assessment, const AuthorizationRequest& request,
               const OwnershipFinding& finding) {
  const bool passes = assessment.kind == Kind::proven;
  set(assessment, Kind::refused, "owned_by_other",
      fmt::format("The DNS of {} names another account ({}) and not this one. If both are to send "
                  "as it, {}, beside what is there; if the other one is not, in its place.",
                  request.domain.text(), fmt::join(finding.others, ", "),
                  what_names_it(request, passes)));
}

void combine(Assessment& assessment, const AuthorizationRequest& request,
             const OwnershipFinding& finding) {
  using Found = OwnershipFinding::Kind;
  assessment.ownership = finding.proof;
  if (assessment.kind == Kind::unavailable) return;
  if (finding.kind == Found::names_other) {
    set_other(assessment, request, finding);
  } else if (assessment.kind == Kind::proven && finding.kind == Found::missing) {
    set_missing(assessment, request);
  } else if (assessment.kind == Kind::proven && finding.kind == Found::unanswered) {
    set(assessment, Kind::unavailable, "dns_unavailable",
        fmt::format("The DNS could not be asked whose the domain is, so nothing is known and "
                    "nothing changes: {}. Try again later.",
                    finding.problem));
  }
}

}  // namespace

dns::Name AuthorizationRequest::include_name() const {
  return ownership.required ? own_include_name(token, provider.include_name)
                            : provider.include_name;
}

const dns::Name& AuthorizationRequest::policy_name() const {
  return return_path.is_root() ? domain : return_path;
}

std::variant<Assessment, spf::Questions> assess(const AuthorizationRequest& request,
                                                const dns::Facts& facts) {
  auto outcome = assess_envelope(request.provider, request.domain, request.senders,
                                 request.return_path, facts, request.now, request.include_name());
  auto* assessment = std::get_if<Assessment>(&outcome);
  if (!request.ownership.required) {
    if (assessment != nullptr) assessment->ownership = Ownership::not_asked;
    return outcome;
  }
  auto found = find_ownership({.domain = request.domain,
                               .include_name = request.provider.include_name,
                               .token = request.token,
                               .subdomains = request.ownership.subdomains},
                              facts);
  if (auto* lacking = std::get_if<spf::Questions>(&found)) {
    // Both may lack the same, and a question is put once.
    if (auto* more = std::get_if<spf::Questions>(&outcome)) {
      lacking->insert(lacking->end(), more->begin(), more->end());
      std::ranges::sort(*lacking);
      lacking->erase(std::ranges::unique(*lacking).begin(), lacking->end());
    }
    return std::move(*lacking);
  }
  if (assessment != nullptr) combine(*assessment, request, std::get<OwnershipFinding>(found));
  return outcome;
}

}  // namespace mandate::registry
