#include "verification/watch.h"

#include <fmt/format.h>

#include <limits>
#include <utility>

namespace mandate::verification {

Watch::Watch(store::Store& store, Probe& probe, Clock clock, WatchOptions options)
    : store_(store),
      probe_(probe),
      clock_(std::move(clock)),
      options_(std::move(options)),
      workers_(options_.workers, {.round = [this]() -> store::Stored<void> {
                                    auto done = run_due(std::numeric_limits<int>::max());
                                    if (!done) return std::unexpected(std::move(done.error()));
                                    return {};
                                  },
                                  .next_due = [this] { return store_.next_domain_due(); },
                                  .clock = clock_,
                                  .report = options_.report}) {}

store::Stored<int> Watch::run_due(int limit) {
  int done = 0;
  for (; done < limit && !workers_.is_stopping(); ++done) {
    const auto now = clock_();
    const auto leased = store_.lease_due_domains(now, now + options_.lease, 1);
    if (!leased) return std::unexpected(leased.error());
    if (leased->empty()) break;
    workers_.wake();  // there may be more, for another
    if (auto checked = check(leased->front()); !checked) return std::unexpected(checked.error());
  }
  return done;
}

// The error is one that keeps the other domains from being checked as well.
store::Stored<void> Watch::check(const registry::SendingDomain& domain) {
  using Kind = store::StoreError::Kind;
  const auto checked = probe_.verify(domain.account_id, domain.domain, "system:watch");
  if (checked) {
    options_.on_checked(domain, *checked);
    return {};
  }
  if (checked.error().kind == Kind::not_found) return {};  // removed meanwhile
  if (checked.error().kind != Kind::conflict) return std::unexpected(checked.error());
  options_.report(
      fmt::format("the check of {} for account {} is not recorded, and is made again "
                  "when its lease ends: {}",
                  domain.domain.text(), domain.account_id, checked.error().message));
  return {};
}

}  // namespace mandate::verification
