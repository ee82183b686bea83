// Zone files that can be read again while the program answers from them.
#pragma once

#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "app/failure.h"
#include "resolver/lookup.h"

namespace mandate::app {

/// Thread-safe: a lookup under way ends with the zones that it began with.
class ReloadableZones final : public resolver::Lookup {
 public:
  static Attempt<std::unique_ptr<ReloadableZones>> open(const std::vector<std::string>& files);

  std::vector<dns::Fact> ask(std::span<const dns::Question> questions,
                             resolver::Deadline deadline) override;

  /// Reads these files, the same again or others. On a failure the zones stay as they were.
  Attempt<void> reload(const std::vector<std::string>& files);

 private:
  ReloadableZones() = default;
  std::shared_ptr<resolver::Lookup> zones();

  std::mutex mutex_;
  std::shared_ptr<resolver::Lookup> zones_;  // guarded by mutex_
};

}  // namespace mandate::app
