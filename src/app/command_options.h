// The parts that commands are put together from: a leaf of the command tree, and the options that
// several commands have.
#pragma once

#include <CLI/App.hpp>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/command_line.h"
#include "app/commands/inquiry.h"

namespace mandate::app {

/// Refuses an empty value.
const CLI::Validator& not_empty();

/// One leaf of the command tree: its options, and what runs with them.
template <class Options>
class Leaf {
 public:
  Leaf(CLI::App& parent, Command& chosen, const std::string& name, const std::string& what,
       int (*run)(const Options&), const std::string& example)
      : app_(*parent.add_subcommand(name, what)), options_(std::make_shared<Options>()) {
    app_.footer("Example:\n  " + example);
    app_.callback(
        [options = options_, &chosen, run] { chosen = [options, run] { return run(*options); }; });
  }

  CLI::App& app() { return app_; }
  Options& options() { return *options_; }

  Leaf& positional(const std::string& name, std::string& target, const std::string& what) {
    app_.add_option(name, target, what)->required()->type_name("")->check(not_empty());
    return *this;
  }

  Leaf& option(const std::string& name, std::string& target, const std::string& what) {
    app_.add_option(name, target, what);
    return *this;
  }

 private:
  CLI::App& app_;
  std::shared_ptr<Options> options_;
};

/// An option whose value, a `type`, must not be empty.
template <class Value>
CLI::Option* add_text(CLI::App& app, const std::string& name, Value& target,
                      const std::string& type, const std::string& what) {
  return app.add_option(name, target, what)->type_name(type)->check(not_empty());
}

/// The same, repeatable: one value each time.
CLI::Option* add_texts(CLI::App& app, const std::string& name, std::vector<std::string>& target,
                       const std::string& type, const std::string& what);

void add_json(CLI::App& app, bool& json);

/// A limit in queries a second; 0 is none.
void add_rate(CLI::App& app, const std::string& name, double& rate, const std::string& what);

/// `--config`, or MANDATE_CONFIG. `what` it is wanted for.
CLI::Option* add_config(CLI::App& app, std::string& config,
                        const std::string& what = "The configuration file");

/// `--resolver`, `--zone` and `--timeout`.
void add_dns(CLI::App& app, DnsOptions& dns);

/// The same, `@SERVER` and `--json`, of a command whose subject has options of its own.
void add_server(CLI::App& app, InquiryOptions& asked);

}  // namespace mandate::app
