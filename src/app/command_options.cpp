#include "app/command_options.h"

namespace mandate::app {

const CLI::Validator& not_empty() {
  static const CLI::Validator validator(
      [](std::string& value) {
        return value.empty() ? std::string("must not be empty") : std::string();
      },
      "");
  return validator;
}

CLI::Option* add_config(CLI::App& app, std::string& config, const std::string& what) {
  return app.add_option("--config", config, what)
      ->envname("MANDATE_CONFIG")
      ->type_name("FILE")
      ->check(not_empty());
}

void add_json(CLI::App& app, bool& json) {
  app.add_flag("--json", json, "Print the result as JSON");
}

void add_dns(CLI::App& app, DnsOptions& dns) {
  CLI::Option* resolver =
      app.add_option("--resolver", dns.resolver, "The server to ask; else /etc/resolv.conf")
          ->type_name("HOST[:PORT]")
          ->check(not_empty());
  app.add_option("--zone", dns.zones, "A zone file; the files are the whole DNS")
      ->allow_extra_args(false)
      ->type_name("FILE")
      ->check(not_empty())
      ->excludes(resolver);
  app.add_option("--timeout", dns.timeout, "Of one whole evaluation")->capture_default_str();
}

void add_server(CLI::App& app, InquiryOptions& asked) {
  app.add_option("server", asked.words, "The server to ask, as @SERVER")->type_name("@HOST[:PORT]");
  add_dns(app, asked.dns);
  add_json(app, asked.json);
}

}  // namespace mandate::app
