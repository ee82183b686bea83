#include "app/commands/serve.h"

#include <fmt/core.h>
#include <pthread.h>

#include <csignal>
#include <utility>

#include "app/exit_code.h"
#include "app/service.h"

namespace mandate::app {
namespace {

/// The signals that the main thread waits for. They are blocked before any other thread exists, so
/// that none of those, which inherit the mask, is interrupted by them.
class AwaitedSignals {
 public:
  AwaitedSignals() {
    sigemptyset(&signals_);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals_, signal);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
    // A peer that went away is an error of the write, not the end of the process.
    std::signal(SIGPIPE, SIG_IGN);
  }

  int next() const {
    int signal = 0;
    while (sigwait(&signals_, &signal) != 0) {
    }
    return signal;
  }

 private:
  sigset_t signals_{};
};

/// The list of zone files may have changed as well as what is in them.
void reload(Service& service, const std::string& path, spdlog::logger& log) {
  const auto config = load_config(path);
  if (config) {
    service.reload(config->zones);
  } else {
    log.error(event("the configuration was not read again; the old zones stay",
                    {{"error", config.error().message}}));
  }
}

}  // namespace

int serve(const ServeOptions& options) {
  auto config = load_config(options.config);
  if (!config) return report(config.error());
  const AwaitedSignals signals;
  const auto log = make_logger(config->log_level, config->log_format);
  auto service = Service::start(std::move(*config), log);
  if (!service) return report(service.error());
  const std::string url = (*service)->url();
  log->info(event("listening on " + url, {{"event", "listening"}, {"address", url}}));
  int signal = signals.next();
  for (; signal == SIGHUP; signal = signals.next()) reload(**service, options.config, *log);
  log->info(event("stopping",
                  {{"event", "stopping"}, {"signal", signal == SIGINT ? "SIGINT" : "SIGTERM"}}));
  service->reset();
  log->info(event("stopped", {{"event", "stopped"}}));
  return exit_code::done;
}

}  // namespace mandate::app
