#include "app/commands/domain.h"

#include <fmt/core.h>
#include <unistd.h>

#include "app/commands/answer.h"
#include "app/commands/domain_report.h"
#include "app/exit_code.h"
#include "app/terminal.h"

namespace mandate::app {
namespace {

std::string domains_path(const DomainOptions& options) {
  return "/v1/accounts/" + path_segment(options.account) + "/domains";
}

std::string domain_path(const DomainOptions& options) {
  return domains_path(options) + "/" + path_segment(options.domain);
}

/// How the domain's mail is to be sent, as far as that was said. The API knows what goes together.
boost::json::object envelope(const DomainOptions& options) {
  boost::json::object out;
  if (!options.mode.empty()) out["mode"] = json_text(options.mode);
  if (!options.return_path.empty()) out["return_path"] = json_text(options.return_path);
  return out;
}

/// Calls and shows the domain that is answered.
int answer_domain(const DomainOptions& options, const std::string& method, const std::string& path,
                  const std::optional<boost::json::object>& body = {}) {
  const auto session = ApiSession::open(options.api);
  if (!session) return report(session.error());
  const auto domain = session->call(method, path, body);
  if (!domain) return report(domain.error());
  if (options.api.json) {
    print_json(*domain);
  } else {
    fmt::print("{}", domain_text(*domain, Palette(shows_colour(STDOUT_FILENO))));
  }
  return exit_code::done;
}

}  // namespace

int domain_add(const DomainOptions& options) {
  const bool is_sender = options.domain.find('@') != std::string::npos;
  boost::json::object body = envelope(options);
  body[is_sender ? "sender" : "domain"] = json_text(options.domain);
  return answer_domain(options, "POST", domains_path(options), body);
}

int domain_list(const DomainOptions& options) {
  return answer_list(options.api, domains_path(options), "domain",
                     {"domain", "status", "may_send", "status_since", "reason"});
}

int domain_show(const DomainOptions& options) {
  return answer_domain(options, "GET", domain_path(options));
}

int domain_mode(const DomainOptions& options) {
  return answer_domain(options, "PATCH", domain_path(options), envelope(options));
}

int domain_disable(const DomainOptions& options) {
  return answer_domain(options, "POST", domain_path(options) + "/disable");
}

int domain_enable(const DomainOptions& options) {
  return answer_domain(options, "POST", domain_path(options) + "/enable");
}

int domain_remove(const DomainOptions& options) {
  const auto session = ApiSession::open(options.api);
  if (!session) return report(session.error());
  const auto done = session->call("DELETE", domain_path(options));
  if (!done) return report(done.error());
  if (options.api.json) {
    print_json(boost::json::object{{"account", json_text(options.account)},
                                   {"domain", json_text(options.domain)},
                                   {"removed", true}});
  } else {
    fmt::print("{} is removed from account {}\n", escaped(options.domain),
               escaped(options.account));
  }
  return exit_code::done;
}

int domain_verify(const DomainOptions& options) {
  const auto session = ApiSession::open(options.api);
  if (!session) return report(session.error());
  const auto check = session->call("POST", domain_path(options) + "/verify");
  if (!check) return report(check.error());
  if (options.api.json) {
    print_json(*check);
  } else {
    fmt::print("{}", verification_text(*check, Palette(shows_colour(STDOUT_FILENO))));
  }
  if (field_text(*check, "finding") == "unavailable") return exit_code::unknown;
  return field_is_true(*check, "may_send") ? exit_code::done : exit_code::refused;
}

}  // namespace mandate::app
