#include "app/commands/sending_domains.h"

#include <utility>

#include "app/exit_code.h"

namespace mandate::app {

Attempt<void> SendingDomains::read_accounts() {
  auto rows = store_.accounts({last_account_, rows_at_once_});
  if (!rows) return fail(exit_code::store, rows.error().message);
  accounts_ = std::move(*rows);
  account_ = 0;
  has_more_accounts_ = accounts_.size() == static_cast<std::size_t>(rows_at_once_);
  if (!accounts_.empty()) last_account_ = accounts_.back().id;
  return {};
}

Attempt<void> SendingDomains::read_domains() {
  if (!has_more_domains_) {
    last_domain_.clear();
    ++account_;
  }
  auto rows = store_.domains(account().id, {last_domain_, rows_at_once_});
  if (!rows) return fail(exit_code::store, rows.error().message);
  domains_ = std::move(*rows);
  domain_ = 0;
  has_more_domains_ = domains_.size() == static_cast<std::size_t>(rows_at_once_);
  if (!domains_.empty()) last_domain_ = domains_.back().domain.text();
  return {};
}

Attempt<std::optional<registry::SendingDomain>> SendingDomains::next() {
  for (;;) {
    while (domain_ < domains_.size()) {
      registry::SendingDomain& row = domains_[domain_++];
      if (row.may_send(now_)) return std::move(row);
    }
    Attempt<void> read;
    if (has_more_domains_ || account_ < accounts_.size()) {
      read = read_domains();
    } else if (has_more_accounts_) {
      read = read_accounts();
    } else {
      return std::nullopt;
    }
    if (!read) return std::unexpected(std::move(read.error()));
  }
}

}  // namespace mandate::app
