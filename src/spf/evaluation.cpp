#include "spf/evaluation.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "spf/ascii.h"

namespace mandate::spf {
namespace {

/// The macro `i`: an IPv6 address as dotted nibbles, in upper case as the examples of RFC 7208
/// section 7.4 have it.
std::string dotted(const dns::IpAddress& ip) {
  if (ip.is_v4()) return ip.text();
  std::string out;
  for (const std::uint8_t octet : ip.octets()) {
    out += fmt::format("{}{:X}.{:X}", out.empty() ? "" : ".", octet >> 4, octet & 15);
  }
  return out;
}

}  // namespace

Evaluation::Evaluation(const Request& request, const dns::Facts& facts, const Options& options,
                       Verdict& verdict, Questions& lacking, Identity identity)
    : request_(request),
      facts_(facts),
      options_(options),
      verdict_(verdict),
      lacking_(lacking),
      identity_(identity),
      ip_(reads(Reading::mapped_client) ? request.ip : request.ip.unmapped()),
      sender_domain_(request) {
  if (options.range) range_.emplace(ip_);
  verdict_.problem.clear();
  verdict_.explanation.clear();
  verdict_.lookups = 0;
  verdict_.voids = 0;
  verdict_.ttl = std::numeric_limits<std::uint32_t>::max();
  verdict_.dynamic = false;
  verdict_.trace.clear();
  lacking_.clear();
}

/// RFC 7208 section 4.3: a missing local part is replaced by "postmaster".
std::string_view Evaluation::local_part() const {
  const std::string_view mailbox = request_.mail_from;
  const std::size_t at = mailbox.rfind('@');
  return at == std::string_view::npos || at == 0 ? "postmaster" : mailbox.substr(0, at);
}

MacroValues& Evaluation::values() {
  if (values_) return *values_;
  MacroValues& values = values_.emplace();
  values.local_part = local_part();
  values.sender_domain = sender_domain_.text();
  values.sender = values.local_part + "@" + values.sender_domain;
  values.ip = dotted(ip_);
  values.readable_ip = ip_.text();
  values.address_family = ip_.is_v4() ? "in-addr" : "ip6";
  values.helo = with_a_labels(request_.helo);
  if (!request_.receiver.empty()) values.receiver = request_.receiver;
  values.timestamp = fmt::format("{}", request_.now.time_since_epoch().count());
  return values;
}

const dns::Fact* Evaluation::fact(std::string_view wire, dns::RecordType type) {
  ++work_;
  const dns::Fact* known = facts_.find(wire, type);
  if (known != nullptr) {
    count_ttl(known->ttl);
    return known;
  }
  dns::Question question{dns::name_of(wire), type};
  if (std::ranges::find(lacking_, question) == lacking_.end()) {
    lacking_.push_back(std::move(question));
  }
  return nullptr;
}

void Evaluation::count_ttl(std::uint32_t ttl) {
  verdict_.ttl = std::min(verdict_.ttl, ttl);
}

bool Evaluation::spend_lookup(const Place& place, std::string_view term) {
  if (reads(Reading::lookup_behind_last_void) && verdict_.voids >= limits().voids) {
    error(Match::permerror, place, term,
          fmt::format("{} needs a DNS lookup behind {} void ones", term, verdict_.voids));
    return false;
  }
  if (++verdict_.lookups <= limits().lookups) return true;
  error(Match::permerror, place, term,
        fmt::format("{} needs a DNS lookup more than the {} allowed", term, limits().lookups));
  return false;
}

bool Evaluation::spend_void(const Place& place, std::string_view term,
                            const dns::Question& question) {
  if (++verdict_.voids <= limits().voids) return true;
  error(Match::permerror, place, term,
        fmt::format("{} is a void lookup more than the {} allowed", dns::text(question),
                    limits().voids));
  return false;
}

void Evaluation::depend_on_address() {
  verdict_.dynamic = true;
  if (range_) range_->narrow_to_client();
}

void Evaluation::set_counts(const Counts& counts) {
  verdict_.lookups = counts.lookups;
  verdict_.voids = counts.voids;
  verdict_.ttl = counts.ttl;
  verdict_.dynamic = counts.dynamic;
  range_ = counts.range;
}

void Evaluation::add_step(Step::Kind kind, const Place& place, std::string_view term,
                          std::string text) {
  verdict_.trace.push_back({.kind = kind,
                            .depth = place.depth,
                            .domain = std::string(place.domain),
                            .term = std::string(term),
                            .text = std::move(text),
                            .lookups = verdict_.lookups,
                            .voids = verdict_.voids});
}

void Evaluation::be_dynamic(std::string_view term, std::string_view on) {
  verdict_.problem = fmt::format("{} depends on {}", term, on);
}

void Evaluation::decide(const Record& record, const Span& span, const Place& place) {
  decided_ = true;
  auto& decided = verdict_.decided_by;
  if (!decided) decided.emplace();
  decided->record.assign(record.text);
  decided->span = span;
  decided->path.resize(static_cast<std::size_t>(place.depth) + 1);
  auto domain = decided->path.rbegin();
  for (const Place* at = &place; at != nullptr; at = at->parent) (domain++)->assign(at->domain);
}

void Evaluation::finish(Result result) {
  const bool error = result == Result::permerror || result == Result::temperror;
  verdict_.result = result;
  verdict_.domain.assign(sender_domain_.text());
  if (error || result == Result::none || !decided_) verdict_.decided_by.reset();
  if (!error && result != Result::none) verdict_.problem.clear();
  if (verdict_.ttl == std::numeric_limits<std::uint32_t>::max()) verdict_.ttl = 0;
}

Match Evaluation::error(Match kind, const Place& place, std::string_view term,
                        std::string problem) {
  step(Step::Kind::error, place, term, [&] { return problem; });
  verdict_.problem = std::move(problem);
  return kind;
}

}  // namespace mandate::spf
