#include "app/commands/return_path_plan.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <boost/json.hpp>

#include "app/api_object.h"
#include "app/commands/answer.h"
#include "app/commands/domain_report.h"
#include "app/config.h"
#include "app/exit_code.h"
#include "registry/return_path.h"
#include "web/return_path_records.h"

namespace mandate::app {
namespace {

Attempt<dns::Name> bounce_host_of(const PlanOptions& options) {
  if (!options.bounce_host.empty()) {
    return domain_argument("plan: --bounce-host", options.bounce_host);
  }
  if (!options.config.empty()) {
    const auto config = load_config(options.config);
    if (!config) return std::unexpected(config.error());
    if (config->provider.bounce_host) return *config->provider.bounce_host;
  }
  return fail(exit_code::usage,
              "plan: where bounces are to go is missing: give --bounce-host NAME, or a --config "
              "FILE with provider.bounce_host");
}

/// The worst of those that have to be there.
int exit_code_of(const boost::json::array& records) {
  int worst = exit_code::done;
  for (const boost::json::value& value : records) {
    const boost::json::object& record = value.as_object();
    if (!field_is_true(record, "required")) continue;
    int code = field_is_true(record, "proven") ? exit_code::refused : exit_code::unproven;
    if (field_text(record, "action") == "nothing_to_do") code = exit_code::done;
    if (field_text(record, "status") == "unknown") code = exit_code::unknown;
    worst = std::max(worst, code);
  }
  return worst;
}

}  // namespace

int plan_return_path(const Inquiry& inquiry, const Provider& provider, const PlanOptions& options) {
  const auto domain = domain_argument("plan", inquiry.subjects.front());
  if (!domain) return report(domain.error());
  const auto name = registry::parse_return_path(options.return_path, *domain);
  if (!name) return report({exit_code::usage, "plan: --return-path: " + name.error().message});
  const auto bounce_host = bounce_host_of(options);
  if (!bounce_host) return report(bounce_host.error());
  const auto lookup = open_dns(inquiry.dns);
  if (!lookup) return report(lookup.error());
  const boost::json::array records = web::return_path_records(
      *domain, *bounce_host,
      {.return_path = *name,
       .include_name = provider.include_name,
       .pool = provider.pool,
       .shared_name = provider.shared_name,
       .bounce_host = {}},
      **lookup, std::chrono::steady_clock::now() + inquiry.timeout,
      std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
  if (options.asked.json || options.format == "json") {
    print_json(boost::json::object{{"version", 1},
                                   {"domain", domain->text()},
                                   {"return_path", name->text()},
                                   {"records", records}});
  } else {
    fmt::print("{}", records_text(records, Palette(shows_colour(STDOUT_FILENO))));
  }
  return exit_code_of(records);
}

}  // namespace mandate::app
