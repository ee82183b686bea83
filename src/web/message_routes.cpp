#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "mail/message.h"
#include "registry/gate.h"
#include "registry/mailbox.h"
#include "registry/return_path.h"
#include "web/handlers.h"
#include "web/json_body.h"
#include "web/list_page.h"
#include "web/problem.h"
#include "web/representation.h"

namespace mandate::web {
namespace {

constexpr ListKey kMessageKey{.object = "message",
                              .field = "id",
                              .form = "digits and letters from a to v",
                              .read = [](std::string_view text) -> std::optional<std::string> {
                                const bool is_id =
                                    !text.empty() && std::ranges::all_of(text, [](char c) {
                                      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'v');
                                    });
                                if (!is_id) return std::nullopt;
                                return std::string(text);
                              }};

Response field_problem(std::string pointer, const registry::InputError& error) {
  return validation_problem(
      {{.pointer = std::move(pointer), .code = error.code, .detail = error.message}});
}

/// What to send, with the addresses as they are read, not as they were written.
struct Asked {
  mail::Draft draft;
  registry::Mailbox from;
};

std::expected<Asked, Response> asked_message(const Call& call) {
  auto body = JsonBody::read(call.request);
  if (!body) return std::unexpected(std::move(body.error()));
  Asked asked;
  asked.draft.from = body->required("from");
  asked.draft.from_name = body->text("from_name").value_or(std::string());
  asked.draft.to = body->required("to");
  asked.draft.subject = body->required("subject");
  asked.draft.text = body->text("text").value_or(std::string());
  asked.draft.html = body->text("html").value_or(std::string());
  if (auto refusal = body->refusal()) return std::unexpected(std::move(*refusal));

  auto from = registry::parse_mailbox(asked.draft.from);
  if (!from) return std::unexpected(field_problem("/from", from.error()));
  const auto to = registry::parse_mailbox(asked.draft.to);
  if (!to) return std::unexpected(field_problem("/to", to.error()));
  // What the gate decides on, what the relay is told and what the reader sees are one address.
  asked.draft.from = from->text();
  asked.draft.to = to->text();
  asked.from = std::move(*from);
  if (const auto checked = mail::check(asked.draft); !checked) {
    return std::unexpected(field_problem(checked.error().field, checked.error().error));
  }
  return asked;
}

registry::OutgoingMessage composed(const Call& call, const Asked& asked,
                                   const registry::SendingDomain& listed) {
  const auto now = call.now();
  registry::OutgoingMessage message;
  message.id = call.services.new_id();
  message.account_id = call.account();
  message.from = asked.draft.from;
  message.mail_from = registry::envelope_sender(listed, message.from, message.id);
  message.to = asked.draft.to;
  message.subject = asked.draft.subject;
  message.message_id = "<" + message.id + "@" + asked.from.domain.text() + ">";
  message.content = mail::compose(asked.draft, message.message_id, now);
  message.created_at = now;
  message.next_attempt_at = now;
  return message;
}

}  // namespace

Response send_message(const Call& call) {
  const auto asked = asked_message(call);
  if (!asked) return asked.error();
  const auto listed = call.store().domain(call.account(), asked->from.domain);
  if (!listed) return store_problem(call.services, listed.error());
  const auto decision = registry::decide(call.account(), asked->from, *listed, call.now());
  if (!decision.allowed) {
    log_event(call, "message refused",
              {{"account", call.account()}, {"from", asked->draft.from}, {"code", decision.code}});
    return problem(403, decision.code, decision.message);
  }
  const registry::OutgoingMessage message = composed(call, *asked, **listed);
  if (const auto added = call.store().add_message(message); !added) {
    return store_problem(call.services, added.error());
  }
  call.services.outbox.wake();
  log_event(call, "message accepted",
            {{"account", call.account()},
             {"id", message.id},
             {"from", message.from},
             {"to", message.to}});
  Response response = json_answer(202, to_json(message));
  response.headers.emplace_back("Location",
                                "/v1/accounts/" + call.account() + "/messages/" + message.id);
  return response;
}

Response list_messages(const Call& call) {
  const auto page = asked_page(call.request, kMessageKey);
  if (!page) return page.error();
  const auto messages = call.store().messages(call.account(), with_one_more(*page));
  if (!messages) return store_problem(call.services, messages.error());
  return list_answer(*page, *messages,
                     [](const registry::OutgoingMessage& message) { return to_json(message); });
}

Response show_message(const Call& call) {
  const auto message = call.store().message(call.account(), call.arguments.at(1));
  if (!message) return store_problem(call.services, message.error());
  return *message ? json_answer(200, to_json(**message)) : not_found();
}

}  // namespace mandate::web
