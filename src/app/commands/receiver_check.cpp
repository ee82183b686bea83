#include "app/commands/receiver_check.h"

#include <fmt/core.h>

#include <utility>
#include <variant>

#include "app/terminal.h"

namespace mandate::app {
namespace {

std::optional<advice::NearMiss> near_miss_at(const std::string& domain, const dns::Facts& facts) {
  const auto name = dns::Name::parse(domain);
  if (!name) return std::nullopt;
  const dns::Fact* fact = facts.find({*name, dns::RecordType::txt});
  if (fact == nullptr) return std::nullopt;
  for (const dns::RecordData& record : fact->records) {
    const auto* txt = std::get_if<dns::TxtData>(&record);
    if (txt == nullptr || spf::is_spf_record(txt->joined())) continue;
    if (auto miss = advice::near_miss(txt->joined())) return miss;
  }
  return std::nullopt;
}

void set_time(spf::Request& request) {
  if (request.now != std::chrono::sys_seconds{}) return;
  request.now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

/// False while `lacking` is lacking.
bool check_host(const spf::Request& request, const dns::Facts& facts, const spf::Options& options,
                ReceiverCheck& check, spf::Questions& lacking, spf::Progress& progress) {
  if (!spf::check_host(request, facts, options, check.verdict, lacking, &progress)) return false;
  const bool is_none = check.verdict.result == spf::Result::none;
  check.near_miss = is_none ? near_miss_at(check.verdict.domain, facts) : std::nullopt;
  return true;
}

}  // namespace

std::expected<spf::Request, std::string> receiver_request(std::string_view ip,
                                                          std::optional<std::string> mail_from,
                                                          std::optional<std::string> helo,
                                                          const IdentityNames& names) {
  const auto address = dns::IpAddress::parse(ip);
  if (!address) {
    return std::unexpected(fmt::format(
        "ip: \"{}\" is not an IP address; write one as 192.0.2.1 or 2001:db8::1", escaped(ip)));
  }
  spf::Request request;
  request.ip = *address;
  if (mail_from) request.mail_from = std::move(*mail_from);
  if (request.mail_from.starts_with('<') && request.mail_from.ends_with('>')) {
    request.mail_from = request.mail_from.substr(1, request.mail_from.size() - 2);
  }
  if (helo) request.helo = std::move(*helo);
  if (request.mail_from.empty() && request.helo.empty()) {
    return std::unexpected(
        mail_from ? fmt::format("{} is the null sender, which is checked by its HELO name; give "
                                "{} too",
                                names.mail_from, names.helo)
                  : fmt::format("there is nobody to check; give {}, {} or both", names.mail_from,
                                names.helo));
  }
  return request;
}

CheckStep::CheckStep(spf::Request request, Detail detail)
    : detail_(detail), check_{std::move(request), {}, std::nullopt, {}} {
  set_time(check_.request);
}

bool CheckStep::go_on(const dns::Facts& facts, spf::Questions& lacking) {
  const spf::Options options{.trace = detail_ == Detail::full, .range = true};
  has_verdict_ =
      has_verdict_ || check_host(check_.request, facts, options, check_, lacking, progress_);
  if (!has_verdict_ || detail_ == Detail::brief) return has_verdict_;
  auto others = spf::other_readings(check_.request, facts, options.limits, check_.verdict);
  if (auto* questions = std::get_if<spf::Questions>(&others)) {
    lacking = std::move(*questions);
    return false;
  }
  check_.other_readings = std::get<0>(std::move(others));
  return true;
}

std::variant<ReceiverCheck, spf::Questions> CheckStep::operator()(const dns::Facts& facts) {
  spf::Questions lacking;
  if (!go_on(facts, lacking)) return lacking;
  return std::move(check_);
}

void BriefCheck::begin(spf::Request&& request) {
  request_ = std::move(request);
  progress_.clear();
}

bool BriefCheck::go_on(const dns::Facts& facts, spf::Questions& lacking, ReceiverCheck& check) {
  set_time(request_);
  if (!check_host(request_, facts, {.range = true}, check, lacking, progress_)) return false;
  std::swap(request_, check.request);
  return true;
}

ReceiverCheck check_as_receiver(const spf::Request& request, resolver::Lookup& lookup,
                                std::chrono::milliseconds timeout, Detail detail) {
  dns::Facts facts;
  return resolver::settle(lookup, facts, std::chrono::steady_clock::now() + timeout,
                          CheckStep(request, detail));
}

int exit_code_of(spf::Result result) {
  switch (result) {
    case spf::Result::pass:
      return 0;
    case spf::Result::fail:
      return 1;
    case spf::Result::softfail:
      return 2;
    case spf::Result::neutral:
      return 3;
    case spf::Result::permerror:
      return 4;
    case spf::Result::temperror:
      return 5;
    case spf::Result::none:
      break;
  }
  return 6;
}

}  // namespace mandate::app
