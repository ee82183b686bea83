#include "app/commands/plan.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <string_view>

#include "app/commands/answer.h"
#include "app/commands/line_answers.h"
#include "app/commands/plan_report.h"
#include "app/commands/planning.h"
#include "app/commands/return_path_plan.h"
#include "app/exit_code.h"
#include "app/terminal.h"

namespace mandate::app {
namespace {

/// A form of the change alone.
struct ChangeFormat {
  std::string_view name;
  std::string (*write)(const advice::TxtChange&);
};
constexpr std::array kChangeFormats{
    ChangeFormat{"zone", advice::as_zone_lines}, ChangeFormat{"nsupdate", advice::as_nsupdate},
    ChangeFormat{"terraform", advice::as_terraform}, ChangeFormat{"octodns", advice::as_octodns},
    ChangeFormat{"dnscontrol", advice::as_dnscontrol}};

Attempt<void> check_format(const std::string& format) {
  std::string known = "text, json, domain-connect";
  for (const ChangeFormat& change : kChangeFormats) {
    if (change.name == format) return {};
    known += fmt::format(", {}", change.name);
  }
  if (format == "text" || format == "json" || format == "domain-connect") return {};
  return fail(exit_code::usage, fmt::format("plan: --format is one of {}", known));
}

/// An answer a line is JSON.
Attempt<void> check_lines_format(const std::string& format) {
  if (format == "text" || format == "json") return {};
  return fail(exit_code::usage,
              fmt::format("plan: --format {} is of one domain; for lines on stdin leave it out: "
                          "they are answered with JSON",
                          format));
}

/// What a tool is to carry out has to be proven; what is not is told to the person alone.
int print_change(const Planned& planned, std::string_view format, resolver::Lookup& lookup,
                 resolver::Deadline deadline) {
  if (!planned.plan.proven()) {
    fmt::print(stderr, "{}", plan_text(planned, Palette(shows_colour(STDERR_FILENO))));
    return planned.exit_code();
  }
  if (format == "domain-connect") {
    dns::Facts facts;
    print_json(domain_connect_json(
        planned, resolver::settle(lookup, facts, deadline, [&](const dns::Facts& known) {
          return domain_connect_host(planned.zone.name, known);
        })));
    return planned.exit_code();
  }
  const auto found = std::ranges::find(kChangeFormats, format, &ChangeFormat::name);
  fmt::print("{}", found->write(planned.change()));
  return planned.exit_code();
}

int plan_one(const Inquiry& inquiry, const Provider& provider, const std::string& format) {
  const auto lookup = open_dns(inquiry.dns);
  if (!lookup) return report(lookup.error());
  const auto deadline = std::chrono::steady_clock::now() + inquiry.timeout;
  const auto planned = plan_domain(inquiry.subjects.front(), provider, **lookup, inquiry.timeout);
  if (!planned) return report(planned.error());
  if (format == "json") {
    print_json(plan_json(*planned));
  } else if (format == "text") {
    fmt::print("{}", plan_text(*planned, Palette(shows_colour(STDOUT_FILENO))));
  } else {
    return print_change(*planned, format, **lookup, deadline);
  }
  return planned->exit_code();
}

int plan_lines(const Inquiry& inquiry, const Provider& provider) {
  const auto lookup = open_dns(inquiry.dns);
  if (!lookup) return report(lookup.error());
  return answer_lines("plan", [&](const std::string& line) -> Attempt<LineAnswer> {
    const auto planned = plan_domain(line, provider, **lookup, inquiry.timeout);
    if (!planned) return std::unexpected(planned.error());
    return LineAnswer{plan_json(*planned), planned->exit_code()};
  });
}

}  // namespace

int plan(const PlanOptions& options) {
  const std::string format = options.asked.json ? "json" : options.format;
  if (const auto known = check_format(format); !known) return report(known.error());
  auto inquiry = read_inquiry(options.asked, {.command = "plan",
                                              .what = "a domain",
                                              .example = "mandate plan customer.example --include "
                                                         "mailer.provider.example",
                                              .takes_record = false,
                                              .takes_lines = true});
  if (!inquiry) return report(inquiry.error());
  const bool is_lines = inquiry->subjects.front() == "-";
  if (!options.return_path.empty() && (is_lines || (format != "text" && format != "json"))) {
    return report(
        {exit_code::usage, "plan: --return-path is of one domain, and shown as text or json"});
  }
  if (is_lines) {
    if (const auto fits = check_lines_format(format); !fits) return report(fits.error());
  }
  const auto provider = provider_of(options);
  if (!provider) return report(provider.error());
  auto dns = dns_of(options, inquiry->dns);
  if (!dns) return report(dns.error());
  inquiry->dns = std::move(*dns);
  if (!options.return_path.empty()) return plan_return_path(*inquiry, *provider, options);
  if (is_lines) return plan_lines(*inquiry, *provider);
  return plan_one(*inquiry, *provider, format);
}

}  // namespace mandate::app
