#include "resolver/delegation_walk.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "resolver/address_scope.h"
#include "resolver/server_standing.h"

namespace mandate::resolver {
namespace {

using dns::IpAddress;
using dns::Name;
using dns::Question;
using dns::RecordType;

void add_failure(std::string& failures, const std::string& failure) {
  if (!failures.empty() && !failure.empty()) failures += "; ";
  failures += failure;
}

}  // namespace

std::optional<ZoneWay> DelegationWalk::way_to(const Name& name) {
  ZoneWay way{.cuts = known_way(name)};
  Name asked = name;
  for (;;) {
    const std::optional<ZoneAnswer> answer = ask_way(way.cuts.back(), asked);
    if (!answer) return std::nullopt;
    if (answer->kind == ZoneAnswer::Kind::useless) {
      way.problem = answer->reason;
      return way;
    }
    if (!go_on(way, asked, *answer)) return way;
  }
}

// False when the last cut is the name's zone. Each time round the zone is deeper, or the name that
// is asked for is shorter, so that there is an end.
bool DelegationWalk::go_on(ZoneWay& way, Name& name, const ZoneAnswer& answer) {
  const Name zone = way.cuts.back().zone;
  switch (answer.kind) {
    case ZoneAnswer::Kind::referral:
      descend(way, {.zone = answer.zone, .named = answer.named});
      return answer.zone != name;
    case ZoneAnswer::Kind::apex:
      if (answer.zone != zone) {
        descend(way, {.zone = answer.zone, .named = answer.named, .delegated = false});
      }
      return false;
    case ZoneAnswer::Kind::inside:
      way.exists = way.exists && answer.exists;
      if (answer.zone == zone) return false;
      if (answer.zone == name) {  // without NS records of its own
        descend(way, {answer.zone, way.cuts.back().named, false});
        return false;
      }
      name = answer.zone;
      return true;
    case ZoneAnswer::Kind::alias:
      if (!way.alias) way.alias = answer.target;
      name = name.parent();
      return name != zone;
    case ZoneAnswer::Kind::useless:
      break;
  }
  return false;
}

void DelegationWalk::descend(ZoneWay& way, ZoneCut cut) {
  way.cuts.push_back(std::move(cut));
  known_[way.cuts.back().zone] = way.cuts;
}

std::vector<ZoneCut> DelegationWalk::known_way(const Name& name) const {
  for (Name zone = name; !zone.is_root(); zone = zone.parent()) {
    const auto known = known_.find(zone);
    if (known != known_.end()) return known->second;
  }
  return {{.zone = Name(), .named = {options_.root, 0}, .delegated = false}};
}

std::optional<ZoneAnswer> DelegationWalk::ask_way(const ZoneCut& cut, const Name& name) {
  const Question question{name, RecordType::ns};
  const auto found = ask_zone(cut, question, [&](const Reply& reply) {
    const ZoneAnswer answer = read_zone_answer(reply, question, cut.zone);
    return answer.kind == ZoneAnswer::Kind::useless ? std::optional(answer.reason) : std::nullopt;
  });
  if (!found) return std::nullopt;
  if (*found) return read_zone_answer(***found, question, cut.zone);
  return ZoneAnswer{.reason = fmt::format("no server of {} tells the way to {}: {}",
                                          cut.zone.is_root() ? "the root" : cut.zone.text(),
                                          name.text(), found->error())};
}

// The servers whose addresses are known come first: each of the others costs a walk of its own.
template <class Judge>
std::optional<DelegationWalk::Found> DelegationWalk::ask_zone(const ZoneCut& cut,
                                                              const Question& question,
                                                              const Judge& judge) {
  std::vector<Candidate> candidates;
  for (const NameServer& server : cut.named.servers) {
    const auto more = candidates_of(server);
    candidates.insert(candidates.end(), more.begin(), more.end());
  }
  if (candidates.size() > most_tries) candidates.resize(most_tries);
  std::optional<Found> found = ask_each(candidates, question, judge);
  if (!found || *found) return found;
  std::string failures = found->error();
  std::size_t tries = candidates.size();
  for (const NameServer& server : cut.named.servers) {
    if (!server.addresses.empty() || tries++ >= most_tries) continue;
    const std::optional<Addresses> addresses = addresses_of(server.name);
    if (!addresses) return std::nullopt;
    if (!*addresses) {
      add_failure(failures, fmt::format("{} {}", server.name.text(), addresses->error()));
      continue;
    }
    found = ask_each(candidates_of({server.name, **addresses}), question, judge);
    if (!found || *found) return found;
    add_failure(failures, found->error());
  }
  return std::unexpected(failures.empty() ? "none is known that can be asked" : failures);
}

// One after the other, which spares the servers; but the first silence is waited for alone, and
// then all others at once.
template <class Judge>
std::optional<DelegationWalk::Found> DelegationWalk::ask_each(
    const std::vector<Candidate>& candidates, const Question& question, const Judge& judge) {
  std::string failures;
  for (const Candidate& candidate : candidates) {
    const Reply* const reply = reply_of(candidate.address, question);
    if (reply == nullptr) return std::nullopt;
    const std::optional<std::string> failure = judge(*reply);
    if (!failure) return reply;
    add_failure(failures, fmt::format("{} ({}) {}", candidate.name.text(), candidate.address.text(),
                                      *failure));
    if (reply->kind != Reply::Kind::silent) continue;
    for (const Candidate& other : candidates) reply_of(other.address, question);
  }
  return std::unexpected(failures);
}

// IPv4 first, which works everywhere.
std::vector<DelegationWalk::Candidate> DelegationWalk::candidates_of(
    const NameServer& server) const {
  std::vector<Candidate> candidates;
  for (const bool v4 : {true, false}) {
    for (const IpAddress& address : server.addresses) {
      if (address.is_v4() == v4 && (v4 || options_.ipv6)) {
        candidates.push_back({server.name, address});
      }
    }
  }
  if (candidates.size() > most_tries) candidates.resize(most_tries);
  return candidates;
}

std::optional<DelegationWalk::Addresses> DelegationWalk::addresses_of(const Name& host) {
  const auto known = hosts_.find(host);
  if (known != hosts_.end()) return known->second;
  if (std::ranges::find(sought_, host) != sought_.end()) {
    return std::unexpected("can only be found by asking itself: its delegation lacks its address");
  }
  if (sought_.size() == most_nested_walks) {
    return std::unexpected(
        fmt::format("is looked for by way of servers that are looked for, more than {} deep",
                    most_nested_walks));
  }
  if (++walks_ > most_walks) return std::unexpected("is one of too many that are looked for");
  sought_.push_back(host);
  std::optional<Addresses> found = find_addresses(host);
  sought_.pop_back();
  // What was not found inside another search may be found outside it.
  if (found && (*found || sought_.empty())) hosts_.emplace(host, *found);
  return found;
}

std::optional<DelegationWalk::Addresses> DelegationWalk::find_addresses(const Name& host) {
  const std::optional<ZoneWay> way = way_to(host);
  if (!way) return std::nullopt;
  // Without the reason, which may hold as many reasons again.
  if (!way->problem.empty()) {
    return std::unexpected(
        fmt::format("is not found: no server of {} tells the way", way->cuts.back().zone.text()));
  }
  if (way->alias) {
    return std::unexpected(
        fmt::format("is an alias of {}, which a name server must not be (RFC 2181 section 10.3)",
                    way->alias->text()));
  }
  if (!way->exists) return std::unexpected("does not exist");
  std::vector<IpAddress> addresses;
  for (const RecordType type : {RecordType::a, RecordType::aaaa}) {
    if (type == RecordType::aaaa && !options_.ipv6) continue;
    std::optional<Addresses> found = ask_addresses(way->cuts.back(), {host, type});
    if (!found) return std::nullopt;
    if (!*found) return found;
    addresses.insert(addresses.end(), (*found)->begin(), (*found)->end());
  }
  if (addresses.empty()) return std::unexpected("has no address");
  if (addresses.size() > most_addresses) addresses.resize(most_addresses);
  return addresses;
}

std::optional<DelegationWalk::Addresses> DelegationWalk::ask_addresses(const ZoneCut& cut,
                                                                       const Question& question) {
  const auto found = ask_zone(cut, question, [&](const Reply& reply) {
    const ServerStanding standing = standing_of(reply, question, cut.zone);
    return is_answer(standing.status) ? std::nullopt : std::optional(standing.detail);
  });
  if (!found) return std::nullopt;
  if (!*found) {
    return std::unexpected(fmt::format("is not found: no server of {} answers", cut.zone.text()));
  }
  std::vector<IpAddress> addresses;
  for (const dns::Record& record : (**found)->message.answers) {
    const auto* const data = std::get_if<dns::AddressData>(&record.data);
    if (data == nullptr || record.owner != question.name || record.type != question.type) continue;
    if (addresses.size() < most_addresses) addresses.push_back(data->address);
  }
  return addresses;
}

// A private root shows that the walk is meant for addresses inside a network.
bool DelegationWalk::may_ask(const IpAddress& server) const {
  const AddressScope scope = scope_of(server);
  if (scope != AddressScope::inside) return scope == AddressScope::anywhere;
  return std::ranges::any_of(options_.root, [](const NameServer& root) {
    return std::ranges::any_of(root.addresses, [](const IpAddress& address) {
      return scope_of(address) == AddressScope::inside;
    });
  });
}

const Reply* DelegationWalk::reply_of(const IpAddress& server, const Question& question) {
  if (!server.is_v4() && !options_.ipv6) {
    return refuse(Reply::Kind::not_asked, "was not asked: there is no route to IPv6 from here");
  }
  if (!may_ask(server))
    return refuse(Reply::Kind::not_public, "has an address that others cannot reach");
  const ServerQuestion asked{server, question};
  const auto known = replies_.find(asked);
  if (known != replies_.end()) return &known->second;
  if (lacking_.contains(asked)) return nullptr;
  if (replies_.size() + lacking_.size() >= most_questions) {
    return refuse(Reply::Kind::not_asked,
                  fmt::format("was not asked: {} questions are the most", most_questions));
  }
  lacking_.insert(asked);
  return nullptr;
}

const Reply* DelegationWalk::refuse(Reply::Kind kind, const std::string& reason) {
  Reply& reply = refused_[reason];
  reply.kind = kind;
  reply.reason = reason;
  return &reply;
}

}  // namespace mandate::resolver
