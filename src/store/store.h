// The store: where the registry lives. The seam that SQLite fills today and PostgreSQL will.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "registry/account.h"
#include "registry/api_key.h"
#include "registry/audit_entry.h"
#include "registry/breaker.h"
#include "registry/event.h"
#include "registry/outgoing_message.h"
#include "registry/sending_domain.h"

namespace mandate::store {

struct StoreError {
  enum class Kind : std::uint8_t {
    conflict,     ///< the id exists already, or the row was changed by another meanwhile
    not_found,    ///< what the change refers to does not exist
    full,         ///< no room on the device
    unavailable,  ///< anything else that keeps the store from answering
  };
  Kind kind = Kind::unavailable;
  std::string message;  ///< a sentence for a person
};

template <class T>
using Stored = std::expected<T, StoreError>;

/// A page of a list in ascending order of its key: what comes behind `after` (empty: from the
/// beginning), `limit` at most.
struct Page {
  std::string after;
  int limit = 100;
};

/// A page of what has a sequence, in its order: what comes behind `after` (0: from the beginning),
/// `limit` at most.
struct SequencePage {
  std::int64_t after = 0;
  int limit = 100;
};

/// Which entries of the audit log; what is empty leaves none out.
struct AuditFilter {
  std::string account_id;
  std::string subject;  ///< as in `registry::Change`
};

/// A page of the held revocations, by account and domain: what comes behind the two (empty: from
/// the beginning), `limit` at most.
struct HeldPage {
  std::string after_account;
  std::string after_domain;
  int limit = 100;
};

/// What became of a loss that a check asked for.
struct Revoked {
  registry::SendingDomain domain;  ///< the row as it was written
  bool held = false;               ///< by the breaker: the domain keeps what it had
  std::optional<registry::BreakerState> tripped = {};  ///< by this one, if it was
};

/// How much of what there is.
struct Figures {
  std::map<std::string, std::int64_t> domains;         ///< by status
  std::map<std::string, std::int64_t> messages;        ///< by state
  std::int64_t checks_due = 0;                         ///< domains whose check is due and not begun
  std::optional<std::chrono::sys_seconds> oldest_due;  ///< of these
};

/// Every change is durable when its call returns without an error. All functions may be called
/// from several threads at once.
///
/// What changes the registry takes a cause. The store names the change itself (registry/change.h),
/// and adds its audit entry and its event in the same transaction: there is no change without, and
/// what changes nothing that matters leaves none. One writer comes behind the other, so sequences
/// have the order of the commits: who has read up to one never misses an entry or event that
/// becomes visible later.
class Store {
 public:
  virtual ~Store() = default;

  // Accounts
  virtual Stored<void> add_account(const registry::Account& account,
                                   const registry::Cause& cause) = 0;  // conflict
  virtual Stored<std::optional<registry::Account>> account(std::string_view id) = 0;
  virtual Stored<std::vector<registry::Account>> accounts(const Page& page) = 0;  // by id

  // Sending domains
  virtual Stored<void> add_domain(const registry::SendingDomain& domain,
                                  const registry::Cause& cause) = 0;  // conflict, not_found
  virtual Stored<std::optional<registry::SendingDomain>> domain(std::string_view account_id,
                                                                const dns::Name& domain) = 0;
  virtual Stored<std::vector<registry::SendingDomain>> domains(std::string_view account_id,
                                                               const Page& page) = 0;  // by name
  /// What every account has under that name, by account.
  virtual Stored<std::vector<registry::SendingDomain>> domains_of_name(const dns::Name& name) = 0;
  /// Takes up to `limit` domains whose check is due at `now`, the longest due first, counts the
  /// attempt, and leases them until `lease_until`, all in one transaction: no other worker gets
  /// them until then, and one that dies gives them back by itself. The rows are as they are after
  /// it.
  virtual Stored<std::vector<registry::SendingDomain>> lease_due_domains(
      std::chrono::sys_seconds now, std::chrono::sys_seconds lease_until, int limit) = 0;
  /// When the earliest check is due, or a lease ends; nothing when there is none.
  virtual Stored<std::optional<std::chrono::sys_seconds>> next_domain_due() = 0;
  /// Replaces `before` by `after` (same account and domain) if the row still equals `before`;
  /// `conflict` when it does not. When `evidence_json` is not empty it is kept under
  /// `after.evidence_id`, in the same transaction. Evidence that the row no longer points at is
  /// dropped, unless an entry of the audit log rests on it. In the same transaction this row and
  /// those that other accounts have of the name become what `registry::after_contest` makes of
  /// them: a claim never begins to run without the holder's being told. Gives the row as it was
  /// written.
  virtual Stored<registry::SendingDomain> update_domain(const registry::SendingDomain& before,
                                                        const registry::SendingDomain& after,
                                                        std::string_view evidence_json,
                                                        const registry::Cause& cause) = 0;
  /// Its evidence goes with it, but for what an entry of the audit log rests on. Other accounts'
  /// rows of the name follow as in `update_domain`.
  virtual Stored<void> remove_domain(std::string_view account_id, const dns::Name& domain,
                                     const registry::Cause& cause) = 0;
  /// Of one account, or whosever it is.
  virtual Stored<std::optional<std::string>> evidence_json(
      const std::optional<std::string>& account_id, std::string_view evidence_id) = 0;

  // The breaker
  /// `update_domain` for a change that is a `registry::is_loss`: whether the breaker holds it is
  /// decided in the transaction that makes it, so that no two workers slip through together. Held,
  /// `registry::held_row` is written instead, no other row is touched, and the evidence is kept
  /// with the revocation. One that a person confirmed, and a claim's end, are neither counted nor
  /// held by the count.
  virtual Stored<Revoked> revoke_domain(const registry::SendingDomain& before,
                                        const registry::SendingDomain& after,
                                        std::string_view evidence_json,
                                        const registry::BreakerRule& rule,
                                        const registry::Cause& cause) = 0;
  virtual Stored<registry::BreakerState> breaker() = 0;
  /// Trips it for a reason that no count gives, and gives what it is then; nothing where it holds
  /// already: of all who try at once, one tripped it.
  virtual Stored<std::optional<registry::BreakerState>> trip_breaker(
      std::string_view reason_code, std::string_view reason, const registry::Cause& cause) = 0;
  /// Ends the hold, lets every held domain be checked at once, and gives their number. `conflict`
  /// where it does not hold, or for a reason that does not end so.
  virtual Stored<std::int64_t> end_hold(registry::HoldEnd end, const registry::Cause& cause) = 0;
  /// Moves the end of the grace of those at_risk domains to `until` for which it was to come
  /// between the trip and `before`, in one operation; nothing where the breaker does not hold.
  virtual Stored<void> extend_grace(std::chrono::sys_seconds before, std::chrono::sys_seconds until,
                                    const registry::Cause& cause) = 0;
  virtual Stored<std::vector<registry::HeldRevocation>> held_revocations(const HeldPage& page) = 0;

  /// Counted by the store as rows come and go, so that asking costs the same however many there
  /// are.
  virtual Stored<Figures> figures(std::chrono::sys_seconds now) = 0;

  // API keys
  virtual Stored<void> add_key(const registry::ApiKey& key,
                               const registry::Cause& cause) = 0;  // conflict, not_found
  virtual Stored<std::optional<registry::ApiKey>> key_by_hash(std::string_view hash) = 0;
  virtual Stored<std::vector<registry::ApiKey>> keys(const Page& page) = 0;  // by id
  /// Revoked at the time of the cause. The first revocation stands: another changes nothing.
  virtual Stored<void> revoke_key(std::string_view id, const registry::Cause& cause) = 0;

  // Outgoing messages
  virtual Stored<void> add_message(const registry::OutgoingMessage& message) = 0;
  virtual Stored<std::optional<registry::OutgoingMessage>> message(std::string_view account_id,
                                                                   std::string_view id) = 0;
  /// By id; without `content`.
  virtual Stored<std::vector<registry::OutgoingMessage>> messages(std::string_view account_id,
                                                                  const Page& page) = 0;
  /// Takes up to `limit` queued messages that are due at `now`, the longest due first, and moves
  /// their `next_attempt_at` to `lease_until` in the same transaction: a worker that dies gives
  /// them back by itself.
  virtual Stored<std::vector<registry::OutgoingMessage>> lease_due_messages(
      std::chrono::sys_seconds now, std::chrono::sys_seconds lease_until, int limit) = 0;
  /// Writes state, attempts, times and the last reply of an existing message.
  virtual Stored<void> update_message(const registry::OutgoingMessage& message) = 0;
  /// When the earliest queued message is due, or nothing.
  virtual Stored<std::optional<std::chrono::sys_seconds>> next_message_due() = 0;

  // Audit log and events
  /// The last entry's place and hash.
  virtual Stored<registry::AuditHead> audit_head() = 0;
  virtual Stored<std::vector<registry::AuditEntry>> audit_entries(const AuditFilter& filter,
                                                                  const SequencePage& page) = 0;
  /// Where an entry with that hash stands. Reads the log through.
  virtual Stored<std::optional<std::int64_t>> audit_sequence(std::string_view hash) = 0;
  /// Of one account, or of all.
  virtual Stored<std::vector<registry::Event>> events(const std::optional<std::string>& account_id,
                                                      const SequencePage& page) = 0;
};

}  // namespace mandate::store
