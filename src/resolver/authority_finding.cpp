#include "resolver/authority_finding.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>
#include <utility>

namespace mandate::resolver {
namespace {

/// What a server's operator, or the zone's, has to do.
std::string_view mend_of(ServerStatus status) {
  switch (status) {
    case ServerStatus::no_edns:
      return "some resolvers give up on it: update it, or let its firewall pass EDNS (RFC 6891)";
    case ServerStatus::no_tcp:
      return "large answers do not arrive: open TCP port 53 to it (RFC 7766)";
    case ServerStatus::recursion_only:
      return "resolvers take it for lame: configure the zone on it, or take it out of the "
             "delegation";
    case ServerStatus::lame:
      return "configure the zone on it, or take it out of the delegation";
    case ServerStatus::server_failure:
      return "its log tells why: the zone does not load, or has expired since its transfers fail";
    case ServerStatus::broken:
      return "have its operator mend or replace it";
    case ServerStatus::silent:
    case ServerStatus::unreachable:
      return "start it, let its firewall pass UDP and TCP port 53, or take it out of the "
             "delegation";
    case ServerStatus::no_address:
      return "publish its address, or take it out of the delegation";
    case ServerStatus::answers:
    case ServerStatus::not_asked:
      break;
  }
  return "";
}

bool is_alike(const ServerView& a, const ServerView& b) {
  return a.name == b.name && a.standing == b.standing && a.serial == b.serial;
}

class Findings {
 public:
  explicit Findings(const AuthorityView& view) : view_(view) {}

  std::vector<AuthorityFinding> take() && {
    for (std::size_t at = 0; at < view_.servers.size(); ++at) {
      const auto earlier = std::span(view_.servers).first(at);
      const auto same = [&](const ServerView& server) {
        return is_alike(server, view_.servers[at]);
      };
      if (std::ranges::none_of(earlier, same)) add_faults(at);
    }
    add_delegation();
    return std::move(found_);
  }

 private:
  void add(std::string_view id, const dns::Name& server, std::string message) {
    found_.push_back({id, server, std::move(message)});
  }

  /// `ns1.customer.test (192.0.2.1, 2001:db8::1)`
  std::string named(const ServerView& server) const {
    std::string addresses;
    for (const ServerView& other : view_.servers) {
      if (!is_alike(other, server) || !other.address) continue;
      addresses += fmt::format("{}{}", addresses.empty() ? "" : ", ", other.address->text());
    }
    return addresses.empty() ? server.name.text()
                             : fmt::format("{} ({})", server.name.text(), addresses);
  }

  void add_faults(std::size_t at) {
    const ServerView& server = view_.servers[at];
    if (const std::string_view mend = mend_of(server.standing.status); !mend.empty()) {
      add(text(server.standing.status), server.name,
          fmt::format("{} {}; {}", named(server), server.standing.detail, mend));
    }
    if (!server.is_answering()) return;
    const std::string differs = differing(at);
    if (server.serial && view_.serial && is_older_serial(*server.serial, *view_.serial)) {
      return add(
          "behind", server.name,
          fmt::format(
              "{} serves serial {} while the newest is {}: its transfer is late or "
              "fails, which its log tells{}",
              named(server), *server.serial, *view_.serial,
              differs.empty() ? "" : "; until it is mended some receivers see the old " + differs));
    }
    if (differs.empty()) return;
    add("differs", server.name,
        fmt::format("{} answers {} otherwise than the others at the same serial: have the zone's "
                    "serial raised, so that all servers fetch the same",
                    named(server), differs));
  }

  /// The questions that a server does not give the current answer to.
  std::string differing(std::size_t at) const {
    const auto has = [at](const AnswerGroup& group) {
      return std::ranges::find(group.servers, at) != group.servers.end();
    };
    std::string all;
    for (const Agreement& agreement : view_.agreements) {
      const auto group = std::ranges::find_if(agreement.groups, has);
      if (group == agreement.groups.end() || group == agreement.groups.begin()) continue;
      all += fmt::format("{}{}", all.empty() ? "" : " and ", dns::text(agreement.question));
    }
    return all;
  }

  void add_delegation() {
    if (!view_.problem.empty()) return;
    if (const std::size_t more = view_.way.cuts.back().named.left_out; more > 0) {
      add("too-many", {},
          fmt::format(
              "{} has {} name servers more than the {} that are looked at: no resolver asks "
              "so many, take most of them out",
              view_.zone().text(), more, most_name_servers));
    }
    if (!view_.way.cuts.back().delegated) return;
    const bool is_told = std::ranges::any_of(view_.servers, &ServerView::listed);
    const std::string only_above = names_without(&ServerView::listed);
    const std::string only_here = names_without(&ServerView::delegated);
    const dns::Name& parent = view_.way.cuts[view_.way.cuts.size() - 2].zone;
    const std::string above = parent.is_root() ? "the root" : parent.text();
    add_glue(above);
    if (is_told && !only_above.empty()) {
      add("delegation-differs", {},
          fmt::format("{} delegates {} to {}, which the zone does not list: add NS records for it, "
                      "or take it out of the delegation at the registrar",
                      above, view_.zone().text(), only_above));
    }
    if (!only_here.empty()) {
      add("delegation-differs", {},
          fmt::format("{} lists {}, to which {} does not delegate: add it to the delegation at the "
                      "registrar, or take its NS record out",
                      view_.zone().text(), only_here, above));
    }
  }

  /// The names that have a mark at none of their addresses.
  std::string names_without(bool ServerView::* mark) const {
    std::vector<std::string> found;
    for (const ServerView& server : view_.servers) {
      const std::string name = server.name.text();
      if (has(server.name, mark) || std::ranges::find(found, name) != found.end()) continue;
      found.push_back(name);
    }
    return fmt::format("{}", fmt::join(found, ", "));
  }

  bool has(const dns::Name& name, bool ServerView::* mark) const {
    return std::ranges::any_of(view_.servers, [&](const ServerView& server) {
      return server.name == name && server.*mark;
    });
  }

  void add_glue(const std::string& above) {
    for (const ServerView& server : view_.servers) {
      if (!server.address || server.listed || !has(server.name, &ServerView::listed)) continue;
      add("glue-differs", server.name,
          fmt::format("{} gives {} the address {}, which the zone does not: change it at the "
                      "registrar, or in the zone",
                      above, server.name.text(), server.address->text()));
    }
  }

  const AuthorityView& view_;
  std::vector<AuthorityFinding> found_;
};

}  // namespace

std::vector<AuthorityFinding> findings_of(const AuthorityView& view) {
  return Findings(view).take();
}

}  // namespace mandate::resolver
