#include "app/command_options.h"

#include <charconv>

#include "app/terminal.h"

namespace mandate::app {
namespace {

const CLI::Validator& is_rate() {
  static const CLI::Validator validator(
      [](std::string& value) {
        double rate = -1;
        const char* const end = value.data() + value.size();
        const auto [at, error] = std::from_chars(value.data(), end, rate);
        const bool is_number = error == std::errc() && at == end;
        if (is_number && (rate == 0 || (rate >= 0.1 && rate <= 1e9))) return std::string();
        return "\"" + escaped(value) +
               "\" is not a number of queries a second, at least 0.1, or 0 for no limit";
      },
      "");
  return validator;
}

}  // namespace

const CLI::Validator& not_empty() {
  static const CLI::Validator validator(
      [](std::string& value) {
        return value.empty() ? std::string("must not be empty") : std::string();
      },
      "");
  return validator;
}

CLI::Option* add_texts(CLI::App& app, const std::string& name, std::vector<std::string>& target,
                       const std::string& type, const std::string& what) {
  return add_text(app, name, target, type, what)->allow_extra_args(false);
}

CLI::Option* add_config(CLI::App& app, std::string& config, const std::string& what) {
  return add_text(app, "--config", config, "FILE", what)->envname("MANDATE_CONFIG");
}

void add_json(CLI::App& app, bool& json) {
  app.add_flag("--json", json, "Print the result as JSON");
}

void add_rate(CLI::App& app, const std::string& name, double& rate, const std::string& what) {
  app.add_option(name, rate, what)->check(is_rate())->capture_default_str();
}

void add_dns(CLI::App& app, DnsOptions& dns) {
  CLI::Option* resolver = add_text(app, "--resolver", dns.resolver, "HOST[:PORT]",
                                   "The server to ask; else /etc/resolv.conf");
  add_texts(app, "--zone", dns.zones, "FILE", "A zone file; the files are the whole DNS")
      ->excludes(resolver);
  app.add_option("--timeout", dns.timeout, "Of one whole evaluation")->capture_default_str();
}

void add_server(CLI::App& app, InquiryOptions& asked) {
  app.add_option("server", asked.words, "The server to ask, as @SERVER")->type_name("@HOST[:PORT]");
  add_dns(app, asked.dns);
  add_json(app, asked.json);
}

}  // namespace mandate::app
