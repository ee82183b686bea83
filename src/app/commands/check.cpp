#include "app/commands/check.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>

#include "app/commands/batch.h"
#include "app/commands/check_report.h"
#include "app/exit_code.h"
#include "resolver/cached_lookup.h"

namespace mandate::app {
namespace {

/// The DNS that is asked, once the options are seen to go together.
Attempt<Inquiry> agree(const CheckOptions& options) {
  if (options.batch.empty() && !options.ip) {
    return fail(exit_code::usage, "check: --ip is missing: give --ip IP, or --batch FILE");
  }
  if (!options.batch.empty() && (options.ip || options.mail_from || options.helo)) {
    return fail(exit_code::usage,
                "check: --batch takes ip, mail_from and helo from its lines; leave --ip, "
                "--mail-from and --helo out");
  }
  if (!options.batch.empty() && (options.headers || !options.receiver.empty())) {
    return fail(exit_code::usage,
                "check: --headers and --receiver are of one check; leave them out");
  }
  if (options.batch == "-" && std::ranges::count(options.asked.dns.zones, "-") > 0) {
    return fail(exit_code::usage, "check: --batch and --zone cannot both be standard input");
  }
  auto inquiry = read_inquiry(
      options.asked,
      {"check", 0, "", "mandate check --ip 192.0.2.1 --mail-from news@customer.example"});
  if (!inquiry) return inquiry;
  if (inquiry->timeout.count() == 0 || inquiry->timeout > std::chrono::hours{1}) {
    return fail(exit_code::usage, "check: --timeout is out of range: 1ms to 1h");
  }
  return inquiry;
}

}  // namespace

int check(const CheckOptions& options) {
  const auto inquiry = agree(options);
  if (!inquiry) return report(inquiry.error());
  const DnsOptions& dns = inquiry->dns;
  const auto timeout = inquiry->timeout;
  std::optional<spf::Request> request;
  if (options.batch.empty()) {
    auto made = receiver_request(*options.ip, options.mail_from, options.helo, kIdentityOptions);
    if (!made) return report({exit_code::usage, "check: " + made.error()});
    request = std::move(*made);
  }
  const auto lookup = open_dns(dns);
  if (!lookup) return report(lookup.error());
  if (!request && !dns.zones.empty()) return check_batch(options.batch, **lookup, timeout);
  if (!request) {
    resolver::CachedLookup cached(**lookup);  // the lines of a batch have much in common
    return check_batch(options.batch, cached, timeout);
  }

  if (!options.receiver.empty()) request->receiver = options.receiver;
  const ReceiverCheck checked = check_as_receiver(*request, **lookup, timeout, Detail::full);
  if (options.asked.json) {
    fmt::print("{}\n", check_json(checked, Detail::full));
  } else {
    fmt::print("{}", check_text(checked, Palette(shows_colour(STDOUT_FILENO))));
    if (options.headers) fmt::print("{}", header_fields_text(checked));
  }
  return exit_code_of(checked.verdict.result);
}

}  // namespace mandate::app
