#include "app/command_line.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <iostream>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

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

/// What is wrong with the call, and where help is. CLI11 only says that a command is lacking when
/// one is misspelt.
std::string usage_text(const CLI::App& root, const CLI::ParseError& error) {
  const CLI::App& app = named(root);
  std::vector<std::string_view> commands;
  for (const CLI::App* command : app.get_subcommands({})) commands.push_back(command->get_name());
  const std::vector<std::string> rest = app.remaining();
  std::string text = error.what();
  if (!commands.empty() && !rest.empty()) {
    const bool option = rest.front().starts_with('-');
    const auto meant = option ? std::nullopt : nearest(rest.front(), commands);
    text = "\"" + escaped(rest.front()) + (option ? "\" is not an option" : "\" is not a command") +
           (meant ? "; did you mean " + std::string(*meant) + "?" : "");
  }
  return text + "\nrun `" + path_of(app) + " --help` for what it takes";
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
  root.set_version_flag("--version", std::string("mandate ") + version);
  root.require_subcommand(1);
  root.footer("Example:\n  mandate check --ip 192.0.2.1 --mail-from news@customer.example");
  add_policy_commands(root, chosen);
  add_provider_commands(root, chosen);
  try {
    root.parse(words_of(argc, argv));
  } catch (const CLI::Success& asked) {  // --help, --version
    return std::unexpected(root.exit(asked, std::cout, std::cerr));
  } catch (const CLI::ParseError& error) {
    return std::unexpected(report({exit_code::usage, usage_text(root, error)}));
  }
  return chosen;
}

}  // namespace mandate::app
