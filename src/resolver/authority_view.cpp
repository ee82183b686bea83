#include "resolver/authority_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <tuple>
#include <utility>

#include "dns/public_suffix.h"
#include "resolver/cname_chain.h"
#include "resolver/server.h"

namespace mandate::resolver {
namespace {

using dns::IpAddress;
using dns::Name;
using dns::Question;
using dns::RecordType;

const dns::Record* find_soa(const dns::Message& message, const Name& zone) {
  const auto found = std::ranges::find_if(message.answers, [&](const dns::Record& record) {
    return record.type == RecordType::soa && record.owner == zone;
  });
  return found == message.answers.end() ? nullptr : &*found;
}

/// Where everybody registers his own names, a missing one is not the zone's fault.
bool is_for_registration(const Name& zone) {
  return zone.labels().size() < 2 || dns::is_public_suffix(zone);
}

/// One step: the view grows as far as the replies reach.
class AuthorityStep {
 public:
  AuthorityStep(const AuthorityQuestion& asked, const Replies& replies)
      : asked_(asked), walk_(asked.walk, replies) {
    view_.domain = asked.domain;
    view_.asked = replies.size();
  }

  std::variant<AuthorityView, std::vector<ServerQuestion>> run() {
    std::optional<ZoneWay> way = walk_.way_to(asked_.domain);
    if (!way) return lacking();
    view_.way = std::move(*way);
    view_.problem = why_no_zone();
    if (!view_.problem.empty()) return std::move(view_);
    add_delegated();
    if (!walk_.lacking().empty()) return lacking();
    add_listed();
    if (!walk_.lacking().empty()) return lacking();
    for (ServerView& server : view_.servers) judge(server);
    compare();
    return std::move(view_);
  }

 private:
  std::vector<ServerQuestion> lacking() const {
    return {walk_.lacking().begin(), walk_.lacking().end()};
  }

  /// When the way ends at the domain's own servers, these are what is to be looked at.
  std::string why_no_zone() const {
    const Name& zone = view_.zone();
    if (!is_for_registration(zone)) return "";
    if (!view_.way.problem.empty()) return view_.way.problem;
    if (view_.way.exists) return "";
    return fmt::format("{} has no name {}: it is not registered, or not delegated yet",
                       zone.is_root() ? "the root" : zone.text(), view_.domain.text());
  }

  std::vector<Question> questions() const {
    std::vector<Question> all{{view_.zone(), RecordType::soa}, {view_.zone(), RecordType::ns}};
    const std::size_t most = std::min(asked_.questions.size(), most_asked);
    all.insert(all.end(), asked_.questions.begin(),
               asked_.questions.begin() + static_cast<std::ptrdiff_t>(most));
    return all;
  }

  void add_delegated() {
    for (const NameServer& server : view_.way.cuts.back().named.servers) {
      add(server, view_.way.cuts.back().delegated, !view_.way.cuts.back().delegated);
    }
  }

  /// What the servers of the delegation say of the zone's servers; of these no more are believed.
  void add_listed() {
    const Question question{view_.zone(), RecordType::ns};
    std::vector<NameServer> listed;
    for (const ServerView& server : view_.servers) {
      if (!server.address) continue;
      const Reply* const reply = walk_.reply_of(*server.address, question);
      if (reply == nullptr || !is_answer(standing_of(*reply, question, view_.zone()).status)) {
        continue;
      }
      const dns::Message& message = reply->message;
      for (NameServer& more :
           servers_in(message.answers, view_.zone(), message, view_.zone()).servers) {
        const bool known = std::ranges::find(listed, more.name, &NameServer::name) != listed.end();
        if (!known && listed.size() < most_name_servers) listed.push_back(std::move(more));
      }
    }
    for (const NameServer& server : listed) {
      const auto known = std::ranges::find(view_.servers, server.name, &ServerView::name);
      if (known == view_.servers.end()) {
        add(server, false, true);
      } else {
        compare_addresses(server);
      }
    }
  }

  /// Both name the server: its addresses may differ. A family of which one of the two says nothing
  /// is no difference.
  void compare_addresses(const NameServer& listed) {
    for (const dns::Family family : {dns::Family::v4, dns::Family::v6}) {
      std::vector<IpAddress> here = listed.addresses;
      std::erase_if(here, [&](const IpAddress& address) { return address.family() != family; });
      std::vector<IpAddress> missing = here;
      for (ServerView& view : view_.servers) {
        if (view.name != listed.name) continue;
        if (view.address && view.address->family() != family) continue;
        if (view.address && std::erase(missing, *view.address) == 0 && !here.empty()) continue;
        view.listed = true;
      }
      const bool is_told_above = std::ranges::any_of(view_.servers, [&](const ServerView& view) {
        return view.name == listed.name && view.address && view.address->family() == family;
      });
      const ServerView more{.name = listed.name, .delegated = !is_told_above, .listed = true};
      for (const IpAddress& address : missing) add_address(more, address);
    }
  }

  void add(const NameServer& server, bool delegated, bool listed) {
    ServerView view{.name = server.name, .delegated = delegated, .listed = listed};
    std::vector<IpAddress> addresses = server.addresses;
    if (addresses.empty()) {
      auto found = walk_.addresses_of(server.name);
      if (!found) return;
      if (!*found) {
        view.standing = {ServerStatus::no_address, found->error()};
        view_.servers.push_back(std::move(view));
        return;
      }
      addresses = std::move(**found);
    }
    for (const IpAddress& address : addresses) add_address(view, address);
  }

  void add_address(ServerView view, const IpAddress& address) {
    view.address = address;
    for (const Question& question : questions()) walk_.reply_of(address, question);
    view_.servers.push_back(std::move(view));
  }

  /// The first fault that one of its replies shows, and what it says in the others.
  void judge(ServerView& server) {
    if (!server.address) return;
    const std::vector<Question> asked = questions();
    bool always_without_edns = true;
    for (std::size_t i = 0; i < asked.size(); ++i) {
      const Reply& reply = *walk_.reply_of(*server.address, asked[i]);
      ServerStanding standing = standing_of(reply, asked[i], view_.zone());
      if (i == 0) read_soa(server, reply, standing);
      if (i >= 2) server.answers.push_back(answer(server, reply, asked[i], standing));
      always_without_edns &= standing.status == ServerStatus::no_edns;
      if (!server.is_answering() || is_answer(standing.status) || leads_on(reply, asked[i])) {
        continue;
      }
      server.standing = std::move(standing);
      if (i > 0) {
        server.standing.detail += fmt::format(" (asked for {})", dns::text(asked[i]));
      }
    }
    // Without EDNS once may be the loss of all queries with it.
    if (always_without_edns) server.standing = no_edns_standing();
  }

  /// The name lies in a zone of its own below this one.
  bool leads_on(const Reply& reply, const Question& question) const {
    return read_zone_answer(reply, question, view_.zone()).kind == ZoneAnswer::Kind::referral;
  }

  void read_soa(ServerView& server, const Reply& reply, const ServerStanding& standing) {
    server.round_trip = reply.round_trip;
    if (!is_answer(standing.status)) return;
    const dns::Record& record = *find_soa(reply.message, view_.zone());
    const auto& soa = std::get<dns::SoaData>(record.data);
    server.serial = soa.serial;
    negative_ttl_ = std::max(negative_ttl_, std::min(record.ttl, soa.minimum));
    if (!view_.serial || is_older_serial(*view_.serial, soa.serial)) view_.serial = soa.serial;
  }

  ServerAnswer answer(const ServerView& server, const Reply& reply, const Question& question,
                      const ServerStanding& standing) const {
    const std::string source = Server{*server.address, asked_.port}.text();
    ServerAnswer out;
    if (!is_answer(standing.status)) {
      out.fact.question = question;
      out.fact.learned_at = reply.at;
      out.fact.source = source;
      out.fact.detail = standing.detail;
      return out;
    }
    out.fact = dns::fact_from(reply.message, question, reply.at, source);
    const CnameChain chain = follow_cnames(reply.message, question);
    if (chain.end == CnameChain::End::elsewhere) {
      out.alias = chain.target;
      out.fact.ttl = chain.ttl;
    }
    return out;
  }

  void compare() {
    const std::vector<Question> asked = questions();
    for (std::size_t i = 2; i < asked.size(); ++i) {
      view_.agreements.push_back({asked[i], groups_of(i - 2)});
      for (const AnswerGroup& group : view_.agreements.back().groups) {
        view_.turned_within = std::max({view_.turned_within.value_or(0), group.ttl, negative_ttl_});
      }
    }
  }

  std::vector<AnswerGroup> groups_of(std::size_t question) const {
    std::vector<AnswerGroup> groups;
    for (std::size_t at = 0; at < view_.servers.size(); ++at) {
      const ServerView& server = view_.servers[at];
      if (!server.is_answering() || question >= server.answers.size()) continue;
      const ServerAnswer& answer = server.answers[question];
      if (answer.fact.status == dns::Fact::Status::failed) continue;
      AnswerGroup& group = group_of(groups, answer);
      group.servers.push_back(at);
      group.ttl = std::max(group.ttl, answer.fact.ttl);
    }
    std::ranges::stable_sort(groups, std::greater{}, [&](const AnswerGroup& group) {
      return std::tuple(with_newest(group), group.servers.size());
    });
    return groups;
  }

  static AnswerGroup& group_of(std::vector<AnswerGroup>& groups, const ServerAnswer& answer) {
    std::vector<std::string> records;
    records.reserve(answer.fact.records.size());
    for (const dns::RecordData& data : answer.fact.records) records.push_back(dns::text(data));
    std::ranges::sort(records);
    records.erase(std::ranges::unique(records).begin(), records.end());
    const auto found = std::ranges::find_if(groups, [&](const AnswerGroup& group) {
      return std::tie(group.status, group.alias, group.records) ==
             std::tie(answer.fact.status, answer.alias, records);
    });
    if (found != groups.end()) return *found;
    groups.push_back({answer.fact.status, answer.alias, std::move(records), {}, 0});
    return groups.back();
  }

  std::ptrdiff_t with_newest(const AnswerGroup& group) const {
    return std::ranges::count_if(
        group.servers, [&](std::size_t at) { return view_.servers[at].serial == view_.serial; });
  }

  const AuthorityQuestion& asked_;
  DelegationWalk walk_;
  AuthorityView view_;
  std::uint32_t negative_ttl_ = 0;
};

}  // namespace

std::variant<AuthorityView, std::vector<ServerQuestion>> authority_step(
    const AuthorityQuestion& asked, const Replies& replies) {
  return AuthorityStep(asked, replies).run();
}

}  // namespace mandate::resolver
