// The way from the root down to the zone of a name, as a function of known replies: pure, so that
// it is tested against worlds that never were.
//
//   way_to(name) ── the deepest zone known ──► ask one of its servers for NS of the name
//      ▲                                          │ a referral further down
//      └──────────── the zone below it ◄──────────┤
//                                                 │ its own NS records, no data, no such name
//                                                 ▼
//                                               the zone that the name is in
//
// A server whose name comes without an address is looked for by the same walk. Everything that a
// reply says is hostile: it is believed of what lies below the zone that was asked, each referral
// must lead further down, and depth and number of questions are bounded.
#pragma once

#include <cstddef>
#include <expected>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "resolver/root_hints.h"
#include "resolver/server_reply.h"
#include "resolver/zone_answer.h"

namespace mandate::resolver {

/// Questions that are put in all.
inline constexpr std::size_t most_questions = 300;
/// Servers of one zone that are tried for one question on the way.
inline constexpr std::size_t most_tries = 6;
/// Walks for the names of servers: one inside the other, and in one step.
inline constexpr std::size_t most_nested_walks = 4;
inline constexpr std::size_t most_walks = 100;

struct WalkOptions {
  std::vector<NameServer> root;
  bool ipv6 = false;  ///< there is a route
};

/// A zone on the way, and its servers as the zone above has them.
struct ZoneCut {
  dns::Name zone;
  NamedServers named;
  bool delegated = true;  ///< false: servers of the zone above have this one too, and so do not
                          ///< tell how they would delegate it; and of the root, which nobody does
};

struct ZoneWay {
  std::vector<ZoneCut> cuts;       ///< the root first
  bool exists = true;              ///< false: the zone says that there is no such name
  std::optional<dns::Name> alias;  ///< the target of the name's CNAME
  std::string problem;             ///< why there is no way further than `cuts`; a sentence
};

/// One step over the replies so far. What it returns holds once `lacking` is empty; until then
/// those questions must be put, and a new walk be begun with their replies added.
class DelegationWalk {
 public:
  /// Both must outlive the walk.
  DelegationWalk(const WalkOptions& options, const Replies& replies)
      : options_(options), replies_(replies) {}

  /// Nothing while replies are lacking.
  std::optional<ZoneWay> way_to(const dns::Name& name);

  /// The addresses of a host, asked of its own zone; the error is a sentence without its name.
  /// Nothing while replies are lacking.
  using Addresses = std::expected<std::vector<dns::IpAddress>, std::string>;
  std::optional<Addresses> addresses_of(const dns::Name& host);

  /// The reply, which is `not_public` or `not_asked` for an address that is not to be asked, and
  /// beyond `most_questions`. Nothing while it is lacking.
  const Reply* reply_of(const dns::IpAddress& server, const dns::Question& question);

  const std::set<ServerQuestion>& lacking() const { return lacking_; }

 private:
  struct Candidate {
    dns::Name name;
    dns::IpAddress address;
  };
  /// The first reply that `judge` has no fault to tell of; the error has the faults of all.
  using Found = std::expected<const Reply*, std::string>;

  std::optional<ZoneAnswer> ask_way(const ZoneCut& cut, const dns::Name& name);
  std::optional<Addresses> ask_addresses(const ZoneCut& cut, const dns::Question& question);
  template <class Judge>
  std::optional<Found> ask_zone(const ZoneCut& cut, const dns::Question& question,
                                const Judge& judge);
  template <class Judge>
  std::optional<Found> ask_each(const std::vector<Candidate>& candidates,
                                const dns::Question& question, const Judge& judge);
  std::vector<Candidate> candidates_of(const NameServer& server) const;
  bool go_on(ZoneWay& way, dns::Name& name, const ZoneAnswer& answer);
  void descend(ZoneWay& way, ZoneCut cut);
  std::vector<ZoneCut> known_way(const dns::Name& name) const;
  std::optional<Addresses> find_addresses(const dns::Name& host);
  bool may_ask(const dns::IpAddress& server) const;
  const Reply* refuse(Reply::Kind kind, const std::string& reason);

  const WalkOptions& options_;
  const Replies& replies_;
  std::set<ServerQuestion> lacking_;
  std::map<dns::Name, std::vector<ZoneCut>> known_;  // of this step: by the last zone
  std::map<dns::Name, Addresses> hosts_;
  std::vector<dns::Name> sought_;  // hosts, one inside the other
  std::size_t walks_ = 0;
  std::map<std::string, Reply> refused_;
};

}  // namespace mandate::resolver
