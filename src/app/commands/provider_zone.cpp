#include "app/commands/provider_zone.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>
#include <optional>
#include <utility>

#include "advice/bounce_record.h"
#include "advice/provider_change.h"
#include "app/commands/answer.h"
#include "app/commands/planning.h"
#include "app/commands/provider_check.h"
#include "app/commands/provider_zone_report.h"
#include "app/config.h"
#include "app/configured_dns.h"
#include "app/exit_code.h"
#include "app/identifier.h"

namespace mandate::app {
namespace {

constexpr std::string_view kCommand = "provider zone";
constexpr std::string_view kExample = "mandate provider zone --config /etc/mandate.toml --check";

Attempt<void> check_options(const ProviderZoneOptions& options) {
  const std::string& format = options.format;
  if (format != "zone" && format != "nsupdate" && format != "json") {
    return fail(exit_code::usage,
                fmt::format("{}: --format is one of zone, nsupdate, json", kCommand));
  }
  if (options.check && format == "nsupdate") {
    return fail(exit_code::usage, fmt::format("{}: --check only looks: give --format nsupdate "
                                              "without it for the script that mends",
                                              kCommand));
  }
  if (options.answer_size < advice::kPlainAnswer || options.answer_size > advice::kEdnsAnswer) {
    return fail(exit_code::usage, fmt::format("{}: --answer-size is out of range: {} to {} octets",
                                              kCommand, advice::kPlainAnswer, advice::kEdnsAnswer));
  }
  return {};
}

Attempt<advice::ProviderNames> names_of(const registry::Provider& provider) {
  advice::ProviderNames out{provider.include_name, provider.pool, {}, provider.bounce_host};
  for (const std::string& helo : provider.helo_names) {
    auto name = domain_argument(kCommand, helo);
    if (!name) return std::unexpected(std::move(name.error()));
    out.helo_names.push_back(std::move(*name));
  }
  return out;
}

/// What the command works on.
struct Provided {
  advice::ProviderNames names;
  advice::ProviderZone zone;
  Inquiry inquiry;
};

Attempt<Provided> provided_by(const ProviderZoneOptions& options) {
  if (auto fits = check_options(options); !fits) return std::unexpected(fits.error());
  auto inquiry = read_inquiry(options.asked, {kCommand, 0, "", kExample});
  if (!inquiry) return std::unexpected(std::move(inquiry.error()));
  const auto config = load_config(options.config);
  if (!config) return std::unexpected(config.error());
  inquiry->dns = configured_dns(*config, inquiry->dns);
  auto names = names_of(config->provider);
  if (!names) return std::unexpected(std::move(names.error()));
  auto zone = advice::provider_zone(*names, options.answer_size);
  if (!zone) {
    return fail(exit_code::config, fmt::format("{}: [provider]: {}", options.config, zone.error()));
  }
  return Provided{std::move(*names), std::move(*zone), std::move(*inquiry)};
}

/// Why no script can be written, if so.
template <class Change>
std::optional<Failure> unanswered(const std::vector<Change>& changes) {
  const auto failed = std::ranges::find(changes, Change::State::unanswered, &Change::state);
  if (failed == changes.end()) return std::nullopt;
  return Failure{exit_code::unknown, fmt::format("{}: {}", kCommand, failed->problem)};
}

int print_script(const Provided& provided) {
  const auto lookup = open_dns(provided.inquiry.dns);
  if (!lookup) return report(lookup.error());
  dns::Facts facts;
  const auto settled = [&](auto&& step) {
    return resolver::settle(**lookup, facts,
                            std::chrono::steady_clock::now() + provided.inquiry.timeout, step);
  };
  const auto changes = settled([&](const dns::Facts& known) {
    return advice::provider_changes(provided.zone, kAdvisedTtl, known);
  });
  if (const auto failure = unanswered(changes)) return report(*failure);
  const auto of_bounces = settled([&](const dns::Facts& known) {
    return advice::bounce_changes(advice::bounce_records(provided.names), known);
  });
  if (const auto failure = unanswered(of_bounces)) return report(*failure);
  fmt::print("{}{}", provider_changes_text(changes), bounce_changes_text(of_bounces));
  return exit_code::done;
}

int print_check(const Provided& provided, bool json) {
  const auto lookup = open_dns(provided.inquiry.dns);
  if (!lookup) return report(lookup.error());
  const auto below = dns::Name::parse(new_id() + "." + provided.names.include_name.text());
  if (!below) {
    return report(
        {exit_code::config, fmt::format("{}: {} is too long to have accounts' names below "
                                        "it: take a shorter one",
                                        kCommand, provided.names.include_name.text())});
  }
  const ProviderCheck check =
      check_provider(provided.names, *below, **lookup, provided.inquiry.timeout);
  if (json) {
    print_json(provider_check_json(check));
  } else {
    fmt::print("{}", provider_check_text(check, Palette(shows_colour(STDOUT_FILENO))));
  }
  if (check.differs()) return exit_code::refused;
  return check.unanswered() ? exit_code::unknown : exit_code::done;
}

}  // namespace

int provider_zone(const ProviderZoneOptions& options) {
  const auto provided = provided_by(options);
  if (!provided) return report(provided.error());
  const bool json = options.asked.json || options.format == "json";
  if (options.check) return print_check(*provided, json);
  if (json) {
    print_json(provider_zone_json(provided->zone, provided->names));
  } else if (options.format == "nsupdate") {
    return print_script(*provided);
  } else {
    fmt::print("{}", provider_zone_text(provided->zone, provided->names));
  }
  return exit_code::done;
}

}  // namespace mandate::app
