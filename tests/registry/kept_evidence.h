// Evidence of each kind of verdict, as a check leaves it: of tests, and the seeds of a fuzz target.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "registry/evidence.h"
#include "registry/return_path.h"
#include "zone_world.h"

namespace mandate::registry {

/// What the DNS had at a check, and what each of the zone's servers said of the domain's TXT.
struct KeptCheck {
  std::string name;                      ///< of the evidence
  std::string verdict;                   ///< the finding and its reason code
  std::string zone;                      ///< beside the provider's records, as the resolver sees it
  std::vector<std::string> served = {};  ///< a record a server; `silent` of one that is
  bool fails = false;                    ///< the resolver has no answer for the domain
  bool has_return_path = false;
};

inline const std::vector<KeptCheck>& kept_checks() {
  constexpr auto at_domain = [](std::string_view record) {
    return "customer.example. 300 IN TXT \"" + std::string(record) + "\"\n";
  };
  const std::string own = "v=spf1 include:0123456789abcdef.mailer.provider.example -all";
  const std::string shared = "v=spf1 include:mailer.provider.example ~all";
  const std::string token =
      "_mandate.customer.example. 300 IN TXT \"mandate-account=0123456789abcdef\"\n";
  const std::string bounces =
      "bounce.customer.example. 300 IN TXT \"v=spf1 include:mailer.provider.example -all\"\n"
      "bounce.customer.example. 300 IN MX 10 ";
  static const std::vector<KeptCheck> checks = {
      {"own_include", "proven", at_domain(own)},
      {"token", "proven", at_domain(shared) + token},
      {"servers", "proven", at_domain("v=spf1 -all"), {own, own, "silent"}},
      {"return_path", "proven", token + bounces + "bounces.provider.example.\n", {}, false, true},
      {"lost_bounces",
       "not_proven bounces_lost",
       token + bounces + "mx.customer.example.\n",
       {},
       false,
       true},
      {"shared_include", "not_proven ownership_missing", at_domain(shared)},
      {"other_account", "refused owned_by_other",
       at_domain("v=spf1 include:vvvvvvvvvvvvvvvv.mailer.provider.example -all")},
      {"narrow", "not_proven include_missing", at_domain("v=spf1 ip4:192.0.2.0/29 ~all")},
      {"nobody", "refused include_missing", at_domain("v=spf1 -all")},
      {"no_record", "not_proven no_record", "mx.customer.example. 300 IN A 203.0.113.2\n"},
      {"invalid", "not_proven record_invalid", at_domain("v=spf1 ipv4:192.0.2.0/28 -all")},
      {"near_miss", "not_proven no_record", at_domain("1v=spf1 mx -all")},
      {"split_servers",
       "unavailable servers_disagree",
       at_domain(own),
       {"v=spf1 -all", "silent", "silent"}},
      {"outage", "unavailable dns_unavailable", "", {}, true},
  };
  return checks;
}

inline ZoneAnswers answers_of(const KeptCheck& check) {
  ZoneAnswers out{.zone = name("customer.example"), .servers = {}, .problem = {}};
  for (const std::string& record : check.served) {
    const std::string number = std::to_string(out.servers.size() + 1);
    ServerAnswers server{.name = name("ns" + number + ".customer.example"),
                         .address = "203.0.113." + number + ":53",
                         .standing = ServerAnswers::Standing::fails,
                         .detail = "silent: no answer within 1 s"};
    if (record != "silent") {
      server.standing = ServerAnswers::Standing::answers;
      server.detail.clear();
      server.serial = 2;
      server.newest = true;
      dns::Fact& txt = server.facts.emplace_back();
      txt.question = {out.zone, dns::RecordType::txt};
      txt.status = dns::Fact::Status::found;
      txt.records.emplace_back(dns::TxtData{{record}});
      txt.ttl = 300;
      txt.learned_at = kTestTime;
      txt.source = server.address;
    }
    out.servers.push_back(std::move(server));
  }
  return out;
}

inline Evidence evidence_of(const KeptCheck& check) {
  ZoneWorld world(std::string(kProviderZone) +
                  "*.mailer.provider.example. 300 IN TXT \"v=spf1 ip4:192.0.2.0/28 -all\"\n" +
                  check.zone);
  if (check.fails) world.fail({name("customer.example"), dns::RecordType::txt});
  Evidence out;
  out.id = check.name;
  out.account_id = "4321";
  out.domain = name("customer.example");
  out.at = kTestTime;
  out.provider = test_provider();
  out.provider.pool = {prefix("192.0.2.0/28")};
  out.provider.bounce_host = name("bounces.provider.example");
  out.token = "0123456789abcdef";
  if (check.has_return_path) {
    out.mode = Mode::return_path;
    out.return_path = name("bounce.customer.example");
  }
  if (!check.served.empty()) out.zone = answers_of(check);
  const ZoneAnswers answers = out.zone.value_or(ZoneAnswers{});
  Judgement judgement =
      world.settle([&](const dns::Facts& facts) { return judge(request_of(out), answers, facts); });
  out.assessment = std::move(judgement.assessment);
  out.votes = std::move(judgement.votes);
  out.facts = world.facts();
  return out;
}

}  // namespace mandate::registry
