// The sending domains of a store, one after the other.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "app/failure.h"
#include "store/store.h"

namespace mandate::app {

/// Those of all accounts that may send at a time, by account and name. A page of accounts and one
/// of domains are in memory, however many there are; what is added or taken away meanwhile may be
/// met or not. Not thread-safe; the store must outlive it.
class SendingDomains {
 public:
  SendingDomains(store::Store& store, std::chrono::sys_seconds now, int rows_at_once = 1000)
      : store_(store), now_(now), rows_at_once_(rows_at_once) {}

  /// The next one, or nothing at the end. The failure is the store's.
  Attempt<std::optional<registry::SendingDomain>> next();

  /// Whose the last one is.
  const registry::Account& account() const { return accounts_[account_ - 1]; }

 private:
  Attempt<void> read_accounts();
  Attempt<void> read_domains();

  store::Store& store_;
  std::chrono::sys_seconds now_;
  int rows_at_once_;
  std::vector<registry::Account> accounts_;
  std::size_t account_ = 0;  // the next of them
  bool has_more_accounts_ = true;
  std::string last_account_;
  std::vector<registry::SendingDomain> domains_;  // of the account before
  std::size_t domain_ = 0;
  bool has_more_domains_ = false;
  std::string last_domain_;
};

}  // namespace mandate::app
