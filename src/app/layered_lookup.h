// DNS made of parts: answers that are remembered, a name that is known not to exist, and a zone
// file in front of the rest.
#pragma once

#include <mutex>
#include <span>
#include <utility>
#include <vector>

#include "mandate/dns/zone_file.h"
#include "resolver/lookup.h"

namespace mandate::app {

/// Asks each question once, so that two policies are compared over the same answers, also where a
/// server gives others each time.
class RememberingLookup final : public resolver::Lookup {
 public:
  /// The lookup must outlive it.
  explicit RememberingLookup(resolver::Lookup& lookup) : lookup_(lookup) {}
  std::vector<dns::Fact> ask(std::span<const dns::Question> questions,
                             resolver::Deadline deadline) override;

 private:
  resolver::Lookup& lookup_;
  std::mutex mutex_;
  dns::Facts known_;
};

/// Answers that a name, and each below it, does not exist, and asks the rest for all others.
class AbsentName final : public resolver::Lookup {
 public:
  /// The rest must outlive it.
  AbsentName(dns::Name name, resolver::Lookup& rest) : name_(std::move(name)), rest_(rest) {}
  std::vector<dns::Fact> ask(std::span<const dns::Question> questions,
                             resolver::Deadline deadline) override;

 private:
  dns::Name name_;
  resolver::Lookup& rest_;
};

/// A zone as it would be published. With an SOA it answers for every name at or below that, down to
/// where it delegates; without one for the names that it has. All else is asked of the rest, also
/// where its aliases lead out of it.
class ZoneInFront final : public resolver::Lookup {
 public:
  /// The rest must outlive it.
  ZoneInFront(dns::ZoneData zone, resolver::Lookup& rest);
  std::vector<dns::Fact> ask(std::span<const dns::Question> questions,
                             resolver::Deadline deadline) override;
  const dns::ZoneData& zone() const { return zone_; }

 private:
  bool answers(const dns::Name& name) const;
  dns::Name end_of_aliases(dns::Name name) const;

  dns::ZoneData zone_;
  std::vector<dns::Name> apexes_;
  std::vector<dns::Name> cuts_;
  resolver::Lookup& rest_;
};

}  // namespace mandate::app
