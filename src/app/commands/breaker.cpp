#include "app/commands/breaker.h"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <memory>
#include <utility>
#include <vector>

#include "app/commands/answer.h"
#include "app/configured_store.h"
#include "app/counted_noun.h"
#include "app/exit_code.h"
#include "app/failure.h"
#include "app/terminal.h"
#include "registry/timestamp.h"

namespace mandate::app {
namespace {

using registry::BreakerState;
using registry::HeldRevocation;
using registry::HoldEnd;

Failure store_failure(const store::StoreError& error) {
  return {exit_code::store, error.message};
}

/// A page of the held domains, and whether there are more.
struct Held {
  std::vector<HeldRevocation> domains;
  bool has_more = false;
};

Attempt<Held> held_domains(store::Store& store, const BreakerOptions& options) {
  // An account's id has no slash.
  const std::size_t slash = options.after.find('/');
  if (!options.after.empty() && slash == std::string::npos) {
    return fail(exit_code::usage, "--after: \"" + escaped(options.after) +
                                      "\" is not ACCOUNT/DOMAIN; give what the list ended with");
  }
  store::HeldPage page{.limit = options.limit + 1};
  if (!options.after.empty()) {
    page.after_account = options.after.substr(0, slash);
    page.after_domain = options.after.substr(slash + 1);
  }
  auto rows = store.held_revocations(page);
  if (!rows) return std::unexpected(store_failure(rows.error()));
  Held held{std::move(*rows)};
  held.has_more = held.domains.size() > static_cast<std::size_t>(options.limit);
  if (held.has_more) held.domains.pop_back();
  return held;
}

boost::json::array to_json(const Held& held) {
  boost::json::array out;
  for (const HeldRevocation& revocation : held.domains) out.push_back(to_json(revocation));
  return out;
}

std::string loss_text(const HeldRevocation& revocation) {
  if (revocation.of_claim) return "lose its claim";
  return fmt::format("be {}", registry::text(revocation.to));
}

std::string domains(std::int64_t count) {
  return counted(count, "domain", "domains");
}

void print_list(const Held& held) {
  for (const HeldRevocation& revocation : held.domains) {
    fmt::print("  {}  {}  would {}  {}  evidence {}\n", escaped(revocation.account_id),
               escaped(revocation.domain.text()), loss_text(revocation),
               escaped(revocation.reason_code), escaped(revocation.evidence_id));
  }
  if (!held.has_more) return;
  if (held.domains.empty()) {
    fmt::print("  none listed, with --limit 0\n");
    return;
  }
  const HeldRevocation& last = held.domains.back();
  fmt::print("  and more, with --after {}/{}\n", escaped(last.account_id),
             escaped(last.domain.text()));
}

std::string_view advice_on(const BreakerState& state) {
  return state.reason_code == registry::kHeldByShare
             ? "let them happen with `mandate breaker confirm`, or have them checked again with "
               "`mandate breaker dismiss`"
             : "mend the record or the resolver: it closes by itself when the record passes again";
}

void print_state(const BreakerState& state) {
  fmt::print("{}  since {}\n", registry::text_of(state), registry::timestamp(state.since));
  if (!state.holding) {
    if (state.decided_at) fmt::print("by         {}\n", escaped(state.decided_by));
    return;
  }
  fmt::print("why        {}: {}\n", escaped(state.reason_code), printable(state.reason));
  fmt::print("counted    {} made within the time, {} may send\n", state.counts.made,
             domains(state.counts.may_send));
  fmt::print("next       {}\n", advice_on(state));
  fmt::print("held       {}\n", domains(state.counts.held));
}

/// The store of the configuration, and the page of held domains as they are before a decision.
struct Opened {
  std::unique_ptr<store::Store> store;
  Held held;
};

Attempt<Opened> open(const BreakerOptions& options) {
  auto store = open_existing_store(options.config);
  if (!store) return std::unexpected(store.error());
  auto held = held_domains(**store, options);
  if (!held) return std::unexpected(held.error());
  return Opened{std::move(*store), std::move(*held)};
}

int decide(const BreakerOptions& options, HoldEnd end, std::string_view follows) {
  const auto opened = open(options);
  if (!opened) return report(opened.error());
  const auto ended = opened->store->end_hold(end, cause_at_shell());
  if (!ended) {
    if (ended.error().kind != store::StoreError::Kind::conflict) {
      return report(store_failure(ended.error()));
    }
    return report({exit_code::refused, fmt::format("nothing was {}: {}", registry::text(end),
                                                   printable(ended.error().message))});
  }
  if (options.json) {
    print_json(boost::json::object{{"object", "breaker_decision"},
                                   {"decision", registry::text(end)},
                                   {"held", *ended},
                                   {"domains", to_json(opened->held)},
                                   {"has_more", opened->held.has_more}});
  } else {
    fmt::print("{}  {}: {}\n", registry::text(end), domains(*ended), follows);
    print_list(opened->held);
  }
  return exit_code::done;
}

}  // namespace

int breaker_status(const BreakerOptions& options) {
  const auto opened = open(options);
  if (!opened) return report(opened.error());
  const auto state = opened->store->breaker();
  if (!state) return report(store_failure(state.error()));
  if (options.json) {
    boost::json::object object = to_json(*state);
    object["domains"] = to_json(opened->held);
    object["has_more"] = opened->held.has_more;
    print_json(object);
  } else {
    print_state(*state);
    print_list(opened->held);
  }
  return state->holding ? exit_code::refused : exit_code::done;
}

int breaker_confirm(const BreakerOptions& options) {
  return decide(options, HoldEnd::confirmed,
                "what was held happens when the check, due now, comes to the same again");
}

int breaker_dismiss(const BreakerOptions& options) {
  return decide(options, HoldEnd::dismissed,
                "nothing is lost; the check is made again now, and losses are counted anew");
}

}  // namespace mandate::app
