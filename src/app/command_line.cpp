#include "app/command_line.h"

#include <fmt/core.h>
#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <boost/json/object.hpp>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "app/command_options.h"
#include "app/commands/answer.h"
#include "app/exit_code.h"
#include "app/failure.h"
#include "app/policy_commands.h"
#include "app/provider_commands.h"
#include "app/spelling.h"
#include "app/terminal.h"
#include "app/version.h"

namespace mandate::app {
namespace {

/// The deepest command that the arguments named.
const CLI::App& named(const CLI::App& root) {
  const CLI::App* app = &root;
  for (auto below = app->get_subcommands(); !below.empty(); below = app->get_subcommands()) {
    app = below.front();
  }
  return *app;
}

std::string path_of(const CLI::App& app) {
  const CLI::App* parent = app.get_parent();
  return parent == nullptr ? app.get_name() : path_of(*parent) + " " + app.get_name();
}

/// That a word names nothing below a command, and what was probably meant.
std::string unknown_text(const CLI::App& app, const std::string& word) {
  std::vector<std::string_view> commands;
  for (const CLI::App* command : app.get_subcommands({})) commands.push_back(command->get_name());
  const bool option = word.starts_with('-');
  const auto meant = option ? std::nullopt : nearest(word, commands);
  return "\"" + escaped(word) + (option ? "\" is not an option" : "\" is not a command") +
         (meant ? "; did you mean " + std::string(*meant) + "?" : "");
}

Failure usage_failure(const CLI::App& app, const std::string& what) {
  return {exit_code::usage, what + "\nrun `" + path_of(app) + " --help` for what it takes"};
}

/// That the deepest command got a word that is none below it. CLI11 only says that one is lacking
/// where it is misspelt, and with `--help` beside it nothing.
std::optional<Failure> unknown_command(const CLI::App& root) {
  const CLI::App& app = named(root);
  const std::vector<std::string> rest = app.remaining();
  if (app.get_subcommands({}).empty() || rest.empty()) return std::nullopt;
  return usage_failure(app, unknown_text(app, rest.front()));
}

/// The help of the command that the words name, each below the one before.
Attempt<std::string> help_of(const CLI::App& root, const std::vector<std::string>& words) {
  const CLI::App* app = &root;
  for (const std::string& word : words) {
    const auto below =
        app->get_subcommands([&](const CLI::App* command) { return command->get_name() == word; });
    if (below.empty()) return std::unexpected(usage_failure(*app, unknown_text(*app, word)));
    app = below.front();
  }
  return app->get_formatter()->make_help(app, path_of(*app), CLI::AppFormatMode::Normal);
}

std::string version_text() {
  return fmt::format("mandate {}", version);
}

struct VersionOptions {
  bool json = false;
};

int show_version(const VersionOptions& options) {
  if (options.json) {
    print_json(boost::json::object{{"object", "version"}, {"version", version}});
  } else {
    fmt::print("{}\n", version_text());
  }
  return exit_code::done;
}

int print(const Attempt<std::string>& text) {
  if (!text) return report(text.error());
  fmt::print("{}", *text);
  return exit_code::done;
}

void add_version(CLI::App& root, Command& chosen) {
  Leaf<VersionOptions> leaf(root, chosen, "version", "Show the version", show_version,
                            "mandate version");
  add_json(leaf.app(), leaf.options().json);
}

/// `help` and `version`, which people try as well as `--help` and `--version`.
void add_help(CLI::App& root, Command& chosen) {
  CLI::App& help = *root.add_subcommand("help", "Show what a command takes");
  const auto words = std::make_shared<std::vector<std::string>>();
  help.add_option("command", *words, "The command; else all of them")->type_name("COMMAND...");
  help.footer("Example:\n  mandate help key create");
  // The text is made here: the commands are there no longer than the arguments are read.
  help.callback(
      [&root, &chosen, words] { chosen = [text = help_of(root, *words)] { return print(text); }; });
  add_version(root, chosen);
}

/// The arguments, the last first, as CLI11 takes them. `--name=` is made two words, since CLI11
/// would take the next argument for the value that is empty.
std::vector<std::string> words_of(int argc, char** argv) {
  std::vector<std::string> words;
  bool options = true;
  for (int i = 1; i < argc; ++i) {
    std::string word = argv[i];
    options = options && word != "--";
    if (options && word.starts_with("--") && word.find('=') == word.size() - 1) {
      word.pop_back();
      words.push_back(std::move(word));
      word.clear();
    }
    words.push_back(std::move(word));
  }
  std::ranges::reverse(words);
  return words;
}

}  // namespace

std::expected<Command, int> parse_command_line(int argc, char** argv) {
  Command chosen;
  CLI::App root("Lets a provider send mail in the name of its customers' domains, proven by SPF.",
                "mandate");
  root.set_version_flag("--version", version_text());
  root.require_subcommand(1);
  root.footer("Example:\n  mandate check --ip 192.0.2.1 --mail-from news@customer.example");
  add_policy_commands(root, chosen);
  add_provider_commands(root, chosen);
  add_help(root, chosen);
  try {
    root.parse(words_of(argc, argv));
  } catch (const CLI::Success& asked) {  // --help, --version
    if (const auto unknown = unknown_command(root)) return std::unexpected(report(*unknown));
    return std::unexpected(root.exit(asked, std::cout, std::cerr));
  } catch (const CLI::ParseError& error) {
    return std::unexpected(
        report(unknown_command(root).value_or(usage_failure(named(root), error.what()))));
  }
  return chosen;
}

}  // namespace mandate::app
