// The reading side of evidence. What is stored may have been damaged or forged: every field is
// checked, and the first fault is named with its place.
#include <fmt/format.h>
#include <boost/json.hpp>

#include <algorithm>
#include <initializer_list>
#include <limits>
#include <optional>
#include <utility>

#include "dns/printable.h"
#include "registry/evidence.h"
#include "registry/timestamp.h"

namespace mandate::registry {
namespace {

namespace json = boost::json;

constexpr std::size_t kMaxText = 64U * 1024 * 1024;
constexpr std::size_t kMaxDepth = 8;

// Collects the first fault; reading goes on with empty values, which nobody sees.
class Faults {
 public:
  void add(const std::string& place, std::string_view what) {
    if (!first_) first_ = fmt::format("The evidence is damaged: {}: {}.", place, what);
  }
  const std::optional<std::string>& first() const { return first_; }

 private:
  std::optional<std::string> first_;
};

// A JSON value and its place, such as `assessment.checks[3].ip`.
class Field {
 public:
  Field(const json::value& value, std::string place, Faults& faults)
      : value_(&value), place_(std::move(place)), faults_(&faults) {}

  // An object with exactly these keys, and perhaps the later ones, which older evidence lacks.
  void expect_object(std::initializer_list<std::string_view> keys,
                     std::initializer_list<std::string_view> later = {}) const {
    const json::object* object = value_->if_object();
    if (object == nullptr) return fault("it is not an object");
    for (const std::string_view key : keys) {
      if (!object->contains(key)) return fault(fmt::format("`{}` is missing", key));
    }
    const auto more =
        std::ranges::count_if(later, [&](std::string_view key) { return object->contains(key); });
    if (object->size() != keys.size() + static_cast<std::size_t>(more)) {
      fault("it has an unknown field");
    }
  }

  bool has(std::string_view key) const {
    const json::object* object = value_->if_object();
    return object != nullptr && object->contains(key);
  }

  Field at(std::string_view key) const {
    static const json::value nothing;
    const json::object* object = value_->if_object();
    const json::value* found = object == nullptr ? nullptr : object->if_contains(key);
    return {found == nullptr ? nothing : *found,
            place_.empty() ? std::string(key) : fmt::format("{}.{}", place_, key), *faults_};
  }

  template <class Read>
  auto list(Read read) const {
    std::vector<decltype(read(*this))> out;
    const json::array* array = value_->if_array();
    if (array == nullptr) {
      fault("it is not an array");
      return out;
    }
    for (std::size_t i = 0; i < array->size() && !faults_->first(); ++i) {
      out.push_back(read(Field((*array)[i], fmt::format("{}[{}]", place_, i), *faults_)));
    }
    return out;
  }

  std::string text() const {
    const json::string* string = value_->if_string();
    if (string == nullptr) {
      fault("it is not a string");
      return {};
    }
    return std::string(*string);
  }

  // A text that `parse` understands: an optional or an expected comes back from it.
  template <class Parse>
  auto parsed(Parse parse, std::string_view expected) const {
    using Value = std::decay_t<decltype(*parse(std::string_view()))>;
    const std::string string = text();
    auto value = parse(std::string_view(string));
    if (value) return Value(std::move(*value));
    fault(fmt::format("`{}` is not {}", dns::printable(string, 80), expected));
    return Value{};
  }

  bool boolean() const {
    const bool* flag = value_->if_bool();
    if (flag == nullptr) fault("it is not true or false");
    return flag != nullptr && *flag;
  }

  template <class Number>
  Number number() const {
    const auto* number = value_->if_int64();
    if (number == nullptr || *number < 0 || !std::in_range<Number>(*number)) {
      fault(
          fmt::format("it is not a whole number from 0 to {}", std::numeric_limits<Number>::max()));
      return {};
    }
    return static_cast<Number>(*number);
  }

  // What `read` makes of the field, unless it is null.
  template <class Read>
  auto optional(Read read) const -> std::optional<decltype(read(*this))> {
    if (value_->is_null()) return std::nullopt;
    return read(*this);
  }

  void fault(std::string_view what) const {
    faults_->add(place_.empty() ? "the whole" : place_, what);
  }

 private:
  const json::value* value_;
  std::string place_;
  Faults* faults_;
};

dns::Name name_of(const Field& field) {
  return field.parsed([](std::string_view text) { return dns::Name::parse(text); },
                      "a domain name");
}

std::chrono::sys_seconds time_of(const Field& field) {
  return field.parsed(parse_timestamp, "a time such as 2026-11-23T12:00:00Z");
}

std::string text_of(const Field& field) {
  return field.text();
}

Provider provider_of(const Field& field) {
  field.expect_object({"include_name", "pool", "helo_names", "default_sender"}, {"bounce_host"});
  std::optional<dns::Name> bounce_host;
  if (field.has("bounce_host")) bounce_host = name_of(field.at("bounce_host"));
  return {.include_name = name_of(field.at("include_name")),
          .pool = field.at("pool").list(
              [](const Field& prefix) { return prefix.parsed(dns::Prefix::parse, "a prefix"); }),
          .helo_names = field.at("helo_names").list(text_of),
          .default_sender = field.at("default_sender").text(),
          .bounce_host = std::move(bounce_host)};
}

PoolCheck check_of(const Field& field) {
  field.expect_object(
      {"ip", "mail_from", "helo", "result", "decided_by", "problem", "lookups", "voids"});
  return {.ip = field.at("ip").parsed(dns::IpAddress::parse, "an IP address"),
          .mail_from = field.at("mail_from").text(),
          .helo = field.at("helo").text(),
          .result = field.at("result").parsed(spf::parse_result, "a result of SPF"),
          .decided_by = field.at("decided_by").text(),
          .problem = field.at("problem").text(),
          .lookups = field.at("lookups").number<int>(),
          .voids = field.at("voids").number<int>()};
}

Ownership ownership_of(const Field& field) {
  return field.parsed(parse_ownership, "what shows ownership");
}

Assessment assessment_of(const Field& field) {
  field.expect_object({"kind", "reason_code", "reason", "exhaustive", "ttl", "checks"},
                      {"ownership"});
  return {.kind = field.at("kind").parsed(parse_finding_kind, "a finding"),
          .reason_code = field.at("reason_code").text(),
          .reason = field.at("reason").text(),
          .checks = field.at("checks").list(check_of),
          .exhaustive = field.at("exhaustive").boolean(),
          .ttl = field.at("ttl").number<std::uint32_t>(),
          .ownership =
              field.has("ownership") ? ownership_of(field.at("ownership")) : Ownership::not_asked};
}

std::optional<dns::Fact::Status> parse_fact_status(std::string_view text) {
  using Status = dns::Fact::Status;
  for (const Status status :
       {Status::found, Status::no_data, Status::no_such_name, Status::failed}) {
    if (dns::text(status) == text) return status;
  }
  return std::nullopt;
}

dns::Fact fact_of(const Field& field) {
  field.expect_object(
      {"name", "type", "status", "records", "ttl", "learned_at", "source", "detail"},
      {"authenticated"});
  dns::Fact fact;
  fact.question.name = name_of(field.at("name"));
  fact.question.type = field.at("type").parsed(dns::parse_record_type, "a record type");
  fact.status = field.at("status").parsed(parse_fact_status, "the status of a fact");
  fact.records = field.at("records").list([&](const Field& record) {
    return record.parsed(
        [&](std::string_view text) { return dns::parse_record_data(fact.question.type, text); },
        fmt::format("data of type {}", dns::text(fact.question.type)));
  });
  fact.ttl = field.at("ttl").number<std::uint32_t>();
  fact.learned_at = time_of(field.at("learned_at"));
  fact.source = field.at("source").text();
  fact.detail = field.at("detail").text();
  fact.authenticated = field.has("authenticated") && field.at("authenticated").boolean();
  return fact;
}

std::uint32_t number_of(const Field& field) {
  return field.number<std::uint32_t>();
}

ServerAnswers server_of(const Field& field) {
  field.expect_object({"name", "address", "standing", "detail", "serial", "newest", "facts"});
  return {.name = name_of(field.at("name")),
          .address = field.at("address").text(),
          .standing = field.at("standing").parsed(parse_server_standing, "a server's standing"),
          .detail = field.at("detail").text(),
          .serial = field.at("serial").optional(number_of),
          .newest = field.at("newest").boolean(),
          .facts = field.at("facts").list(fact_of)};
}

ZoneAnswers zone_of(const Field& field) {
  field.expect_object({"name", "problem", "turned_within", "servers"});
  return {.zone = name_of(field.at("name")),
          .servers = field.at("servers").list(server_of),
          .problem = field.at("problem").text(),
          .turned_within = field.at("turned_within").optional(number_of)};
}

// The votes of as many servers.
std::vector<Vote> votes_of(const Field& field, std::size_t servers) {
  return field.list([&](const Field& vote) {
    vote.expect_object({"servers", "finding", "reason_code"});
    const Field places = vote.at("servers");
    Vote out{.servers = places.list([](const Field& at) { return at.number<std::size_t>(); }),
             .kind = vote.at("finding").parsed(parse_finding_kind, "a finding"),
             .reason_code = vote.at("reason_code").text()};
    if (out.servers.empty() || std::ranges::max(out.servers) >= servers) {
      places.fault("it names no server of the zone");
    }
    return out;
  });
}

OwnershipRule rule_of(const Field& field) {
  field.expect_object({"required", "subdomains"});
  return {.required = field.at("required").boolean(),
          .subdomains = field.at("subdomains").boolean()};
}

// What version 2 has and version 1 had not.
void read_later(const Field& field, Evidence& evidence) {
  evidence.rules = field.at("rules").number<int>();
  evidence.token = field.at("token").text();
  evidence.mode = field.at("mode").parsed(parse_mode, "a mode");
  evidence.return_path = name_of(field.at("return_path"));
  evidence.ownership = rule_of(field.at("ownership"));
  evidence.visible_by = field.at("visible_by").optional(time_of);
  evidence.zone = field.at("zone").optional(zone_of);
  evidence.votes = votes_of(field.at("votes"), evidence.zone ? evidence.zone->servers.size() : 0);
}

// The version, and whether the keys are those of it.
int version_of(const Field& field) {
  const int version = field.has("version") ? field.at("version").number<int>() : 1;
  if (version == 2) {
    field.expect_object({"version", "rules", "id", "account", "token", "domain", "mode",
                         "return_path", "at", "senders", "provider", "ownership", "assessment",
                         "visible_by", "votes", "zone", "facts"});
    return version;
  }
  if (version != 1) {
    field.at("version").fault(fmt::format(
        "{} is none of those understood, which are 1 and 2; a later program may have written it",
        version));
  }
  field.expect_object(
      {"version", "id", "account", "domain", "at", "senders", "provider", "assessment", "facts"});
  return version;
}

Evidence evidence_of(const Field& field) {
  const int version = version_of(field);
  Evidence evidence;
  evidence.id = field.at("id").text();
  evidence.account_id = field.at("account").text();
  evidence.domain = name_of(field.at("domain"));
  evidence.at = time_of(field.at("at"));
  evidence.senders = field.at("senders").list(text_of);
  evidence.provider = provider_of(field.at("provider"));
  evidence.assessment = assessment_of(field.at("assessment"));
  evidence.rules = 1;
  evidence.ownership.required = false;
  if (version == 2) read_later(field, evidence);
  const Field facts = field.at("facts");
  for (dns::Fact& fact : facts.list(fact_of)) {
    if (evidence.facts.find(fact.question) != nullptr) {
      facts.fault(fmt::format("`{}` stands twice", dns::text(fact.question)));
    }
    evidence.facts.add(std::move(fact));
  }
  return evidence;
}

}  // namespace

std::expected<Evidence, std::string> parse_evidence(std::string_view text) {
  if (text.size() > kMaxText) {
    return std::unexpected(fmt::format("The evidence is damaged: it has {} octets, more than {}.",
                                       text.size(), kMaxText));
  }
  json::parse_options options;
  options.max_depth = kMaxDepth;
  boost::system::error_code error;
  const json::value value = json::parse(text, error, {}, options);
  if (error) {
    return std::unexpected(
        fmt::format("The evidence is damaged: it is not JSON: {}.", error.message()));
  }
  Faults faults;
  Evidence evidence = evidence_of(Field(value, {}, faults));
  if (faults.first()) return std::unexpected(*faults.first());
  return evidence;
}

}  // namespace mandate::registry
