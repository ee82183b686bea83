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
  static Attempt<std::unique_ptr<ReloadableZones>> open(std::vector<std::string> files);

  std::vector<dns::Fact> ask(std::span<const dns::Question> questions,
                             resolver::Deadline deadline) override;

  /// Reads all files again. On a failure the zones stay as they were.
  Attempt<void> reload();

 private:
  explicit ReloadableZones(std::vector<std::string> files) : files_(std::move(files)) {}
  std::shared_ptr<resolver::Lookup> zones();

  const std::vector<std::string> files_;
  std::mutex mutex_;
  std::shared_ptr<resolver::Lookup> zones_;  // guarded by mutex_
};

}  // namespace mandate::app
