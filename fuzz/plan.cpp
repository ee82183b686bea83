// Octets as the TXT records of a domain, a line each, for which an edit is planned: what is proven
// parses, leaves nothing to do when it is planned again, and is read back from every form that a
// program here can read.
#include "advice/plan.h"

#include <algorithm>

#include "advice/txt_change.h"
#include "advice/word_change.h"
#include "mandate/dns/zone_file.h"
#include "require.h"

namespace {

using namespace mandate;
using fuzz::require;

constexpr std::string_view kZone = R"($ORIGIN test.
$TTL 300
p       TXT "v=spf1 ip4:192.0.2.0/28 ip6:2001:db8:25::/64 -all"
d       A 198.51.100.1
d       MX 10 mail.d
mail.d  A 198.51.100.2
g       TXT "v=spf1 ip4:203.0.113.0/24 ~all"
n       TXT "v=spf1 include:p.test -all"
r       TXT "v=spf1 -ip4:192.0.2.0/24 ?all"
w       TXT "v=spf1 a:d.test mx:d.test a:mail.d.test include:g.test include:n.test -all"
s.d     TXT "v=spf1 ip4:198.51.100.9 -all"
)";

dns::Name name(std::string_view text) {
  return dns::Name::parse(text).value();
}

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= 0x20 && c < 0x7f; });
}

advice::Plan plan_for(const std::vector<std::string>& texts) {
  dns::ZoneData zone;
  require(zone.add_file(kZone, "zone").has_value());
  for (const std::string& text : texts) {
    zone.add({name("d.test"), dns::RecordType::txt, 300, dns::TxtData{{text}}});
  }
  const advice::PlanRequest request{name("d.test"), name("p.test"), {}, {}};
  dns::Facts facts;
  for (;;) {
    auto outcome = advice::plan(request, facts);
    if (auto* plan = std::get_if<advice::Plan>(&outcome)) return std::move(*plan);
    for (const dns::Question& question : std::get<spf::Questions>(outcome)) {
      require(facts.find(question) == nullptr);  // nothing is asked twice
      facts.add(zone.lookup(question, {}));
    }
  }
}

void check_forms(const advice::Plan& plan) {
  const advice::TxtChange change =
      advice::txt_change(name("d.test"), name("d.test"), 300, plan.texts, plan.value);
  dns::ZoneData read;
  require(read.add_file(advice::as_zone_lines(change), "lines").has_value());
  const dns::Fact fact = read.lookup({name("d.test"), dns::RecordType::txt}, {});
  require(fact.records.size() == 1);
  require(std::get<dns::TxtData>(fact.records.front()).joined() == plan.value);
  for (const auto& form : {advice::as_nsupdate(change), advice::as_terraform(change),
                           advice::as_octodns(change), advice::as_dnscontrol(change)}) {
    require(std::ranges::all_of(form, [](char c) { return c == '\n' || (c >= 0x20 && c < 0x7f); }));
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::vector<std::string> texts;
  std::string_view rest = fuzz::octets(data, size);
  for (std::size_t end = 0; end != rest.npos && texts.size() < 3;) {
    end = rest.find('\n');
    texts.emplace_back(rest.substr(0, end));
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
  }
  const advice::Plan plan = plan_for(texts);
  for (const std::string& note : plan.notes) require(is_printable(note));
  require(is_printable(plan.value));
  if (plan.verdict == advice::Publication::Verdict::cannot) {
    require(plan.value.empty() && !plan.notes.empty());
    return 0;
  }
  require(spf::parse_record(plan.value).has_value());
  if (!plan.proof) return 0;
  check_forms(plan);
  for (const std::string& text : texts) advice::word_change(text, plan.value);
  if (!plan.proof->holds()) return 0;
  const advice::Plan again = plan_for({plan.value});
  require(again.verdict == advice::Publication::Verdict::nothing_to_do);
  require(again.value == plan.value);
  return 0;
}
