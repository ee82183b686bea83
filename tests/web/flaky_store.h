// A store that can be made to fail, over a real one in memory.
#pragma once

#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/sqlite_store.h"

namespace mandate::web {

/// Looking keys up goes on when it fails, unless `keys_fail` is set: so that a call gets past its
/// authentication.
class FlakyStore final : public store::Store {
 public:
  FlakyStore() {
    auto opened = store::open_sqlite(":memory:");
    EXPECT_TRUE(opened) << (opened ? "" : opened.error().message);
    if (opened) inner_ = std::move(*opened);
  }
  bool fails = false;
  bool keys_fail = false;
  std::promise<void> asked_for_due;  ///< set once `next_message_due` has answered
  int conflicts = 0;                 ///< so many updates of a domain are beaten by another's

  store::Stored<void> add_account(const registry::Account& account,
                                  const registry::Cause& cause) override {
    if (fails) return error();
    return inner_->add_account(account, cause);
  }
  store::Stored<std::optional<registry::Account>> account(std::string_view id) override {
    if (fails) return error();
    return inner_->account(id);
  }
  store::Stored<std::vector<registry::Account>> accounts(const store::Page& page) override {
    if (fails) return error();
    return inner_->accounts(page);
  }
  store::Stored<void> add_domain(const registry::SendingDomain& domain,
                                 const registry::Cause& cause) override {
    if (fails) return error();
    return inner_->add_domain(domain, cause);
  }
  store::Stored<std::optional<registry::SendingDomain>> domain(std::string_view account_id,
                                                               const dns::Name& name) override {
    if (fails) return error();
    return inner_->domain(account_id, name);
  }
  store::Stored<std::vector<registry::SendingDomain>> domains(std::string_view account_id,
                                                              const store::Page& page) override {
    if (fails) return error();
    return inner_->domains(account_id, page);
  }
  store::Stored<std::vector<registry::SendingDomain>> domains_of_name(
      const dns::Name& name) override {
    if (fails) return error();
    return inner_->domains_of_name(name);
  }
  store::Stored<std::vector<registry::SendingDomain>> lease_due_domains(
      std::chrono::sys_seconds now, std::chrono::sys_seconds lease_until, int limit) override {
    if (fails) return error();
    return inner_->lease_due_domains(now, lease_until, limit);
  }
  store::Stored<std::optional<std::chrono::sys_seconds>> next_domain_due() override {
    if (fails) return error();
    return inner_->next_domain_due();
  }
  store::Stored<registry::SendingDomain> update_domain(const registry::SendingDomain& before,
                                                       const registry::SendingDomain& after,
                                                       std::string_view evidence,
                                                       const registry::Cause& cause) override {
    if (fails) return error();
    if (conflicts > 0) {
      --conflicts;
      return std::unexpected(
          store::StoreError{store::StoreError::Kind::conflict, "the row was changed meanwhile"});
    }
    return inner_->update_domain(before, after, evidence, cause);
  }
  store::Stored<void> remove_domain(std::string_view account_id, const dns::Name& name,
                                    const registry::Cause& cause) override {
    if (fails) return error();
    return inner_->remove_domain(account_id, name, cause);
  }
  store::Stored<std::optional<std::string>> evidence_json(
      const std::optional<std::string>& account_id, std::string_view id) override {
    if (fails) return error();
    return inner_->evidence_json(account_id, id);
  }
  store::Stored<store::Revoked> revoke_domain(const registry::SendingDomain& before,
                                              const registry::SendingDomain& after,
                                              std::string_view evidence,
                                              const registry::BreakerRule& rule,
                                              const registry::Cause& cause) override {
    if (fails) return error();
    return inner_->revoke_domain(before, after, evidence, rule, cause);
  }
  store::Stored<registry::BreakerState> breaker() override {
    if (fails) return error();
    return inner_->breaker();
  }
  store::Stored<std::optional<registry::BreakerState>> trip_breaker(
      std::string_view reason_code, std::string_view reason,
      const registry::Cause& cause) override {
    if (fails) return error();
    return inner_->trip_breaker(reason_code, reason, cause);
  }
  store::Stored<std::int64_t> end_hold(registry::HoldEnd end,
                                       const registry::Cause& cause) override {
    if (fails) return error();
    return inner_->end_hold(end, cause);
  }
  store::Stored<void> extend_grace(std::chrono::sys_seconds before, std::chrono::sys_seconds until,
                                   const registry::Cause& cause) override {
    if (fails) return error();
    return inner_->extend_grace(before, until, cause);
  }
  store::Stored<std::vector<registry::HeldRevocation>> held_revocations(
      const store::HeldPage& page) override {
    if (fails) return error();
    return inner_->held_revocations(page);
  }
  store::Stored<store::Figures> figures(std::chrono::sys_seconds now) override {
    if (fails) return error();
    return inner_->figures(now);
  }
  store::Stored<void> add_key(const registry::ApiKey& key, const registry::Cause& cause) override {
    if (fails) return error();
    return inner_->add_key(key, cause);
  }
  store::Stored<std::optional<registry::ApiKey>> key_by_hash(std::string_view hash) override {
    if (keys_fail) return error();
    return inner_->key_by_hash(hash);
  }
  store::Stored<std::vector<registry::ApiKey>> keys(const store::Page& page) override {
    if (fails) return error();
    return inner_->keys(page);
  }
  store::Stored<void> revoke_key(std::string_view id, const registry::Cause& cause) override {
    if (fails) return error();
    return inner_->revoke_key(id, cause);
  }
  store::Stored<void> add_message(const registry::OutgoingMessage& message) override {
    if (fails) return error();
    return inner_->add_message(message);
  }
  store::Stored<std::optional<registry::OutgoingMessage>> message(std::string_view account_id,
                                                                  std::string_view id) override {
    if (fails) return error();
    return inner_->message(account_id, id);
  }
  store::Stored<std::vector<registry::OutgoingMessage>> messages(std::string_view account_id,
                                                                 const store::Page& page) override {
    if (fails) return error();
    return inner_->messages(account_id, page);
  }
  store::Stored<std::vector<registry::OutgoingMessage>> lease_due_messages(
      std::chrono::sys_seconds now, std::chrono::sys_seconds until, int limit) override {
    if (fails) return error();
    return inner_->lease_due_messages(now, until, limit);
  }
  store::Stored<void> update_message(const registry::OutgoingMessage& message) override {
    if (fails) return error();
    return inner_->update_message(message);
  }
  store::Stored<std::optional<std::chrono::sys_seconds>> next_message_due() override {
    if (fails) return error();
    auto due = inner_->next_message_due();
    std::call_once(asked_once_, [this] { asked_for_due.set_value(); });
    return due;
  }
  store::Stored<registry::AuditHead> audit_head() override {
    if (fails) return error();
    return inner_->audit_head();
  }
  store::Stored<std::vector<registry::AuditEntry>> audit_entries(
      const store::AuditFilter& filter, const store::SequencePage& page) override {
    if (fails) return error();
    return inner_->audit_entries(filter, page);
  }
  store::Stored<std::optional<std::int64_t>> audit_sequence(std::string_view hash) override {
    if (fails) return error();
    return inner_->audit_sequence(hash);
  }
  store::Stored<std::vector<registry::Event>> events(const std::optional<std::string>& account_id,
                                                     const store::SequencePage& page) override {
    if (fails) return error();
    return inner_->events(account_id, page);
  }

 private:
  static std::unexpected<store::StoreError> error() {
    return std::unexpected(
        store::StoreError{store::StoreError::Kind::unavailable, "disk I/O error at /secret/path"});
  }
  std::once_flag asked_once_;
  std::unique_ptr<store::Store> inner_;
};

}  // namespace mandate::web
