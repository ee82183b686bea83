// Runs SPF test suites in the format of the published RFC 7208 suite, after suite_to_json.py:
//   rfc7208_suite FILE.json…
// prints every failing case and closes with `N passed, N failed`.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json.hpp>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "mandate/dns/zone_file.h"
#include "mandate/spf/check_host.h"

namespace json = boost::json;
using namespace mandate;

namespace {

/// The DNS of one scenario: its records, and what times out.
struct Scenario {
  dns::ZoneData zones;
  std::set<dns::Name> silent;          // the whole name times out
  std::set<dns::Question> unanswered;  // one type of it does
  std::set<dns::Question> known;       // types given beside a time-out

  dns::Fact ask(const dns::Question& question) const {
    const bool silent_here = silent.contains(question.name) && !known.contains(question);
    if (silent_here || unanswered.contains(question)) {
      return {.question = question,
              .status = dns::Fact::Status::failed,
              .source = "suite",
              .detail = "time-out"};
    }
    return zones.lookup(question, {});
  }
};

/// A name of the suite, taken as it stands: some have labels that no zone file could hold.
std::optional<dns::Name> name_of(std::string text) {
  std::vector<std::string_view> labels;
  std::string_view rest = text;
  if (rest.ends_with('.')) rest.remove_suffix(1);
  while (!rest.empty()) {
    const std::size_t dot = std::min(rest.find('.'), rest.size());
    labels.push_back(rest.substr(0, dot));
    rest.remove_prefix(std::min(dot + 1, rest.size()));
  }
  auto name = dns::Name::from_labels(labels);
  if (!name) return std::nullopt;
  return *name;
}

std::optional<dns::RecordData> data_of(dns::RecordType type, const json::value& value) {
  const auto text = [](const json::value& v) { return std::string(v.as_string()); };
  switch (type) {
    case dns::RecordType::a:
    case dns::RecordType::aaaa: {
      const auto address = dns::IpAddress::parse(text(value));
      if (!address) return std::nullopt;
      return dns::AddressData{*address};
    }
    case dns::RecordType::mx: {
      const auto exchange = name_of(text(value.as_array().at(1)));
      if (!exchange) return std::nullopt;
      const auto preference = value.as_array().at(0).to_number<std::uint16_t>();
      return dns::MxData{preference, *exchange};
    }
    case dns::RecordType::txt:
    case dns::RecordType::spf: {
      dns::TxtData txt;
      if (value.is_string()) {
        txt.strings.push_back(text(value));
      } else {
        for (const json::value& part : value.as_array()) txt.strings.push_back(text(part));
      }
      return txt;
    }
    default: {
      const auto target = name_of(text(value));
      if (!target) return std::nullopt;
      return dns::NameData{*target};
    }
  }
}

/// The suite's strings carry octets as code points up to U+00FF; back to octets.
std::string octets(std::string_view utf8) {
  std::string out;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto c = static_cast<unsigned char>(utf8[i]);
    if (c < 0x80 || i + 1 == utf8.size()) {
      out += utf8[i];
    } else {
      out += static_cast<char>(((c & 0x1f) << 6) | (static_cast<unsigned char>(utf8[++i]) & 0x3f));
    }
  }
  return out;
}

json::value in_octets(json::value value) {
  if (value.is_string()) {
    value.as_string() = octets(value.as_string());
  } else if (value.is_array()) {
    for (json::value& element : value.as_array()) element = in_octets(std::move(element));
  }
  return value;
}

void add_record(Scenario& scenario, const dns::Name& owner, dns::RecordType type,
                const json::value& value) {
  if (value.is_string() && value.as_string() == "TIMEOUT") {
    scenario.unanswered.insert({owner, type});
    return;
  }
  // NONE says only that the TXT records are not those of type SPF.
  if (value.is_string() && value.as_string() == "NONE") return;
  scenario.known.insert({owner, type});
  if (auto data = data_of(type, in_octets(value))) {
    scenario.zones.add({.owner = owner, .type = type, .ttl = 300, .data = std::move(*data)});
  }
}

Scenario scenario_of(const json::object& zonedata) {
  Scenario scenario;
  for (const auto& [key, entries] : zonedata) {
    const auto owner = name_of(std::string(key));
    if (!owner) continue;
    // The suite's rule: TXT records are those of type SPF unless TXT is given.
    const auto has_txt = std::ranges::any_of(entries.as_array(), [](const json::value& entry) {
      return entry.is_object() && entry.as_object().contains("TXT");
    });
    for (const json::value& entry : entries.as_array()) {
      if (!entry.is_object()) {
        scenario.silent.insert(*owner);
        continue;
      }
      for (const auto& [type_text, value] : entry.as_object()) {
        const auto type = dns::parse_record_type(type_text).value();
        add_record(scenario, *owner, type, value);
        if (type == dns::RecordType::spf && !has_txt) {
          add_record(scenario, *owner, dns::RecordType::txt, value);
        }
      }
    }
  }
  return scenario;
}

std::vector<std::string> strings_of(const json::value& value) {
  std::vector<std::string> out;
  if (value.is_array()) {
    for (const json::value& element : value.as_array()) out.emplace_back(element.as_string());
  } else {
    out.emplace_back(value.as_string());
  }
  return out;
}

spf::Verdict evaluate(const Scenario& scenario, const json::object& test) {
  const auto field = [&](const char* name) {
    const json::value* value = test.if_contains(name);
    return value != nullptr && value->is_string() ? octets(value->as_string()) : std::string();
  };
  spf::Request request;
  request.ip = dns::IpAddress::parse(field("host")).value();
  request.mail_from = field("mailfrom");
  request.helo = field("helo");
  request.receiver = "receiver.example.org";
  dns::Facts facts;
  for (;;) {
    auto outcome = spf::check_host(request, facts);
    if (auto* verdict = std::get_if<spf::Verdict>(&outcome)) return std::move(*verdict);
    for (const auto& question : std::get<spf::Questions>(outcome)) {
      facts.add(scenario.ask(question));
    }
  }
}

/// Nothing when the case passes, else why it does not.
std::optional<std::string> failure(const Scenario& scenario, const json::object& test,
                                   const std::string& default_explanation) {
  const spf::Verdict verdict = evaluate(scenario, test);
  const auto acceptable = strings_of(test.at("result"));
  const std::string got(spf::text(verdict.result));
  if (std::ranges::find(acceptable, got) == acceptable.end()) {
    return fmt::format("expected {}, got {}, because {}", fmt::join(acceptable, " or "), got,
                       verdict.problem.empty()
                           ? verdict.decided_by ? verdict.decided_by->term : "nothing matched"
                           : verdict.problem);
  }
  const json::value* expected = test.if_contains("explanation");
  if (expected == nullptr || !expected->is_string() || verdict.result != spf::Result::fail) {
    return std::nullopt;
  }
  const std::string wanted =
      expected->as_string() == "DEFAULT" ? default_explanation : octets(expected->as_string());
  const std::string explained =
      verdict.explanation.empty() ? default_explanation : verdict.explanation;
  if (explained == wanted) return std::nullopt;
  return fmt::format("expected the explanation \"{}\", got \"{}\", because of {}", wanted,
                     explained, verdict.decided_by ? verdict.decided_by->record : "no record");
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) {
    fmt::print(stderr, "usage: rfc7208_suite FILE.json…\n");
    return 64;
  }
  int passed = 0;
  int failed = 0;
  for (int i = 1; i < argc; ++i) {
    std::ifstream file(argv[i], std::ios::binary);
    if (!file) {
      fmt::print(stderr, "{} cannot be read\n", argv[i]);
      return 66;
    }
    const std::string contents{std::istreambuf_iterator<char>(file), {}};
    const json::value suite = json::parse(contents);
    for (const json::value& document : suite.as_array()) {
      const json::object& scenario_json = document.as_object();
      const Scenario scenario = scenario_of(scenario_json.at("zonedata").as_object());
      for (const auto& [name, test] : scenario_json.at("tests").as_object()) {
        const auto why = failure(scenario, test.as_object(), "DEFAULT");
        ++(why ? failed : passed);
        if (why) fmt::print("{}: {}\n", std::string(name), *why);
      }
    }
  }
  fmt::print("{} passed, {} failed\n", passed, failed);
  return failed == 0 && passed > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
