#include "app/service.h"

#include <chrono>
#include <functional>
#include <optional>
#include <utility>

#include "app/dns_source.h"
#include "app/exit_code.h"
#include "app/identifier.h"
#include "app/reloadable_zones.h"
#include "app/root_servers.h"
#include "app/version.h"
#include "mail/outbox.h"
#include "store/sqlite_store.h"
#include "verification/breaker.h"
#include "verification/probe.h"
#include "verification/watch.h"
#include "web/api.h"
#include "web/http_server.h"

namespace mandate::app {
namespace {

std::chrono::sys_seconds now() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

}  // namespace

/// In the order of construction, so that each part outlives those that stand on it.
struct Service::Parts {
  Parts(Config given, std::shared_ptr<spdlog::logger> logger)
      : config(std::move(given)), log(std::move(logger)) {}

  Attempt<void> open_lookup();
  Attempt<void> open_authority();
  void warn() const;
  void wire();
  /// Logs the faults of a part that works by itself.
  std::function<void(const std::string&)> reporter(std::string part) const;
  void log_transition(const registry::SendingDomain& before,
                      const verification::Checked& checked) const;
  Attempt<void> listen();

  const Config config;
  std::shared_ptr<spdlog::logger> log;
  std::unique_ptr<store::Store> store;
  std::unique_ptr<resolver::Lookup> lookup;
  ReloadableZones* zones = nullptr;                     // the lookup, when it is zone files
  std::optional<resolver::AuthorityOptions> authority;  // unless the lookup's word is to suffice
  std::unique_ptr<verification::Breaker> breaker;
  std::unique_ptr<verification::Probe> probe;
  std::unique_ptr<verification::Watch> watch;
  std::unique_ptr<mail::Relay> relay;
  std::unique_ptr<mail::Outbox> outbox;
  std::unique_ptr<web::Api> api;
  std::unique_ptr<web::HttpServer> server;
};

Attempt<void> Service::Parts::open_lookup() {
  if (config.zones.empty()) {
    lookup = open_resolver(config.resolver);
    return {};
  }
  auto opened = ReloadableZones::open(config.zones);
  if (!opened) return std::unexpected(std::move(opened.error()));
  zones = opened->get();
  lookup = std::move(*opened);
  return {};
}

std::function<void(const std::string&)> Service::Parts::reporter(std::string part) const {
  return [logger = log, part = std::move(part)](const std::string& fault) {
    logger->error(event(fault, {{"room", part}}));
  };
}

void Service::Parts::log_transition(const registry::SendingDomain& before,
                                    const verification::Checked& checked) const {
  if (checked.domain.status == before.status) return;
  log->info(event("domain moved", {{"account", before.account_id},
                                   {"domain", before.domain.text()},
                                   {"from", std::string(registry::text(before.status))},
                                   {"status", std::string(registry::text(checked.domain.status))},
                                   {"reason_code", checked.domain.reason_code},
                                   {"evidence", checked.evidence.id}}));
}

Attempt<void> Service::Parts::open_authority() {
  if (!config.authoritative || !config.zones.empty()) return {};
  auto root = root_servers(config.root_hints);
  if (!root) return std::unexpected(std::move(root.error()));
  authority = resolver::AuthorityOptions{.root = std::move(*root), .port = config.authority_port};
  return {};
}

void Service::Parts::warn() const {
  if (config.ownership.required) return;
  log->warn(
      event("ownership is off: every account may send as any domain that includes the "
            "provider; set verification.ownership = \"required\" to have it proven whose a "
            "domain is",
            {{"event", "ownership_off"}}));
}

void Service::Parts::wire() {
  breaker = std::make_unique<verification::Breaker>(
      config.provider, *lookup, *store, now, config.breaker, config.dns_timeout,
      [this](const std::string& news) { log->warn(event(news, {{"room", "verification"}})); });
  probe = std::make_unique<verification::Probe>(
      config.provider, *lookup, *store, now, new_id, config.patience,
      verification::CheckOptions{.timeout = config.dns_timeout,
                                 .ownership = config.ownership,
                                 .authority = authority,
                                 .lot = new_lot},
      breaker.get());
  watch = std::make_unique<verification::Watch>(
      *store, *probe, now,
      verification::WatchOptions{
          .workers = config.workers,
          .on_checked = [this](const auto& before,
                               const auto& checked) { log_transition(before, checked); },
          .report = reporter("watch")});
  relay = mail::make_smtp_relay(config.relay);
  outbox =
      std::make_unique<mail::Outbox>(*store, *relay, now, config.expire_after, reporter("outbox"));
  api = std::make_unique<web::Api>(web::Services{.provider = config.provider,
                                                 .ownership = config.ownership,
                                                 .store = *store,
                                                 .probe = *probe,
                                                 .watch = *watch,
                                                 .lookup = *lookup,
                                                 .outbox = *outbox,
                                                 .clock = now,
                                                 .new_id = new_id,
                                                 .new_token = new_token,
                                                 .log = log,
                                                 .version = version});
}

Attempt<void> Service::Parts::listen() {
  web::ServerOptions options;
  options.address = config.listen.address;
  options.port = config.listen.port;
  auto started = web::HttpServer::start(
      options, [this](const web::Request& request) { return api->handle(request); },
      [this](const std::string& message) { log->error(event(message, {})); });
  if (!started) {
    return fail(exit_code::unavailable,
                started.error() + "; choose another server.listen, or end what holds it");
  }
  server = std::move(*started);
  return {};
}

Service::Service(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

Attempt<std::unique_ptr<Service>> Service::start(Config config,
                                                 std::shared_ptr<spdlog::logger> log) {
  auto parts = std::make_unique<Parts>(std::move(config), std::move(log));
  auto store = store::open_sqlite(parts->config.store_path);
  if (!store) return fail(exit_code::store, store.error().message);
  parts->store = std::move(*store);
  if (auto opened = parts->open_lookup(); !opened) return std::unexpected(opened.error());
  if (auto opened = parts->open_authority(); !opened) return std::unexpected(opened.error());
  parts->wire();
  parts->warn();
  if (auto listening = parts->listen(); !listening) return std::unexpected(listening.error());
  parts->breaker->start();
  parts->outbox->start();
  parts->watch->start();
  return std::unique_ptr<Service>(new Service(std::move(parts)));
}

Service::~Service() {
  parts_->server.reset();
  parts_->watch->stop();
  parts_->outbox->stop();
  parts_->breaker->stop();
}

void Service::reload(const std::vector<std::string>& zone_files) {
  if (parts_->zones == nullptr) {
    parts_->log->info(event("there are no zone files to read again", {}));
  } else if (zone_files.empty()) {
    parts_->log->error(
        event("dns.zones names no files any more; the old zones stay until the next start", {}));
  } else if (const auto reloaded = parts_->zones->reload(zone_files); reloaded) {
    parts_->log->info(
        event("the zone files were read again; other settings of the configuration "
              "wait for the next start",
              {{"files", std::to_string(zone_files.size())}}));
  } else {
    parts_->log->error(event("the zone files were not read again; the old zones stay",
                             {{"error", reloaded.error().message}}));
  }
}

std::string Service::url() const {
  return "http://" + text(Endpoint{parts_->config.listen.address, parts_->server->port()});
}

}  // namespace mandate::app
