#include "app/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <utility>

#include "app/config_schema.h"
#include "app/exit_code.h"
#include "app/input_file.h"
#include "app/spelling.h"
#include "app/terminal.h"

#define TOML_EXCEPTIONS 0
#include <toml++/toml.h>

namespace mandate::app {
namespace {

constexpr std::size_t file_limit = std::size_t{1} << 20;

std::string dotted(std::string_view section, std::string_view name) {
  return fmt::format("{}.{}", section, name);
}

/// Reads one parsed file against the schema and gathers every error.
class Reader {
 public:
  explicit Reader(const std::string& file)
      : file_(file), folder_(std::filesystem::path(file).parent_path()) {}

  void read(const toml::table& root) {
    for (const auto& [key, node] : root) read_section(key, node);
    for (const ConfigKey& key : config_schema()) {
      if (key.required && !lines_.contains(dotted(key.section, key.name)) &&
          !broken_.contains(key.section)) {
        missing(key, root);
      }
    }
    check_together();
  }

  std::expected<Config, std::vector<ConfigError>> take() && {
    if (errors_.empty()) return std::move(config_);
    std::ranges::stable_sort(errors_, {}, &ConfigError::line);
    return std::unexpected(std::move(errors_));
  }

 private:
  void error(std::size_t line, std::string key, std::string message) {
    errors_.push_back({file_, line, std::move(key), std::move(message)});
  }

  void read_section(const toml::key& name, const toml::node& node) {
    const std::size_t line = name.source().begin.line;
    const auto known = [&name](const ConfigKey& key) { return key.section == name.str(); };
    if (!std::ranges::any_of(config_schema(), known)) {
      unknown_section(name.str(), line, node.is_table());
      return;
    }
    const toml::table* table = node.as_table();
    if (table == nullptr) {
      broken_.insert(std::string(name.str()));
      error(line, std::string(name.str()),
            fmt::format("is not a section; write [{}] on a line of "
                        "its own and its keys below",
                        name.str()));
      return;
    }
    for (const auto& [key, value] : *table) read_key(name.str(), key, value);
  }

  void unknown_section(std::string_view name, std::size_t line, bool is_table) {
    if (!is_table) {
      // A key above the first section: the section in which it is known is the mend.
      for (const ConfigKey& key : config_schema()) {
        if (key.name != name) continue;
        error(line, escaped(name),
              fmt::format("stands in no section; move it below [{}]", key.section));
        return;
      }
    }
    std::vector<std::string_view> sections;
    for (const ConfigKey& key : config_schema()) {
      if (sections.empty() || sections.back() != key.section) sections.push_back(key.section);
    }
    const auto meant = nearest(name, sections);
    error(line, escaped(name),
          meant ? fmt::format("is not a known section; did you mean [{}]?", *meant)
                : fmt::format("is not a known section; known are {}", joined(sections)));
  }

  void unknown_key(std::string_view section, std::string_view name, std::size_t line) {
    std::vector<std::string_view> here;
    std::vector<std::string_view> all;
    for (const ConfigKey& key : config_schema()) {
      if (key.section == section) here.push_back(key.name);
      all.push_back(key.name);
    }
    std::string mend = fmt::format("known in [{}] are {}", section, joined(here));
    if (const auto meant = nearest(name, here)) {
      mend = fmt::format("did you mean {}?", *meant);
    } else if (const auto elsewhere = nearest(name, all)) {
      const auto key = std::ranges::find(config_schema(), *elsewhere, &ConfigKey::name);
      mend = fmt::format("did you mean {} in [{}]?", key->name, key->section);
    }
    error(line, dotted(section, escaped(name)), "is not a known key; " + mend);
  }

  void read_key(std::string_view section, const toml::key& name, const toml::node& value) {
    const std::size_t line = name.source().begin.line;
    const auto key = std::ranges::find_if(config_schema(), [&](const ConfigKey& candidate) {
      return candidate.section == section && candidate.name == name.str();
    });
    if (key == config_schema().end()) {
      unknown_key(section, name.str(), line);
      return;
    }
    lines_.emplace(dotted(section, key->name), line);
    if (key->is_list()) {
      read_list(*key, value, line);
    } else if (key->shape == ConfigKey::Shape::number) {
      read_number(*key, value, line);
    } else if (key->shape == ConfigKey::Shape::flag) {
      read_flag(*key, value, line);
    } else if (const auto* text = value.as_string()) {
      set(*key, text->get(), value.source().begin.line);
    } else {
      error(line, dotted(section, key->name),
            fmt::format("is not a string; write {} = {}", key->name, key->example));
    }
  }

  void read_number(const ConfigKey& key, const toml::node& value, std::size_t line) {
    if (const auto* number = value.as_integer()) {
      set(key, std::to_string(number->get()), line);
    } else {
      error(line, dotted(key.section, key.name),
            fmt::format("is not a whole number; write {} = {}", key.name, key.example));
    }
  }

  void read_flag(const ConfigKey& key, const toml::node& value, std::size_t line) {
    if (const auto* flag = value.as_boolean()) {
      set(key, flag->get() ? "true" : "false", line);
    } else {
      error(line, dotted(key.section, key.name),
            fmt::format("is not true or false; write {} = {}", key.name, key.example));
    }
  }

  void read_list(const ConfigKey& key, const toml::node& value, std::size_t line) {
    const std::string mend = fmt::format("write {} = {}", key.name, key.example);
    const toml::array* items = value.as_array();
    if (items == nullptr) {
      error(line, dotted(key.section, key.name), "is not a list of strings; " + mend);
      return;
    }
    if (items->empty() && key.required) {
      error(line, dotted(key.section, key.name), "is empty, and needs at least one item; " + mend);
    }
    for (const toml::node& item : *items) {
      const std::size_t item_line = item.source().begin.line;
      if (const auto* text = item.as_string()) {
        set(key, text->get(), item_line);
      } else {
        error(item_line, dotted(key.section, key.name),
              "has an item that is not a string; " + mend);
      }
    }
  }

  void set(const ConfigKey& key, std::string value, std::size_t line) {
    const std::string mend = fmt::format("; write {} = {}", key.name, key.example);
    if (key.is_path()) {
      if (value.find('\0') != std::string::npos ||
          (value.empty() && (key.required || key.is_list()))) {
        error(line, dotted(key.section, key.name), "is not a path" + mend);
        return;
      }
      if (!value.empty()) value = (folder_ / value).lexically_normal().string();
    }
    if (auto done = key.set(config_, value); !done) {
      error(line, dotted(key.section, key.name), done.error() + mend);
    }
  }

  void missing(const ConfigKey& key, const toml::table& root) {
    const toml::node* section = root.get(key.section);
    const std::size_t line = section == nullptr ? 1 : section->source().begin.line;
    error(line, dotted(key.section, key.name),
          fmt::format("is missing; write {} = {} below [{}]", key.name, key.example, key.section));
  }

  /// What keys say to each other.
  void check_together() {
    if (config_.resolver && !config_.zones.empty()) {
      error(
          lines_.at("dns.zones"), "dns.zones",
          "stands beside dns.resolver, and zone files are the whole DNS; take one of the two out");
    }
    if (config_.relay.user.empty() != config_.relay.password.empty()) {
      const std::string has = config_.relay.user.empty() ? "relay.password" : "relay.user";
      const std::string lacks = config_.relay.user.empty() ? "relay.user" : "relay.password";
      error(lines_.at(has), has, fmt::format("stands without {}; write both or neither", lacks));
    }
    if (config_.relay.helo.empty() && !config_.provider.helo_names.empty()) {
      config_.relay.helo = config_.provider.helo_names.front();
    }
  }

  static std::string joined(const std::vector<std::string_view>& words) {
    std::string all;
    for (const std::string_view word : words)
      all += fmt::format("{}{}", all.empty() ? "" : ", ", word);
    return all;
  }

  const std::string& file_;
  std::filesystem::path folder_;
  Config config_;
  std::map<std::string, std::size_t> lines_;   // of the keys that the file has
  std::set<std::string, std::less<>> broken_;  // sections that are none
  std::vector<ConfigError> errors_;
};

}  // namespace

std::string ConfigError::text() const {
  return key.empty() ? fmt::format("{}:{}: {}", file, line, message)
                     : fmt::format("{}:{}: {}: {}", file, line, key, message);
}

std::expected<Config, std::vector<ConfigError>> parse_config(std::string_view text,
                                                             const std::string& file) {
  const toml::parse_result parsed = toml::parse(text);
  if (!parsed) {
    const std::size_t line = std::max<std::size_t>(1, parsed.error().source().begin.line);
    return std::unexpected(std::vector<ConfigError>{
        {file, line, "", fmt::format("is not TOML: {}", parsed.error().description())}});
  }
  Reader reader(file);
  reader.read(parsed.table());
  return std::move(reader).take();
}

Attempt<Config> load_config(const std::string& path) {
  const auto contents = read_input_file(path, file_limit);
  if (!contents) {
    return fail(exit_code::config,
                contents.error() + "; name the configuration by --config FILE or MANDATE_CONFIG");
  }
  auto config = parse_config(*contents, path);
  if (config) return std::move(*config);
  std::string message;
  for (const ConfigError& error : config.error()) {
    message += fmt::format("{}{}", message.empty() ? "" : "\n", error.text());
  }
  return fail(exit_code::config, std::move(message));
}

}  // namespace mandate::app
