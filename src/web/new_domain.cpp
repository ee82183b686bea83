#include "web/new_domain.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "registry/domain_name.h"
#include "registry/mailbox.h"
#include "web/asked_envelope.h"
#include "web/json_body.h"
#include "web/problem.h"

namespace mandate::web {
namespace {

FieldError field_error(std::string_view field, const registry::InputError& error) {
  return {.pointer = pointer_to(field), .code = error.code, .detail = error.message};
}

// A mailbox whose domain may be sent from: no public suffix, unlike that of a recipient.
std::expected<registry::Mailbox, registry::InputError> parse_sender(std::string_view text) {
  auto mailbox = registry::parse_mailbox(text);
  if (!mailbox) return mailbox;
  auto domain = registry::parse_sending_domain(mailbox->domain.text());
  if (!domain) return std::unexpected(std::move(domain.error()));
  return mailbox;
}

}  // namespace

std::expected<NewDomain, Response> asked_domain(const Request& request,
                                                const registry::Provider& provider) {
  auto body = JsonBody::read(request);
  if (!body) return std::unexpected(std::move(body.error()));
  const auto domain_text = body->text("domain");
  const auto sender_text = body->text("sender");
  const EnvelopeFields envelope = envelope_fields(*body);
  if (auto refusal = body->refusal()) return std::unexpected(std::move(*refusal));

  std::vector<FieldError> errors;
  NewDomain asked;
  if (domain_text) {
    auto domain = registry::parse_sending_domain(*domain_text);
    if (!domain) errors.push_back(field_error("domain", domain.error()));
    if (domain) asked.domain = std::move(*domain);
  }
  if (sender_text) {
    auto sender = parse_sender(*sender_text);
    if (!sender) errors.push_back(field_error("sender", sender.error()));
    if (sender && !domain_text) asked.domain = sender->domain;
    if (sender && errors.empty() && sender->domain != asked.domain) {
      errors.push_back(field_error(
          "sender", {"sender_mismatch",
                     fmt::format("The sender is at {}, the domain is {}: give a sender at that "
                                 "domain, or leave one of them out.",
                                 sender->domain.text(), asked.domain.text())}));
    }
    if (sender) asked.sender = sender->text();
  }
  if (!domain_text && !sender_text) {
    errors.push_back(field_error(
        "domain", {"missing", "The body names no domain: give `domain`, `sender` or both."}));
  }
  if (errors.empty()) asked.envelope = asked_envelope(envelope, asked.domain, provider, errors);
  if (!errors.empty()) return std::unexpected(validation_problem(errors));
  return asked;
}

Response domain_exists(const dns::Name& domain) {
  return problem(409, "domain_exists",
                 fmt::format("The account has {} already: use it, or give a sender that is new.",
                             domain.text()));
}

std::expected<registry::SendingDomain, Response> with_sender(registry::SendingDomain domain,
                                                             const NewDomain& asked) {
  if (!asked.sender || std::ranges::count(domain.senders, *asked.sender) != 0) {
    return std::unexpected(domain_exists(domain.domain));
  }
  if (asked.envelope && *asked.envelope != registry::envelope_of(domain)) {
    return std::unexpected(problem(
        409, "domain_exists",
        fmt::format("The account has {} already, in mode {}: add the sender without `mode`, and "
                    "change the mode with PATCH.",
                    domain.domain.text(), registry::describe(registry::envelope_of(domain)))));
  }
  if (domain.senders.size() >= kSenderLimit) {
    return std::unexpected(validation_problem({field_error(
        "sender", {"too_many_senders",
                   fmt::format("The domain has {} senders, as many as it may.", kSenderLimit)})}));
  }
  domain.senders.push_back(*asked.sender);
  return domain;
}

}  // namespace mandate::web
