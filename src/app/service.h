// A running `mandate serve`: every part, wired.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/config.h"
#include "app/failure.h"
#include "app/log.h"

namespace mandate::app {

/// Store, DNS, verification, watch, relay, outbox, API and HTTP server, made in that order and
/// ended in the other. Its functions are called from one thread.
class Service {
 public:
  /// Opens everything and listens. The failure names what could not be had, and the mend.
  static Attempt<std::unique_ptr<Service>> start(Config config,
                                                 std::shared_ptr<spdlog::logger> log);

  /// Takes no more requests, ends those under way, the checks and the hand-over of the outbox.
  ~Service();

  /// Reads the zone files that the configuration names now, and logs how that went. Whether there
  /// are any, in the place of a resolver, was settled when it started.
  void reload(const std::vector<std::string>& zone_files);

  /// `http://ADDRESS:PORT`, with the port that was really taken.
  std::string url() const;

 private:
  struct Parts;
  explicit Service(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace mandate::app
