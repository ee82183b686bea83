#include "api_world.h"

#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>

#include <stdexcept>
#include <utility>

#include "web/bearer.h"
#include "web/exchange.h"

namespace mandate::web {
namespace {

dns::Name name(std::string_view text) {
  return dns::Name::parse(text).value();
}

registry::Provider test_provider() {
  registry::Provider provider;
  provider.include_name = name("mailer.provider.example");
  provider.pool = {dns::Prefix::parse("192.0.2.0/28").value(),
                   dns::Prefix::parse("2001:db8:25::/64").value()};
  provider.helo_names = {"out.mailer.provider.example"};
  provider.default_sender = "no-reply@provider.example";
  provider.bounce_host = name("bounces.provider.example");
  return provider;
}

// Ids ascend with time and have a fixed length.
std::string id_of(int number) {
  std::string text = std::to_string(number);
  return std::string(8 - text.size(), '0') + text;
}

const std::string& fixed_key(std::size_t index) {
  static const std::vector<std::string> keys = {
      new_bearer_key(), new_bearer_key(), new_bearer_key(), new_bearer_key(), new_bearer_key()};
  return keys.at(index);
}

}  // namespace

void PublishedZones::publish(std::string_view zone) {
  dns::ZoneData zones;
  const auto added = zones.add_file(zone, "test.zone");
  ASSERT_TRUE(added) << added.error().text();
  const std::lock_guard lock(mutex_);
  zones_ = std::move(zones);
}

void PublishedZones::set(State state) {
  const std::lock_guard lock(mutex_);
  state_ = state;
}

std::vector<dns::Fact> PublishedZones::ask(std::span<const dns::Question> questions,
                                           resolver::Deadline deadline) {
  const std::lock_guard lock(mutex_);
  if (state_ == State::throwing) throw std::runtime_error("the lookup broke");
  if (state_ == State::up) return resolver::ZoneLookup(zones_).ask(questions, deadline);
  std::vector<dns::Fact> facts;
  for (const dns::Question& question : questions) {
    dns::Fact fact;
    fact.question = question;
    fact.detail = "the server did not answer in time";
    facts.push_back(std::move(fact));
  }
  return facts;
}

mail::HandOver RecordingRelay::hand_over(const std::string& from, const std::string& to,
                                         const std::string& content) {
  mails.push_back({from, to, content});
  if (mails.size() == 1) first_.set_value();
  return {.kind = mail::HandOver::Kind::accepted, .code = 250, .reply = "queued"};
}

const std::string& ApiWorld::provider_key() {
  return fixed_key(0);
}
const std::string& ApiWorld::one_key() {
  return fixed_key(1);
}
const std::string& ApiWorld::two_key() {
  return fixed_key(2);
}
const std::string& ApiWorld::revoked_key() {
  return fixed_key(3);
}
const std::string& ApiWorld::unknown_key() {
  return fixed_key(4);
}

ApiWorld::ApiWorld() : provider(test_provider()) {
  dns.publish(kProviderZone);
  const auto clock = [this] { return now; };
  const auto new_id = [this] { return id_of(++ids); };
  probe = std::make_unique<verification::Probe>(
      provider, dns, store, clock, new_id, registry::Patience{},
      verification::CheckOptions{.timeout = std::chrono::seconds{10}});
  watch = std::make_unique<verification::Watch>(store, *probe, clock, verification::WatchOptions{});
  outbox = std::make_unique<mail::Outbox>(store, relay, clock);
  auto logger = std::make_shared<spdlog::logger>(
      "test", std::make_shared<spdlog::sinks::ostream_sink_mt>(log));
  logger->set_pattern("%v");
  api = std::make_unique<Api>(
      Services{.provider = provider,
               .ownership = {},
               .store = store,
               .probe = *probe,
               .watch = *watch,
               .lookup = dns,
               .outbox = *outbox,
               .clock = clock,
               .new_id = new_id,
               .new_token = [this] { return "0123456789abcde" + std::to_string(++tokens); },
               .log = logger,
               .version = "7.8.9"});
  add_account("one", kOneToken);
  add_account("two", "0123456789abcdeg");
  const auto add_key = [&](const std::string& id, std::optional<std::string> account,
                           const std::string& key) {
    EXPECT_TRUE(store.add_key({.id = id,
                               .account_id = std::move(account),
                               .hash = hash_bearer_key(key),
                               .label = "test",
                               .created_at = now,
                               .revoked_at = {}},
                              cause()));
  };
  add_key("key-provider", {}, provider_key());
  add_key("key-one", "one", one_key());
  add_key("key-two", "two", two_key());
  add_key("key-revoked", {}, revoked_key());
  EXPECT_TRUE(store.revoke_key("key-revoked", cause()));
}

Response ApiWorld::call(const std::string& method, const std::string& target,
                        const std::string& body, const std::string& key) {
  Exchange exchange(target, std::size_t{64} << 20);
  EXPECT_FALSE(exchange.fault()) << target;
  exchange.request.method = method;
  exchange.request.body = body;
  if (!body.empty()) exchange.add_header("Content-Type", "application/json");
  if (!key.empty()) exchange.add_header("Authorization", "Bearer " + key);
  return api->handle(exchange.request);
}

void ApiWorld::add_account(const std::string& id, std::string_view token) {
  EXPECT_TRUE(store.add_account(
      {.id = id, .name = "", .created_at = now, .token = std::string(token)}, cause()))
      << id;
}

void ApiWorld::add_domain(const std::string& account, const std::string& domain,
                          registry::Status status, const std::string& return_path) {
  registry::SendingDomain row;
  row.account_id = account;
  row.domain = name(domain);
  row.status = status;
  if (!return_path.empty()) {
    row.mode = registry::Mode::return_path;
    row.return_path = name(return_path);
  }
  row.created_at = row.status_since = now;
  if (status == registry::Status::at_risk) row.grace_expires_at = now + std::chrono::hours{1};
  const auto added = store.add_domain(row, cause());
  EXPECT_TRUE(added) << added.error().message;
}

std::size_t ApiWorld::messages_of(const std::string& account) {
  const auto messages = store.messages(account, {.after = {}, .limit = 1000});
  EXPECT_TRUE(messages);
  return messages ? messages->size() : 0;
}

std::vector<std::string> ApiWorld::log_lines() const {
  std::vector<std::string> lines;
  std::istringstream in(log.str());
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

}  // namespace mandate::web
