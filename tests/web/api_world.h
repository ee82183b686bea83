// A small world for the API: a provider, two accounts with keys, a DNS made of zone files, a real
// store in memory, a real probe, and a relay that remembers what it was given.
#pragma once

#include <chrono>
#include <future>
#include <memory>
#include <mutex>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "answers.h"
#include "flaky_store.h"
#include "mail/outbox.h"
#include "resolver/lookup.h"
#include "store/store.h"
#include "verification/probe.h"
#include "verification/watch.h"
#include "web/api.h"

namespace mandate::web {

/// Zone files that can be exchanged, as when a customer publishes, and a DNS that can be down.
class PublishedZones final : public resolver::Lookup {
 public:
  enum class State { up, down, throwing };
  void publish(std::string_view zone);
  void set(State state);
  std::vector<dns::Fact> ask(std::span<const dns::Question> questions,
                             resolver::Deadline deadline) override;

 private:
  std::mutex mutex_;
  State state_ = State::up;
  dns::ZoneData zones_;
};

class RecordingRelay final : public mail::Relay {
 public:
  struct Mail {
    std::string from;
    std::string to;
    std::string content;
  };
  mail::HandOver hand_over(const std::string& from, const std::string& to,
                           const std::string& content) override;
  /// Ready once there is one.
  std::future<void> first_mail() { return first_.get_future(); }
  std::vector<Mail> mails;  ///< not to be read while the outbox runs

 private:
  std::promise<void> first_;
};

class ApiWorld {
 public:
  ApiWorld();

  /// `target` with its query, as a client sends it; JSON when there is a body.
  Response call(const std::string& method, const std::string& target, const std::string& body = {},
                const std::string& key = provider_key());
  Response get(const std::string& target) { return call("GET", target); }
  Response post(const std::string& target, const std::string& body = {}) {
    return call("POST", target, body);
  }

  static const std::string& provider_key();
  static const std::string& one_key();      ///< of account `one`
  static const std::string& two_key();      ///< of account `two`
  static const std::string& revoked_key();  ///< was the provider's
  static const std::string& unknown_key();  ///< well-formed, in no store

  /// Of what the world itself sets up.
  registry::Cause cause() const { return {.actor = "person:test", .at = now}; }
  void add_account(const std::string& id, std::string_view token = {});
  /// With a return path in that mode.
  void add_domain(const std::string& account, const std::string& name, registry::Status status,
                  const std::string& return_path = {});
  std::size_t messages_of(const std::string& account);
  /// The lines logged so far.
  std::vector<std::string> log_lines() const;

  registry::Provider provider;
  std::chrono::sys_seconds now{std::chrono::sys_days{std::chrono::year{2026} / 11 / 23}};
  FlakyStore store;
  PublishedZones dns;
  RecordingRelay relay;
  int ids = 0;
  int tokens = 0;
  std::ostringstream log;
  std::unique_ptr<verification::Probe> probe;
  std::unique_ptr<verification::Watch> watch;
  std::unique_ptr<mail::Outbox> outbox;
  std::unique_ptr<Api> api;
};

inline constexpr std::string_view kProviderZone =
    "mailer.provider.example. 300 IN TXT \"v=spf1 ip4:192.0.2.0/28 ip6:2001:db8:25::/64 -all\"\n"
    "*.mailer.provider.example. 300 IN TXT \"v=spf1 ip4:192.0.2.0/28 ip6:2001:db8:25::/64 -all\"\n";
/// Of account `one`.
inline constexpr std::string_view kOneToken = "0123456789abcdef";
inline constexpr std::string_view kCustomerRecord =
    "customer.example. 300 IN TXT \"v=spf1 include:0123456789abcdef.mailer.provider.example "
    "-all\"\n";

}  // namespace mandate::web
