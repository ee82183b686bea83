#include "app/commands/provider_simulate.h"

#include <fmt/core.h>
#include <unistd.h>

#include <memory>
#include <optional>
#include <utility>

#include "advice/provider_zone.h"
#include "app/bulk_source.h"
#include "app/commands/policy_subject.h"
#include "app/commands/scan_output.h"
#include "app/commands/sending_domains.h"
#include "app/commands/simulation_errand.h"
#include "app/config.h"
#include "app/configured_dns.h"
#include "app/configured_store.h"
#include "app/exit_code.h"
#include "app/terminal.h"
#include "mandate/spf/record.h"

namespace mandate::app {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view kCommand = "provider simulate";
constexpr std::string_view kExample =
    "mandate provider simulate --config /etc/mandate.toml --pool 198.51.100.0/24";
constexpr std::size_t kBatch = 64;  // domains that go their way together

Attempt<void> check_record(const std::string& record) {
  if (record.empty()) return {};
  if (auto subject = record_subject(kCommand, record, {}); !subject) {
    return std::unexpected(std::move(subject.error()));
  }
  const auto read = spf::parse_record(record);
  if (read) return {};
  return fail(exit_code::usage, fmt::format("{}: --record cannot be read: {}; `mandate lint` says "
                                            "more",
                                            kCommand, printable(read.error().message)));
}

Attempt<void> check_options(const ProviderSimulateOptions& options) {
  if (options.pool.empty() && options.record.empty()) {
    return fail(exit_code::usage, fmt::format("{}: what changes is missing: give --pool, --record "
                                              "or both, as in {}",
                                              kCommand, kExample));
  }
  if (options.published && (options.pool.empty() || !options.record.empty())) {
    return fail(exit_code::usage, fmt::format("{}: --published is of the records that --pool comes "
                                              "to: give it with --pool and without --record",
                                              kCommand));
  }
  return check_record(options.record);
}

/// Those that `mandate provider zone` prints for a pool.
Attempt<PublishedRecords> records_of(const registry::Provider& provider) {
  const auto zone = advice::provider_zone({provider.include_name, provider.pool, {}});
  if (!zone) return fail(exit_code::usage, fmt::format("{}: --pool: {}", kCommand, zone.error()));
  PublishedRecords out;
  for (const advice::ProviderRecord& record : zone->records) {
    if (record.purpose == advice::ProviderRecord::Purpose::part) {
      out.parts.emplace(record.name, record.value);
    } else {
      out.record = record.value;
    }
  }
  return out;
}

Attempt<SimulatedChange> change_of(const ProviderSimulateOptions& options, const Config& config) {
  if (auto sound = check_options(options); !sound) {
    return std::unexpected(std::move(sound.error()));
  }
  SimulatedChange out{config.provider, config.provider, config.ownership, std::nullopt,
                      std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())};
  if (!options.pool.empty()) out.after.pool.clear();
  for (const std::string& text : options.pool) {
    const auto prefix = prefix_argument("provider simulate: --pool", text);
    if (!prefix) return std::unexpected(prefix.error());
    out.after.pool.push_back(*prefix);
  }
  if (!options.record.empty()) out.records = PublishedRecords{options.record, {}};
  if (!options.published) return out;
  auto records = records_of(out.after);
  if (!records) return std::unexpected(std::move(records.error()));
  out.records = std::move(*records);
  return out;
}

/// What an evidence does not have.
class NotKept final : public resolver::Lookup {
 public:
  std::vector<dns::Fact> ask(std::span<const dns::Question> questions,
                             resolver::Deadline /*deadline*/) override {
    std::vector<dns::Fact> out;
    for (const dns::Question& question : questions) {
      out.push_back({.question = question, .detail = "it is not among the facts of the evidence"});
    }
    return out;
  }
};

/// Reads rows, sends them their way in batches, and takes the answers.
class Run {
 public:
  Run(const SimulationWork& work, bool evidence, store::Store& store, ScanOutput& output)
      : work_(work), evidence_(evidence), store_(store), output_(output) {}

  Attempt<void> run(const DnsOptions& dns, const resolver::BulkOptions& options) {
    auto bulk = open(dns, options);
    if (!bulk) return std::unexpected(std::move(bulk.error()));
    Attempt<void> outcome = read_all(**bulk);
    (*bulk)->add(std::exchange(errands_, {}));
    (*bulk)->finish();
    return outcome;
  }

 private:
  Attempt<std::unique_ptr<resolver::Bulk>> open(const DnsOptions& dns,
                                                const resolver::BulkOptions& options) {
    auto finished = [this](resolver::Errands errands) { take(std::move(errands)); };
    if (!evidence_) return source_.open(dns, options, std::move(finished));
    return std::make_unique<resolver::Bulk>(not_kept_, options, std::move(finished));
  }

  Attempt<void> read_all(resolver::Bulk& bulk) {
    SendingDomains domains(store_, work_.change.now);
    for (;;) {
      auto domain = domains.next();
      if (!domain) return std::unexpected(std::move(domain.error()));
      if (!*domain) return {};
      if (auto taken = take_up(std::move(**domain), domains.account()); !taken) return taken;
      if (errands_.size() < kBatch) continue;
      bulk.add(std::exchange(errands_, {}));
      if (!output_.wait_for_room(number_ + kBatch)) return {};  // which `close` tells
    }
  }

  Attempt<void> take_up(registry::SendingDomain domain, const registry::Account& account) {
    std::optional<std::string> kept;
    if (evidence_) {
      auto json = store_.evidence_json(domain.account_id, domain.evidence_id);
      if (!json) return fail(exit_code::store, json.error().message);
      kept = std::move(*json).value_or("");
    }
    errands_.push_back(
        simulation_errand(work_, {std::move(domain), account.token, ++number_, std::move(kept)}));
    return {};
  }

  /// On a worker's thread.
  void take(resolver::Errands errands) {
    std::vector<ScanAnswer> answers;
    answers.reserve(errands.size());
    for (const auto& errand : errands) {
      answers.push_back(std::move(static_cast<ScanErrand&>(*errand).answer));  // all are
    }
    output_.put(std::move(answers));
  }

  const SimulationWork& work_;
  const bool evidence_;
  store::Store& store_;
  ScanOutput& output_;
  BulkSource source_;
  NotKept not_kept_;
  resolver::Errands errands_;
  std::uint64_t number_ = 0;
};

/// For the bar, which nobody sees where stderr is no terminal.
Attempt<std::uint64_t> count_for_progress(store::Store& store, std::chrono::sys_seconds now) {
  std::uint64_t count = 0;
  if (::isatty(STDERR_FILENO) != 1) return count;
  SendingDomains domains(store, now);
  for (;;) {
    const auto domain = domains.next();
    if (!domain) return std::unexpected(domain.error());
    if (!*domain) return count;
    ++count;
  }
}

int exit_code_of(const ScanSummary& summary) {
  const bool breaks = summary.count(text(SimulatedDomain::Fate::breaks)) > 0;
  return breaks ? exit_code::refused : summary.exit_code();
}

int simulate(const SimulationWork& work, const ProviderSimulateOptions& options,
             const Inquiry& inquiry) {
  const auto begun = Clock::now();
  const auto store = open_existing_store(options.config);
  if (!store) return report(store.error());
  const auto count = count_for_progress(**store, work.change.now);
  if (!count) return report(count.error());
  ScanOutput output({.what = "simulate", .input_octets = *count});
  const Attempt<void> read = Run(work, options.evidence, **store, output)
                                 .run(inquiry.dns, {.threads = usual_threads(),
                                                    .timeout = inquiry.timeout,
                                                    .per_second = options.rate});
  const Attempt<void> written = output.close();
  const ScanSummary& summary = output.summary();
  const auto elapsed = Clock::now() - begun;
  fmt::print(stderr, "{}", work.json ? summary.json(elapsed) : summary.text(elapsed));
  if (!written) return report(written.error());
  if (!read) return report(read.error());
  return exit_code_of(summary);
}

}  // namespace

int provider_simulate(const ProviderSimulateOptions& options) {
  auto inquiry = read_inquiry(options.asked, {kCommand, 0, "", kExample});
  if (!inquiry) return report(inquiry.error());
  const auto config = load_config(options.config);
  if (!config) return report(config.error());
  auto change = change_of(options, *config);
  if (!change) return report(change.error());
  inquiry->dns = configured_dns(*config, inquiry->dns);
  return simulate({std::move(*change), options.asked.json}, options, *inquiry);
}

}  // namespace mandate::app
