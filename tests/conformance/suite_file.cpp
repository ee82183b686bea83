#include "suite_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "dns/printable.h"
#include "yaml_node.h"

namespace mandate::conformance {
namespace {

using dns::RecordType;
using Kind = YamlNode::Kind;

constexpr std::array kCaseKeys{"spec",     "description", "comment",     "strict", "helo",
                               "mailfrom", "host",        "explanation", "result"};
constexpr std::array kDocumentKeys{"description", "comment", "tests", "zonedata"};

/// Thrown inside this file only: where a suite stops making sense.
struct Fault {
  std::size_t line;
  std::string message;
};

[[noreturn]] void fail(const YamlNode& at, std::string message) {
  throw Fault{at.line, std::move(message)};
}

/// Code points up to U+00FF as one octet each.
std::string octets(const YamlNode& node) {
  std::string out;
  const std::string& utf8 = node.text;
  for (std::size_t i = 0; i < utf8.size(); ++i) {
    const auto c = static_cast<unsigned char>(utf8[i]);
    if (c < 0x80) {
      out += utf8[i];
    } else if (c < 0xc4 && i + 1 < utf8.size()) {
      out += static_cast<char>((c & 0x03) << 6 | (static_cast<unsigned char>(utf8[++i]) & 0x3f));
    } else {
      fail(node, R"(a character beyond U+00FF is no octet; write its UTF-8 as "\xNN" escapes)");
    }
  }
  return out;
}

void require(const YamlNode& node, Kind kind, std::string_view what) {
  if (node.kind == kind) return;
  const std::string_view form = kind == Kind::mapping    ? "a mapping, `key: value`"
                                : kind == Kind::sequence ? "a sequence, `- value`"
                                                         : "a plain value";
  fail(node, fmt::format("{} has to be {}", what, form));
}

std::string scalar(const YamlNode& node, std::string_view what) {
  require(node, Kind::scalar, what);
  return octets(node);
}

/// The value of a key; null when it is not there.
const YamlNode* find(const YamlNode& mapping, std::string_view key) {
  const auto found = std::ranges::find(mapping.keys, key, &YamlNode::text);
  if (found == mapping.keys.end()) return nullptr;
  return &mapping.elements[static_cast<std::size_t>(found - mapping.keys.begin())];
}

const YamlNode& get(const YamlNode& mapping, std::string_view key, std::string_view of) {
  const YamlNode* found = find(mapping, key);
  if (found == nullptr) fail(mapping, fmt::format("{} has no {}; add `{}:`", of, key, key));
  return *found;
}

/// Refuses keys that would be passed over, and those that stand twice.
template <std::size_t N>
void check_keys(const YamlNode& mapping, const std::array<const char*, N>& known,
                std::string_view of) {
  for (const YamlNode& key : mapping.keys) {
    if (std::ranges::find(known, scalar(key, "a key")) == known.end()) {
      fail(key, fmt::format("{} has the key {}, which is none of {}", of, dns::printable(key.text),
                            fmt::join(known, ", ")));
    }
    if (std::ranges::count(mapping.keys, key.text, &YamlNode::text) > 1) {
      fail(key, fmt::format("{} has {} twice; keep one", of, key.text));
    }
  }
}

/// A name as it stands: a suite has labels that no zone file could write.
dns::Name name_of(const YamlNode& node, std::string_view what) {
  const std::string text = scalar(node, what);
  std::vector<std::string_view> labels;
  std::string_view rest = text;
  if (rest.ends_with('.')) rest.remove_suffix(1);
  while (!rest.empty()) {
    const std::size_t dot = std::min(rest.find('.'), rest.size());
    labels.push_back(rest.substr(0, dot));
    rest.remove_prefix(std::min(dot + 1, rest.size()));
  }
  const auto name = dns::Name::from_labels(labels);
  if (!name) {
    fail(node, fmt::format("{} is no domain name: {}; no DNS can hold it, so leave it out",
                           dns::printable(text), dns::describe(name.error())));
  }
  return *name;
}

dns::AddressData address_of(RecordType type, const YamlNode& node) {
  const std::string text = scalar(node, "an address");
  const auto address = dns::IpAddress::parse(text);
  if (!address || address->is_v4() != (type == RecordType::a)) {
    fail(node, fmt::format("{} is no address of type {}; write {}", dns::printable(text),
                           dns::text(type), type == RecordType::a ? "192.0.2.1" : "2001:db8::1"));
  }
  return {*address};
}

dns::MxData exchanger_of(const YamlNode& node) {
  constexpr std::string_view kForm = "an MX record is written [10, mail.example.com]";
  if (node.kind != Kind::sequence || node.elements.size() != 2) fail(node, std::string(kForm));
  const std::string digits = scalar(node.elements[0], "a preference");
  std::uint16_t preference = 0;
  const char* end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), end, preference);
  if (read.ec != std::errc() || read.ptr != end) fail(node, std::string(kForm));
  return {preference, name_of(node.elements[1], "an exchanger")};
}

dns::TxtData strings_of(const YamlNode& node) {
  dns::TxtData out;
  if (node.kind == Kind::sequence) {
    for (const YamlNode& part : node.elements) out.strings.push_back(scalar(part, "a string"));
  } else {
    out.strings.push_back(scalar(node, "a text"));
  }
  return out;
}

dns::RecordData data_of(RecordType type, const YamlNode& node) {
  switch (type) {
    case RecordType::a:
    case RecordType::aaaa:
      return address_of(type, node);
    case RecordType::mx:
      return exchanger_of(node);
    case RecordType::txt:
    case RecordType::spf:
      return strings_of(node);
    default:
      return dns::NameData{name_of(node, "a target")};
  }
}

RecordType type_of(const YamlNode& node) {
  using enum RecordType;
  const auto type = dns::parse_record_type(scalar(node, "a record type"));
  constexpr std::array kTypes{a, aaaa, mx, txt, spf, ptr, cname, ns};
  if (!type || std::ranges::find(kTypes, *type) == kTypes.end()) {
    fail(node, fmt::format("{} is none of the record types A, AAAA, MX, TXT, SPF, PTR, CNAME, NS",
                           dns::printable(node.text)));
  }
  return *type;
}

void add_record(Scenario& scenario, const dns::Name& owner, RecordType type, const YamlNode& node) {
  if (node.kind == Kind::scalar && node.text == "TIMEOUT") {
    scenario.unanswered.insert({owner, type});
    return;
  }
  // NONE says only that the TXT records are not those of type SPF.
  if (node.kind == Kind::scalar && node.text == "NONE") return;
  scenario.known.insert({owner, type});
  scenario.zones.add({.owner = owner, .type = type, .ttl = 300, .data = data_of(type, node)});
}

bool gives_txt(const YamlNode& entry) {
  return std::ranges::any_of(entry.keys,
                             [](const YamlNode& key) { return type_of(key) == RecordType::txt; });
}

void add_name(Scenario& scenario, const dns::Name& owner, const YamlNode& entries) {
  require(entries, Kind::sequence, "what a name has");
  for (const YamlNode& entry : entries.elements) {
    if (entry.kind == Kind::mapping) continue;
    if (entry.kind == Kind::sequence || entry.text != "TIMEOUT") {
      fail(entry, "an entry of a name is `TYPE: data`, or TIMEOUT");
    }
    scenario.silent.insert(owner);
  }
  // The suite's rule: TXT records are those of type SPF unless TXT is given.
  const bool has_txt = std::ranges::any_of(entries.elements, gives_txt);
  for (const YamlNode& entry : entries.elements) {
    for (std::size_t i = 0; i < entry.keys.size(); ++i) {
      const RecordType type = type_of(entry.keys[i]);
      add_record(scenario, owner, type, entry.elements[i]);
      if (type == RecordType::spf && !has_txt) {
        add_record(scenario, owner, RecordType::txt, entry.elements[i]);
      }
    }
  }
}

std::vector<spf::Result> results_of(const YamlNode& node) {
  std::vector<spf::Result> out;
  const auto add = [&](const YamlNode& one) {
    const auto result = spf::parse_result(scalar(one, "a result"));
    if (!result) {
      fail(one, fmt::format("{} is no result; there are none, neutral, pass, fail, softfail, "
                            "temperror and permerror",
                            dns::printable(one.text)));
    }
    out.push_back(*result);
  };
  if (node.kind == Kind::sequence) {
    std::ranges::for_each(node.elements, add);
  } else {
    add(node);
  }
  if (out.empty()) fail(node, "a case accepts at least one result");
  return out;
}

Case case_of(const YamlNode& key, const YamlNode& body) {
  Case out;
  out.name = scalar(key, "the name of a case");
  require(body, Kind::mapping, out.name);
  check_keys(body, kCaseKeys, out.name);
  const YamlNode& host = get(body, "host", out.name);
  const auto ip = dns::IpAddress::parse(scalar(host, "host"));
  if (!ip) {
    fail(host, fmt::format("{} is no IP address; write 192.0.2.1 or 2001:db8::1",
                           dns::printable(host.text)));
  }
  out.request.ip = *ip;
  out.request.mail_from = scalar(get(body, "mailfrom", out.name), "mailfrom");
  out.request.helo = scalar(get(body, "helo", out.name), "helo");
  out.request.receiver = "receiver.example.org";
  out.acceptable = results_of(get(body, "result", out.name));
  if (const YamlNode* text = find(body, "explanation")) {
    out.explanation = scalar(*text, "explanation");
    if (std::ranges::find(out.acceptable, spf::Result::fail) == out.acceptable.end()) {
      fail(*text, fmt::format("{} has an explanation, which is of fail alone, and accepts no fail; "
                              "take one of the two out",
                              out.name));
    }
  }
  return out;
}

Scenario scenario_of(const YamlNode& document) {
  require(document, Kind::mapping, "a document");
  check_keys(document, kDocumentKeys, "a document");
  Scenario out;
  const YamlNode& zonedata = get(document, "zonedata", "a document");
  require(zonedata, Kind::mapping, "zonedata");
  for (std::size_t i = 0; i < zonedata.keys.size(); ++i) {
    add_name(out, name_of(zonedata.keys[i], "a name"), zonedata.elements[i]);
  }
  const YamlNode& tests = get(document, "tests", "a document");
  require(tests, Kind::mapping, "tests");
  for (std::size_t i = 0; i < tests.keys.size(); ++i) {
    if (find(tests, tests.keys[i].text) != &tests.elements[i]) {
      fail(tests.keys[i],
           fmt::format("the case {} stands twice; rename one", dns::printable(tests.keys[i].text)));
    }
    out.cases.push_back(case_of(tests.keys[i], tests.elements[i]));
  }
  if (out.cases.empty()) fail(tests, "a document has at least one case under `tests:`");
  return out;
}

}  // namespace

dns::Fact Scenario::ask(const dns::Question& question) const {
  const bool silent_here = silent.contains(question.name) && !known.contains(question);
  if (!silent_here && !unanswered.contains(question)) return zones.lookup(question, {});
  dns::Fact fact;
  fact.question = question;
  fact.status = dns::Fact::Status::failed;
  fact.source = "suite";
  fact.detail = "time-out";
  return fact;
}

std::string SuiteError::text() const {
  return fmt::format("{}:{}: {}", file, line, message);
}

std::expected<std::vector<Scenario>, SuiteError> read_suite(std::string_view contents,
                                                            const std::string& file) {
  const auto error = [&](std::size_t line, std::string message) {
    return std::unexpected(SuiteError{file, line, std::move(message)});
  };
  const auto documents = read_yaml(contents);
  if (!documents) {
    return error(documents.error().line,
                 fmt::format("this is no YAML: {}; mend the indentation, quotes and brackets there",
                             documents.error().reason));
  }
  if (documents->empty()) return error(1, "there is no document; write `tests:` and `zonedata:`");
  std::vector<Scenario> out;
  try {
    for (const YamlNode& document : *documents) out.push_back(scenario_of(document));
  } catch (const Fault& fault) {
    return error(fault.line, fault.message);
  }
  return out;
}

}  // namespace mandate::conformance
