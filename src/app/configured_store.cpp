#include "app/configured_store.h"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <array>
#include <chrono>

#include "app/config.h"
#include "app/exit_code.h"
#include "app/terminal.h"
#include "store/sqlite_store.h"

namespace mandate::app {
namespace {

std::string user() {
  struct passwd entry{};
  struct passwd* found = nullptr;
  std::array<char, 4096> text{};
  const uid_t id = ::geteuid();
  const int failed = ::getpwuid_r(id, &entry, text.data(), text.size(), &found);
  if (failed != 0 || found == nullptr) return fmt::format("uid-{}", id);
  return json_text(found->pw_name);
}

Attempt<std::unique_ptr<store::Store>> open_at(const std::string& path) {
  auto opened = store::open_sqlite(path);
  if (!opened) return fail(exit_code::store, opened.error().message);
  return std::move(*opened);
}

}  // namespace

Attempt<std::unique_ptr<store::Store>> open_configured_store(const std::string& config_path) {
  const auto config = load_config(config_path);
  if (!config) return std::unexpected(config.error());
  return open_at(config->store_path);
}

Attempt<std::unique_ptr<store::Store>> open_existing_store(const std::string& config_path) {
  const auto config = load_config(config_path);
  if (!config) return std::unexpected(config.error());
  if (::access(config->store_path.c_str(), F_OK) == 0) return open_at(config->store_path);
  return fail(exit_code::store,
              fmt::format("there is no store at {}: nothing was read; check store.path in {}",
                          config->store_path, config_path));
}

registry::Cause cause_at_shell() {
  return {.actor = "person:" + user(),
          .at = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())};
}

}  // namespace mandate::app
