#include "app/commands/explain.h"

#include <fmt/core.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <chrono>
#include <utility>

#include "app/commands/explain_report.h"
#include "app/commands/receiver_check.h"
#include "app/commands/replay.h"
#include "app/exit_code.h"
#include "app/terminal.h"

namespace mandate::app {
namespace {

constexpr std::string_view kExample =
    "mandate explain --ip 192.0.2.1 --mail-from news@customer.example";

/// The address of a mailbox: what stands in its last angle brackets, else the whole (RFC 5322
/// section 3.4).
std::string_view address_of(std::string_view mailbox) {
  const std::size_t end = mailbox.rfind('>');
  const std::size_t begin = mailbox.rfind('<', end);
  if (end == mailbox.npos || begin == mailbox.npos) return mailbox;
  return mailbox.substr(begin + 1, end - begin - 1);
}

/// The domain of From, when one is given: of an address the part behind the `@`.
Attempt<std::optional<dns::Name>> from_argument(std::string_view text) {
  if (text.empty()) return std::nullopt;
  const std::string_view address = address_of(text);
  const std::string_view domain = address.substr(address.rfind('@') + 1);  // without one all of it
  // The DNS would take any octet, and so the rest of a mailbox that is not whole. Only a local part
  // in quotes may have these (RFC 5322 section 3.4.1).
  const std::string_view unquoted = address.starts_with('"') ? domain : address;
  if (domain.empty() || unquoted.find_first_of(" \t<>(),;\"") != unquoted.npos) {
    return fail(exit_code::usage,
                fmt::format("explain: --from: \"{}\" is neither an address nor a domain; give one "
                            "as news@customer.example, 'News <news@customer.example>' or "
                            "customer.example",
                            escaped(text)));
  }
  auto name = domain_argument("explain: --from", std::string(domain));
  if (!name) return std::unexpected(std::move(name.error()));
  return std::optional(std::move(*name));
}

Attempt<spf::Request> request_of(const ExplainOptions& options) {
  if (!options.ip) {
    return fail(exit_code::usage,
                fmt::format("explain: --ip is missing, the address of the server that hands the "
                            "mail over, as in {}",
                            kExample));
  }
  auto request = receiver_request(*options.ip, options.mail_from, options.helo, kIdentityOptions);
  if (!request) return fail(exit_code::usage, "explain: " + request.error());
  return std::move(*request);
}

advice::Evaluation evaluate(const spf::Request& request, std::optional<dns::Name> from,
                            resolver::Lookup& lookup, std::chrono::milliseconds timeout) {
  const auto deadline = std::chrono::steady_clock::now() + timeout;
  ReceiverCheck check = check_as_receiver(request, lookup, timeout, Detail::full);
  advice::Evaluation out{std::move(check.request),
                         std::move(check.verdict),
                         std::move(check.near_miss),
                         std::move(check.other_readings),
                         {}};
  if (!from) from = advice::checked_domain(out.verdict);
  if (!from) return out;
  dns::Facts facts;
  out.dmarc = resolver::settle(lookup, facts, deadline, [&](const dns::Facts& known) {
    return advice::discover_dmarc(*from, known);
  });
  return out;
}

}  // namespace

int explain(const ExplainOptions& options) {
  if (!options.evidence.empty() || !options.evidence_file.empty()) return replay(options);
  const auto request = request_of(options);
  if (!request) return report(request.error());
  const auto inquiry = read_inquiry(options.asked, {"explain", 0, "", kExample});
  if (!inquiry) return report(inquiry.error());
  auto from = from_argument(options.from);
  if (!from) return report(from.error());
  const auto lookup = open_dns(inquiry->dns);
  if (!lookup) return report(lookup.error());
  const advice::Evaluation evaluation =
      evaluate(*request, std::move(*from), **lookup, inquiry->timeout);
  const advice::Story story = advice::story(evaluation);
  if (options.asked.json) {
    fmt::print("{}\n", boost::json::serialize(explain_json(evaluation, story)));
  } else {
    fmt::print("{}", explain_text(evaluation, story, Palette(shows_colour(STDOUT_FILENO))));
  }
  return exit_code_of(evaluation.verdict.result);
}

}  // namespace mandate::app
