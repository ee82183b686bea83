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

}  // namespace

std::expected<spf::Request, std::string> receiver_request(
    std::string_view ip, const std::optional<std::string>& mail_from,
    const std::optional<std::string>& helo) {
  const auto address = dns::IpAddress::parse(ip);
  if (!address) {
    return std::unexpected(fmt::format(
        "ip: \"{}\" is not an IP address; write one as 192.0.2.1 or 2001:db8::1", escaped(ip)));
  }
  spf::Request request;
  request.ip = *address;
  request.mail_from = mail_from.value_or("");
  if (request.mail_from.starts_with('<') && request.mail_from.ends_with('>')) {
    request.mail_from = request.mail_from.substr(1, request.mail_from.size() - 2);
  }
  request.helo = helo.value_or("");
  request.now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  if (request.mail_from.empty() && request.helo.empty()) {
    return std::unexpected(
        mail_from ? "mail_from is the null sender, which is checked by its HELO name; give helo too"
                  : "there is nobody to check; give mail_from, helo or both");
  }
  return request;
}

ReceiverCheck check_as_receiver(const spf::Request& request, resolver::Lookup& lookup,
                                std::chrono::milliseconds timeout, Detail detail) {
  ReceiverCheck check{request, {}, std::nullopt, {}};
  dns::Facts facts;
  const spf::Options options{.trace = detail == Detail::full, .range = true};
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  check.verdict = resolver::settle(lookup, facts, deadline, [&](const dns::Facts& known) {
    return spf::check_host(request, known, options);
  });
  if (detail == Detail::full) {
    check.other_readings = resolver::settle(lookup, facts, deadline, [&](const dns::Facts& known) {
      return spf::other_readings(request, known, options.limits, check.verdict);
    });
  }
  if (check.verdict.result == spf::Result::none) {
    check.near_miss = near_miss_at(check.verdict.domain, facts);
  }
  return check;
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
