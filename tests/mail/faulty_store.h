// A real store that fails when it is told to.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/store.h"

namespace mandate::mail::test {

class FaultyStore final : public store::Store {
 public:
  enum class Call : std::uint8_t { domain, lease_due_messages, update_message };

  explicit FaultyStore(std::unique_ptr<store::Store> real) : real_(std::move(real)) {}

  /// The next `times` calls of that kind fail.
  void fail_next(Call call, int times) {
    const std::lock_guard lock(mutex_);
    failures_[call] = times;
  }

  /// Until `next_message_due` was asked so often: an outbox asks it when it has nothing else to do.
  bool wait_until_looked(int times) {
    std::unique_lock lock(mutex_);
    return looked_.wait_for(lock, std::chrono::seconds{30}, [&] { return looks_ >= times; });
  }

  store::Stored<void> add_account(const registry::Account& account,
                                  const registry::Cause& cause) override {
    return real_->add_account(account, cause);
  }
  store::Stored<std::optional<registry::Account>> account(std::string_view id) override {
    return real_->account(id);
  }
  store::Stored<std::vector<registry::Account>> accounts(const store::Page& page) override {
    return real_->accounts(page);
  }
  store::Stored<void> add_domain(const registry::SendingDomain& domain,
                                 const registry::Cause& cause) override {
    return real_->add_domain(domain, cause);
  }
  store::Stored<std::optional<registry::SendingDomain>> domain(std::string_view account_id,
                                                               const dns::Name& domain) override {
    if (auto fault = due_fault(Call::domain)) return std::unexpected(std::move(*fault));
    return real_->domain(account_id, domain);
  }
  store::Stored<std::vector<registry::SendingDomain>> domains(std::string_view account_id,
                                                              const store::Page& page) override {
    return real_->domains(account_id, page);
  }
  store::Stored<std::vector<registry::SendingDomain>> domains_of_name(
      const dns::Name& name) override {
    return real_->domains_of_name(name);
  }
  store::Stored<std::vector<registry::SendingDomain>> lease_due_domains(
      std::chrono::sys_seconds now, std::chrono::sys_seconds lease_until, int limit) override {
    return real_->lease_due_domains(now, lease_until, limit);
  }
  store::Stored<std::optional<std::chrono::sys_seconds>> next_domain_due() override {
    return real_->next_domain_due();
  }
  store::Stored<registry::SendingDomain> update_domain(const registry::SendingDomain& before,
                                                       const registry::SendingDomain& after,
                                                       std::string_view evidence_json,
                                                       const registry::Cause& cause) override {
    return real_->update_domain(before, after, evidence_json, cause);
  }
  store::Stored<void> remove_domain(std::string_view account_id, const dns::Name& domain,
                                    const registry::Cause& cause) override {
    return real_->remove_domain(account_id, domain, cause);
  }
  store::Stored<std::optional<std::string>> evidence_json(
      const std::optional<std::string>& account_id, std::string_view evidence_id) override {
    return real_->evidence_json(account_id, evidence_id);
  }
  store::Stored<store::Revoked> revoke_domain(const registry::SendingDomain& before,
                                              const registry::SendingDomain& after,
                                              std::string_view evidence,
                                              const registry::BreakerRule& rule,
                                              const registry::Cause& cause) override {
    return real_->revoke_domain(before, after, evidence, rule, cause);
  }
  store::Stored<registry::BreakerState> breaker() override { return real_->breaker(); }
  store::Stored<std::optional<registry::BreakerState>> trip_breaker(
      std::string_view reason_code, std::string_view reason,
      const registry::Cause& cause) override {
    return real_->trip_breaker(reason_code, reason, cause);
  }
  store::Stored<std::int64_t> end_hold(registry::HoldEnd end,
                                       const registry::Cause& cause) override {
    return real_->end_hold(end, cause);
  }
  store::Stored<void> extend_grace(std::chrono::sys_seconds before, std::chrono::sys_seconds until,
                                   const registry::Cause& cause) override {
    return real_->extend_grace(before, until, cause);
  }
  store::Stored<std::vector<registry::HeldRevocation>> held_revocations(
      const store::HeldPage& page) override {
    return real_->held_revocations(page);
  }
  store::Stored<store::Figures> figures(std::chrono::sys_seconds now) override {
    return real_->figures(now);
  }
  store::Stored<void> add_key(const registry::ApiKey& key, const registry::Cause& cause) override {
    return real_->add_key(key, cause);
  }
  store::Stored<std::optional<registry::ApiKey>> key_by_hash(std::string_view hash) override {
    return real_->key_by_hash(hash);
  }
  store::Stored<std::vector<registry::ApiKey>> keys(const store::Page& page) override {
    return real_->keys(page);
  }
  store::Stored<void> revoke_key(std::string_view id, const registry::Cause& cause) override {
    return real_->revoke_key(id, cause);
  }
  store::Stored<void> add_message(const registry::OutgoingMessage& message) override {
    return real_->add_message(message);
  }
  store::Stored<std::optional<registry::OutgoingMessage>> message(std::string_view account_id,
                                                                  std::string_view id) override {
    return real_->message(account_id, id);
  }
  store::Stored<std::vector<registry::OutgoingMessage>> messages(std::string_view account_id,
                                                                 const store::Page& page) override {
    return real_->messages(account_id, page);
  }
  store::Stored<std::vector<registry::OutgoingMessage>> lease_due_messages(
      std::chrono::sys_seconds now, std::chrono::sys_seconds lease_until, int limit) override {
    if (auto fault = due_fault(Call::lease_due_messages)) return std::unexpected(std::move(*fault));
    return real_->lease_due_messages(now, lease_until, limit);
  }
  store::Stored<void> update_message(const registry::OutgoingMessage& message) override {
    if (auto fault = due_fault(Call::update_message)) return std::unexpected(std::move(*fault));
    return real_->update_message(message);
  }
  store::Stored<std::optional<std::chrono::sys_seconds>> next_message_due() override {
    auto due = real_->next_message_due();
    const std::lock_guard lock(mutex_);
    ++looks_;
    looked_.notify_all();
    return due;
  }
  store::Stored<registry::AuditHead> audit_head() override { return real_->audit_head(); }
  store::Stored<std::vector<registry::AuditEntry>> audit_entries(
      const store::AuditFilter& filter, const store::SequencePage& page) override {
    return real_->audit_entries(filter, page);
  }
  store::Stored<std::optional<std::int64_t>> audit_sequence(std::string_view hash) override {
    return real_->audit_sequence(hash);
  }
  store::Stored<std::vector<registry::Event>> events(const std::optional<std::string>& account_id,
                                                     const store::SequencePage& page) override {
    return real_->events(account_id, page);
  }

 private:
  std::optional<store::StoreError> due_fault(Call call) {
    const std::lock_guard lock(mutex_);
    if (failures_[call] == 0) return std::nullopt;
    --failures_[call];
    return store::StoreError{store::StoreError::Kind::unavailable, "the store is away"};
  }

  std::unique_ptr<store::Store> real_;
  std::mutex mutex_;
  std::condition_variable looked_;
  std::map<Call, int> failures_;
  int looks_ = 0;
};

}  // namespace mandate::mail::test
