#include "app/reloadable_zones.h"

#include <utility>

#include "app/zones.h"

namespace mandate::app {

Attempt<std::unique_ptr<ReloadableZones>> ReloadableZones::open(
    const std::vector<std::string>& files) {
  std::unique_ptr<ReloadableZones> zones(new ReloadableZones);
  if (auto loaded = zones->reload(files); !loaded) {
    return std::unexpected(std::move(loaded.error()));
  }
  return zones;
}

std::vector<dns::Fact> ReloadableZones::ask(std::span<const dns::Question> questions,
                                            resolver::Deadline deadline) {
  return zones()->ask(questions, deadline);
}

Attempt<void> ReloadableZones::reload(const std::vector<std::string>& files) {
  auto data = read_zones(files);
  if (!data) return std::unexpected(std::move(data.error()));
  auto fresh = std::make_shared<resolver::ZoneLookup>(std::move(*data));
  const std::lock_guard lock(mutex_);
  zones_ = std::move(fresh);
  return {};
}

std::shared_ptr<resolver::Lookup> ReloadableZones::zones() {
  const std::lock_guard lock(mutex_);
  return zones_;
}

}  // namespace mandate::app
