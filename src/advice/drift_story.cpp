#include "advice/drift_story.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <string_view>
#include <tuple>
#include <utility>

#include "advice/shown.h"
#include "advice/word_change.h"
#include "dns/printable.h"

namespace mandate::advice {
namespace {

using dns::RecordType;
using Texts = std::vector<std::string>;

constexpr std::size_t kMostChanges = 8;
constexpr std::size_t kMostTerms = 5;

std::string quoted(std::string_view text) {
  return fmt::format("`{}`", shown(text));
}

/// The first of them, each as code, and how many more there are.
std::string some_of(const Texts& texts) {
  Texts out;
  for (std::size_t i = 0; i < std::min(texts.size(), kMostTerms); ++i) {
    out.push_back(quoted(texts[i]));
  }
  if (texts.size() > kMostTerms) out.push_back(fmt::format("{} more", texts.size() - kMostTerms));
  return listed(out);
}

Texts words(const std::vector<spf::Span>& spans, std::string_view text) {
  Texts out;
  for (const spf::Span& span : spans) out.emplace_back(span.in(text));
  return out;
}

/// What came and what went, behind the subject of a sentence: it `lists` terms, `has` addresses.
struct Verb {
  std::string_view one;
  std::string_view many;
  std::string_view of(const Texts& texts) const { return texts.size() == 1 ? one : many; }
};

std::string come_and_gone(const Verb& verb, const Texts& come, const Texts& gone) {
  if (gone.empty()) return fmt::format("now {} {} as well", verb.of(come), some_of(come));
  if (come.empty()) return fmt::format("no longer {} {}", verb.of(gone), some_of(gone));
  return fmt::format("now {} {} in the place of {}", verb.of(come), some_of(come), some_of(gone));
}

std::string record_text(const std::string& before, const std::string& after) {
  const WordChange change = word_change(before, after);
  const Texts gone = words(change.removed, before);
  const Texts come = words(change.added, after);
  Texts sorted_gone = gone;
  Texts sorted_come = come;
  std::ranges::sort(sorted_gone);
  std::ranges::sort(sorted_come);
  if (sorted_gone == sorted_come) {
    return fmt::format("now has its terms in another order: {}", quoted(after));
  }
  return come_and_gone({"lists", "lists"}, come, gone);
}

std::string records_text(const Texts& before, const Texts& after) {
  if (after.empty()) return fmt::format("has no SPF record any more; it was {}", some_of(before));
  if (after.size() > 1) {
    return fmt::format("now has {} SPF records, which is an error: {}", after.size(),
                       some_of(after));
  }
  if (before.empty()) return fmt::format("now has an SPF record: {}", quoted(after.front()));
  if (before.size() > 1) {
    return fmt::format("now has one SPF record, where it had {}: {}", before.size(),
                       quoted(after.front()));
  }
  return record_text(before.front(), after.front());
}

/// Of two sorted lists what the first has beyond the second.
Texts beyond(const Texts& texts, const Texts& others) {
  Texts out;
  std::ranges::set_difference(texts, others, std::back_inserter(out));
  return out;
}

/// Whose the records of a name are, behind the name.
std::string alias_text(const RecordChange& change) {
  const auto& [before, after] = std::tie(change.alias_before, change.alias_after);
  if (!before && !after) return {};
  if (before == after) return fmt::format(", an alias (CNAME) of {},", shown(after->text()));
  if (!after) return fmt::format(", no longer an alias (CNAME) of {},", shown(before->text()));
  const std::string now = fmt::format(", now an alias (CNAME) of {}", shown(after->text()));
  return before ? fmt::format("{} and no longer of {},", now, shown(before->text())) : now + ",";
}

std::string change_text(const RecordChange& change) {
  const RecordType type = change.asked.question.type;
  std::string place = place_text(change.asked);
  const std::string alias = alias_text(change);
  if (!alias.empty() && place.ends_with(',')) place.pop_back();
  place += alias;
  if (type == RecordType::txt) {
    return fmt::format("{} {}", place, records_text(change.before, change.after));
  }
  const Verb verb = type == RecordType::mx
                        ? Verb{"has the mail exchanger", "has the mail exchangers"}
                        : Verb{"has the address", "has the addresses"};
  return fmt::format("{} {}", place,
                     come_and_gone(verb, beyond(change.after, change.before),
                                   beyond(change.before, change.after)));
}

/// Whether the count calls for a verb in the singular.
bool is_one(const spf::AddressCount& count) {
  return count.v6_high == 0 && count.v4 + count.v6_low == 1;
}

struct EffectWords {
  Effect effect;
  Verb verb;
};
constexpr std::array<EffectWords, 4> kEffects{{
    {Effect::gains_pass, {"gains a pass", "gain a pass"}},
    {Effect::loses_pass, {"loses its pass", "lose their pass"}},
    {Effect::meets_error, {"comes to an error", "come to an error"}},
    {Effect::changes, {"comes to", "come to"}},
}};

/// Behind the verb: of errors the first one's reason, of other results which they are.
std::string more_of(Effect effect, const std::vector<const Shift*>& shifts) {
  const Shift& first = *shifts.front();
  if (effect == Effect::meets_error) return fmt::format(" ({})", first.after.problem);
  if (effect != Effect::changes) return {};
  const bool alike = std::ranges::all_of(shifts, [&](const Shift* shift) {
    return shift->before.result == first.before.result && shift->after.result == first.after.result;
  });
  if (!alike) return " other results, none of them a pass";
  return fmt::format(" {} instead of {}", spf::text(first.after.result),
                     spf::text(first.before.result));
}

std::string effect_text(const EffectWords& words, const std::vector<Shift>& changes) {
  spf::AddressCount count;
  std::vector<const Shift*> shifts;
  for (const Shift& shift : changes) {
    if (effect(shift) != words.effect) continue;
    for (const dns::AddressRange& range : shift.ranges) count.add(range);
    shifts.push_back(&shift);
  }
  if (shifts.empty()) return {};
  return fmt::format("{} {}{}", addresses_text(count),
                     is_one(count) ? words.verb.one : words.verb.many,
                     more_of(words.effect, shifts));
}

/// What a drift does, clause by clause.
std::string effects_text(const Drift& drift) {
  Texts out;
  for (const EffectWords& words : kEffects) {
    if (std::string text = effect_text(words, drift.shift.changes); !text.empty()) {
      out.push_back(std::move(text));
    }
  }
  const bool depends = std::ranges::any_of(drift.shift.undecided, &Shift::depends_on_sender);
  if (depends) {
    out.emplace_back("what depends on the sender may come to another result");
  } else if (out.empty()) {
    out.emplace_back("no address comes to another result");
  }
  if (drift.before.lookups != drift.after.lookups) {
    out.push_back(
        fmt::format("the lookups went from {} to {}", drift.before.lookups, drift.after.lookups));
  }
  if (drift.before.voids != drift.after.voids) {
    out.push_back(fmt::format("the lookups that find nothing went from {} to {}",
                              drift.before.voids, drift.after.voids));
  }
  if (drift.pool_before != drift.pool_after) {
    out.push_back(fmt::format(
        "of the sending pool {} {}, where {} did", addresses_text(drift.pool_after),
        is_one(drift.pool_after) ? "passes" : "pass", addresses_text(drift.pool_before)));
  }
  return fmt::format("{}", fmt::join(out, "; "));
}

}  // namespace

std::vector<std::string> drift_story(const Drift& drift) {
  if (drift.records.size() == 1) {
    return {fmt::format("{}: {}.", change_text(drift.records.front()), effects_text(drift))};
  }
  Texts out;
  const std::size_t told = std::min(drift.records.size(), kMostChanges);
  for (std::size_t i = 0; i < told; ++i) out.push_back(change_text(drift.records[i]) + ".");
  if (drift.records.size() > told) {
    out.push_back(fmt::format("{} more answers changed.", drift.records.size() - told));
  }
  out.push_back(fmt::format("Together: {}.", effects_text(drift)));
  return out;
}

}  // namespace mandate::advice
