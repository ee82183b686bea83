// A DNS of any number of servers that are all in memory: what the authoritative step asks is
// answered at once, as a server with those zones would, or as a script says.
#pragma once

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "mandate/dns/zone_file.h"
#include "resolver/authority_finding.h"
#include "resolver/authority_view.h"

namespace mandate::resolver::testing {

inline dns::Name name_of(std::string_view text) {
  return dns::Name::parse(text).value();
}

inline dns::IpAddress ip(std::string_view text) {
  return dns::IpAddress::parse(text).value();
}

class FakeWorld {
 public:
  using Script = std::function<Reply(const dns::Question&)>;

  /// An address that serves a zone: the SOA with its serial, and the records of a zone file.
  void serve(std::string_view address, const std::string& zone, const std::string& records,
             std::uint32_t serial = 1) {
    auto data = std::make_shared<dns::ZoneData>();
    const std::string apex = zone == "." ? "." : zone + ".";
    const auto added = data->add_file(
        fmt::format("$ORIGIN {}\n$TTL 3600\n@ SOA ns hostmaster {} 7200 600 86400 900\n{}", apex,
                    serial, records),
        zone);
    if (!added) throw std::runtime_error(added.error().text());
    zones_[ip(address)][name_of(zone)] = std::move(data);
    scripts_.erase(ip(address));
  }

  /// An address that answers as it likes.
  void script(std::string_view address, Script script) {
    scripts_[ip(address)] = std::move(script);
  }

  /// What serves the zones at an address replies, after `spoil` has had its way with it.
  void spoil(std::string_view address, std::function<void(Reply&)> spoil) {
    spoils_[ip(address)] = std::move(spoil);
  }

  Reply reply(const ServerQuestion& question) const {
    const auto script = scripts_.find(question.server);
    if (script != scripts_.end()) return script->second(question.question);
    const auto zones = zones_.find(question.server);
    if (zones == zones_.end()) return {.kind = Reply::Kind::silent, .reason = "does not answer"};
    Reply reply{.kind = Reply::Kind::answered, .message = answer(zones->second, question.question)};
    const auto spoil = spoils_.find(question.server);
    if (spoil != spoils_.end()) spoil->second(reply);
    return reply;
  }

  AuthorityView view(std::string_view domain, bool ipv6 = false) {
    return view({.domain = name_of(domain),
                 .questions = {{name_of(domain), dns::RecordType::txt}},
                 .walk = {root, ipv6}});
  }

  /// Drives the step to its end, and holds it to what it promises.
  AuthorityView view(const AuthorityQuestion& question) {
    Replies replies;
    for (;;) {
      auto outcome = authority_step(question, replies);
      const auto* const lacking = std::get_if<std::vector<ServerQuestion>>(&outcome);
      asked.clear();
      for (const auto& [known, reply] : replies) asked.push_back(known);
      if (lacking == nullptr) return std::get<AuthorityView>(std::move(outcome));
      EXPECT_FALSE(lacking->empty());
      for (const ServerQuestion& more : *lacking) {
        EXPECT_TRUE(replies.emplace(more, reply(more)).second) << "asked twice";
      }
      EXPECT_LE(replies.size(), most_questions);
    }
  }

  bool has_asked(std::string_view address) const {
    return std::ranges::any_of(
        asked, [&](const ServerQuestion& question) { return question.server == ip(address); });
  }

  std::vector<NameServer> root{{name_of("a.root"), {ip("198.41.0.4")}}};
  std::vector<ServerQuestion> asked;  ///< of the last view

 private:
  using Zones = std::map<dns::Name, std::shared_ptr<dns::ZoneData>>;

  static dns::Message answer(const Zones& zones, const dns::Question& question) {
    dns::Message message;
    message.is_response = true;
    message.questions = {question};
    for (dns::Name zone = question.name;; zone = zone.parent()) {
      const auto found = zones.find(zone);
      if (found != zones.end()) {
        answer_from(*found->second, zone, question, message);
        return message;
      }
      if (zone.is_root()) break;
    }
    message.code = dns::ResponseCode::refused;
    return message;
  }

  static void answer_from(const dns::ZoneData& data, const dns::Name& zone,
                          const dns::Question& question, dns::Message& message) {
    const std::vector<dns::Record>* cut = nullptr;
    for (dns::Name name = question.name; name != zone; name = name.parent()) {
      if (const auto* found = data.find({name, dns::RecordType::ns})) cut = found;
    }
    if (cut != nullptr) {
      message.authority = *cut;
      add_addresses(data, *cut, message);
      return;
    }
    message.authoritative = true;
    for (const dns::RecordType type : {dns::RecordType::cname, question.type}) {
      const auto* const found = data.find({question.name, type});
      if (found == nullptr) continue;
      message.answers = *found;
      add_addresses(data, *found, message);
      return;
    }
    message.authority = *data.find({zone, dns::RecordType::soa});
    if (data.lookup(question, {}).status == dns::Fact::Status::no_such_name) {
      message.code = dns::ResponseCode::name_error;
    }
  }

  static void add_addresses(const dns::ZoneData& data, const std::vector<dns::Record>& servers,
                            dns::Message& message) {
    for (const dns::Record& record : servers) {
      if (record.type != dns::RecordType::ns) continue;
      for (const dns::RecordType type : {dns::RecordType::a, dns::RecordType::aaaa}) {
        const auto* const found = data.find({std::get<dns::NameData>(record.data).target, type});
        if (found == nullptr) continue;
        message.additional.insert(message.additional.end(), found->begin(), found->end());
      }
    }
  }

  std::map<dns::IpAddress, Zones> zones_;
  std::map<dns::IpAddress, Script> scripts_;
  std::map<dns::IpAddress, std::function<void(Reply&)>> spoils_;
};

/// `. test customer.test`: the zones on the way.
inline std::string way_text(const AuthorityView& view) {
  std::string out;
  for (const ZoneCut& cut : view.way.cuts) out += (out.empty() ? "" : " ") + cut.zone.text();
  return out;
}

/// A line each: name, address, status, serial, and the first answer's records or status.
inline std::vector<std::string> server_lines(const AuthorityView& view) {
  std::vector<std::string> lines;
  for (const ServerView& server : view.servers) {
    std::string said = "-";
    if (!server.answers.empty()) {
      const dns::Fact& fact = server.answers.front().fact;
      said = fact.records.empty() ? std::string(dns::text(fact.status))
                                  : dns::text(fact.records.front());
    }
    lines.push_back(fmt::format("{} {} {} {} {}", server.name.text(),
                                server.address ? server.address->text() : "-",
                                text(server.standing.status), server.serial.value_or(0), said));
  }
  return lines;
}

inline std::vector<std::string> finding_ids(const AuthorityView& view) {
  std::vector<std::string> ids;
  for (const AuthorityFinding& finding : findings_of(view)) {
    ids.push_back(finding.server.is_root()
                      ? std::string(finding.id)
                      : fmt::format("{} {}", finding.id, finding.server.text()));
  }
  return ids;
}

}  // namespace mandate::resolver::testing
