#include "app/commands/dns.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "app/commands/answer.h"
#include "app/commands/authority_report.h"
#include "app/commands/inquiry.h"
#include "app/config.h"
#include "app/duration.h"
#include "app/exit_code.h"
#include "app/root_servers.h"

namespace mandate::app {
namespace {

/// Where the way begins and on which port, as the options say, else the configuration, if one is
/// given.
Attempt<resolver::AuthorityOptions> asking_of(const DnsViewOptions& options) {
  Config config;
  if (!options.config.empty()) {
    auto loaded = load_config(options.config);
    if (!loaded) return std::unexpected(loaded.error());
    config = std::move(*loaded);
  }
  auto root = root_servers(options.root_hints.empty() ? config.root_hints : options.root_hints);
  if (!root) return std::unexpected(root.error());
  return resolver::AuthorityOptions{.root = std::move(*root),
                                    .port = options.port.value_or(config.authority_port)};
}

int exit_code_of(const AuthorityReport& report) {
  const bool is_answered =
      std::ranges::any_of(report.view.servers, &resolver::ServerView::is_answering);
  if (!is_answered) return exit_code::unknown;
  return report.findings.empty() ? exit_code::done : exit_code::refused;
}

}  // namespace

int dns_view(const DnsViewOptions& options) {
  const auto domain = domain_argument("dns", options.domain);
  if (!domain) return report(domain.error());
  const auto timeout = parse_duration(options.timeout);
  if (!timeout) return report({exit_code::usage, "dns: --timeout: " + timeout.error()});
  const auto asking = asking_of(options);
  if (!asking) return report(asking.error());
  const auto deadline = std::chrono::steady_clock::now() + *timeout;
  const AuthorityReport told(
      resolver::view_authority(*domain, {{*domain, dns::RecordType::txt}}, *asking, deadline));
  const bool is_over = std::chrono::steady_clock::now() >= deadline;
  if (options.json) {
    print_json(authority_json(told));
  } else {
    fmt::print("{}", authority_text(told, Palette(shows_colour(STDOUT_FILENO))));
    if (is_over) {
      fmt::print("\nThe time of {} was over before all had answered: --timeout gives more.\n",
                 options.timeout);
    }
  }
  return exit_code_of(told);
}

}  // namespace mandate::app
