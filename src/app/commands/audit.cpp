#include "app/commands/audit.h"

#include <fmt/core.h>

#include <boost/json.hpp>
#include <cstdio>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "app/commands/answer.h"
#include "app/configured_store.h"
#include "app/counted_noun.h"
#include "app/exit_code.h"
#include "app/progress.h"
#include "app/terminal.h"
#include "registry/audit_chain.h"
#include "registry/domain_name.h"
#include "registry/timestamp.h"

namespace mandate::app {
namespace {

constexpr int kRowsAtOnce = 1000;

std::unexpected<Failure> store_failure(const store::StoreError& error) {
  return fail(exit_code::store, error.message);
}

/// Gives every entry of the filter behind `after` to `take`, while that says to go on.
template <class Take>
Attempt<void> each_entry(store::Store& store, const store::AuditFilter& filter, std::int64_t after,
                         Take take) {
  for (store::SequencePage page{after, kRowsAtOnce};;) {
    const auto entries = store.audit_entries(filter, page);
    if (!entries) return store_failure(entries.error());
    for (const registry::AuditEntry& entry : *entries) {
      if (!take(entry)) return {};
    }
    if (entries->size() < static_cast<std::size_t>(page.limit)) return {};
    page.after = entries->back().sequence;
  }
}

/// Where the log is no longer what was written, for people.
struct Break {
  std::int64_t sequence = 0;
  std::string kind;
  std::string detail;
};

struct Verdict {
  registry::AuditHead head;  ///< up to which the log is intact
  std::optional<Break> broken;
};

Attempt<std::optional<Break>> explained(store::Store& store, const registry::ChainFault& fault) {
  using Kind = registry::ChainFault::Kind;
  const std::int64_t sequence = fault.sequence;
  if (fault.kind == Kind::altered) {
    return Break{sequence, "altered", "what it says does not give its hash"};
  }
  if (fault.kind == Kind::missing) {
    return Break{sequence, "missing", "there is no entry of that number, and there are later ones"};
  }
  const auto found = store.audit_sequence(fault.previous_hash);
  if (!found) return store_failure(found.error());
  if (!*found) {
    return Break{sequence, "missing",
                 "the entry that it was written behind was taken out or replaced"};
  }
  return Break{sequence, "reordered",
               fmt::format("it was written behind the entry that stands at {}", **found)};
}

/// The log may have grown since the head was noted, so that it may stand anywhere in the chain.
Attempt<std::optional<Break>> shortened(store::Store& store, const registry::AuditHead& head,
                                        const std::string& expected) {
  if (expected.empty() || expected == head.hash) return std::nullopt;
  const auto found = store.audit_sequence(expected);
  if (!found) return store_failure(found.error());
  if (*found) return std::nullopt;
  return Break{head.sequence + 1, "missing",
               fmt::format("the log ends at {}, and the expected head is nowhere in it: entries "
                           "were taken off the end, or the log was written anew",
                           head.sequence)};
}

Attempt<Verdict> verdict_on(store::Store& store, const std::string& expected_head) {
  const auto last = store.audit_head();
  if (!last) return store_failure(last.error());
  Progress progress("audit verify", static_cast<std::uint64_t>(last->sequence));
  registry::AuditChain chain;
  std::optional<registry::ChainFault> fault;
  const auto read = each_entry(store, {}, std::numeric_limits<std::int64_t>::min(),
                               [&](const registry::AuditEntry& entry) {
                                 fault = chain.follow(entry);
                                 progress.advance(1);
                                 return !fault;
                               });
  if (!read) return std::unexpected(read.error());
  auto broken = fault ? explained(store, *fault) : shortened(store, chain.head(), expected_head);
  if (!broken) return std::unexpected(broken.error());
  return Verdict{chain.head(), std::move(*broken)};
}

void print(const Verdict& verdict, bool json) {
  const auto& [head, broken] = verdict;
  if (json) {
    boost::json::object object{
        {"intact", !broken}, {"entries", head.sequence}, {"head", head.hash}, {"broken", nullptr}};
    if (broken) {
      object["broken"] = {
          {"sequence", broken->sequence}, {"kind", broken->kind}, {"detail", broken->detail}};
    }
    print_json(object);
  } else if (broken) {
    fmt::print("broken at {}: {}: {}\n", broken->sequence, broken->kind, broken->detail);
    fmt::print("intact up to {}, head {}\n", head.sequence, head.hash);
  } else {
    fmt::print("intact  {}, head {}\n", counted(head.sequence, "entry", "entries"), head.hash);
  }
}

std::string line_of(const registry::AuditEntry& entry, bool json) {
  if (json) return boost::json::serialize(to_json(entry)) + "\n";
  const auto cell = [](const std::string& text) { return text.empty() ? "-" : escaped(text); };
  return fmt::format("{}  {}  {}  {}  {}  account {}  evidence {}  {}\n", entry.sequence,
                     registry::timestamp(entry.at), cell(entry.actor), cell(entry.action),
                     cell(entry.subject), cell(entry.account_id), cell(entry.evidence_id),
                     printable(entry.details));
}

bool is_hash(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Attempt<store::AuditFilter> filter_of(const AuditListOptions& options) {
  store::AuditFilter filter{.account_id = options.account, .subject = {}};
  if (options.domain.empty()) return filter;
  const auto domain = registry::parse_sending_domain(options.domain);
  if (!domain) return fail(exit_code::usage, "--domain: " + domain.error().message);
  filter.subject = registry::domain_subject(*domain);
  return filter;
}

}  // namespace

int audit_verify(const AuditVerifyOptions& options) {
  // A hash that was copied in part is no sign of a broken log.
  if (!options.expected_head.empty() && !is_hash(options.expected_head)) {
    return report({exit_code::usage,
                   "--expect-head: \"" + escaped(options.expected_head) +
                       "\" is no hash; give the 64 digits of 0-9 a-f that `verify` printed"});
  }
  const auto store = open_existing_store(options.config);
  if (!store) return report(store.error());
  const auto verdict = verdict_on(**store, options.expected_head);
  if (!verdict) return report(verdict.error());
  print(*verdict, options.json);
  return verdict->broken ? exit_code::refused : exit_code::done;
}

int audit_list(const AuditListOptions& options) {
  const auto filter = filter_of(options);
  if (!filter) return report(filter.error());
  const auto store = open_existing_store(options.config);
  if (!store) return report(store.error());
  // Once a line cannot be written, `run` says why.
  const auto listed =
      each_entry(**store, *filter, options.after, [&](const registry::AuditEntry& entry) {
        const std::string line = line_of(entry, options.json);
        return std::fwrite(line.data(), 1, line.size(), stdout) == line.size();
      });
  return listed ? exit_code::done : report(listed.error());
}

}  // namespace mandate::app
