#include "app/commands/scan.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <iterator>
#include <memory>
#include <mutex>
#include <optional>
#include <tuple>
#include <utility>
#include <vector>

#include "app/bulk_source.h"
#include "app/commands/inquiry.h"
#include "app/commands/line_answers.h"
#include "app/commands/scan_errand.h"
#include "app/commands/scan_input.h"
#include "app/commands/scan_output.h"
#include "app/exit_code.h"
#include "app/terminal.h"
#include "dns/trimmed.h"
#include "resolver/bulk.h"

namespace mandate::app {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kMostBatch = 64;
constexpr std::size_t kMostWindow = 65'536;

/// A scan as it is to be run.
struct Scan {
  ScanWork work;
  std::vector<std::string> files;
  DnsOptions dns;
  resolver::BulkOptions bulk;
  ScanOutputOptions output;
  bool json = false;
};

constexpr std::array<std::pair<std::string_view, ScanTask>, 3> kTasks{
    {{"check", ScanTask::check}, {"lint", ScanTask::lint}, {"plan", ScanTask::plan}}};

std::string_view name_of(ScanTask task) {
  return kTasks[static_cast<std::size_t>(task)].first;
}

/// The words but the server; the first may be the task.
ScanTask take_task(std::vector<std::string>& words) {
  if (words.empty()) return ScanTask::check;
  const auto* const task =
      std::ranges::find(kTasks, words.front(), &std::pair<std::string_view, ScanTask>::first);
  if (task == kTasks.end()) return ScanTask::check;
  words.erase(words.begin());
  return task->second;
}

Attempt<void> check_limits(const ScanOptions& options) {
  if (options.window == 0 || options.window > kMostWindow) {
    return fail(exit_code::usage,
                fmt::format("scan: --window is out of range: 1 to {}", kMostWindow));
  }
  if (options.threads > 64) {
    return fail(exit_code::usage, "scan: --threads is out of range: 1 to 64, 0 for one a core");
  }
  return {};
}

/// An option of another task would do nothing, and somebody thinks that it does.
Attempt<void> check_task(const ScanOptions& options, ScanTask task) {
  const struct {
    std::string_view option;
    bool is_given;
    ScanTask task;
  } table[] = {{"--ip", !options.ip.empty(), ScanTask::check},
               {"--fail-on", !options.fail_on.empty(), ScanTask::lint},
               {"--include", !options.plan.include.empty(), ScanTask::plan},
               {"--shared", !options.plan.shared.empty(), ScanTask::plan},
               {"--pool", !options.plan.pool.empty(), ScanTask::plan}};
  for (const auto& row : table) {
    if (!row.is_given || row.task == task) continue;
    return fail(exit_code::usage, fmt::format("scan: {} is of `scan {}`, and this is `scan {}`",
                                              row.option, name_of(row.task), name_of(task)));
  }
  return {};
}

/// What is done with a line.
Attempt<ScanWork> work_of(const ScanOptions& options, ScanTask task) {
  ScanWork work{.task = task, .ip = options.ip};
  if (options.format == "csv") {
    work.format = ScanFormat::csv;
  } else if (options.format != "jsonl") {
    return fail(exit_code::usage, "scan: --format is jsonl or csv");
  }
  if (auto fits = check_task(options, task); !fits) return std::unexpected(fits.error());
  const auto fail_on = advice::parse_severity(options.fail_on.empty() ? "error" : options.fail_on);
  if (!fail_on) {
    return fail(exit_code::usage, "scan: --fail-on is one of info, warning, silent and error");
  }
  work.fail_on = *fail_on;
  if (!options.ip.empty() && !dns::IpAddress::parse(options.ip)) {
    return fail(exit_code::usage, fmt::format("scan: --ip: \"{}\" is not an IP address; write one "
                                              "as 192.0.2.1 or 2001:db8::1",
                                              escaped(options.ip)));
  }
  if (task != ScanTask::plan) return work;
  auto provider = provider_of(options.plan);
  if (!provider) return std::unexpected(std::move(provider.error()));
  work.provider = std::move(*provider);
  return work;
}

/// Tells one scan from another, so that a state is not taken for what it is not of.
std::string described(const Scan& scan, const ScanOptions& options) {
  std::string out{name_of(scan.work.task)};
  out += " --format " + options.format + (options.unordered ? " --unordered" : "");
  if (!options.ip.empty()) out += " --ip " + options.ip;
  if (scan.work.task == ScanTask::plan)
    out += " --include " + scan.work.provider.include_name.text();
  for (const std::string& file : scan.files) out += " " + file;
  return out;
}

Attempt<Scan> scan_of(const ScanOptions& options) {
  InquiryOptions asked = options.plan.asked;
  std::vector<std::string> words;
  std::ranges::copy_if(asked.words, std::back_inserter(words),
                       [](const std::string& word) { return !word.starts_with('@'); });
  std::erase_if(asked.words, [](const std::string& word) { return !word.starts_with('@'); });
  const ScanTask task = take_task(words);
  const auto inquiry = read_inquiry(asked, {"scan", 0, "", "mandate scan check domains.txt"});
  if (!inquiry) return std::unexpected(inquiry.error());
  if (auto limits = check_limits(options); !limits) return std::unexpected(limits.error());
  auto work = work_of(options, task);
  if (!work) return std::unexpected(std::move(work.error()));
  if (words.empty()) words.emplace_back("-");
  auto dns = work->task == ScanTask::plan ? dns_of(options.plan, inquiry->dns) : inquiry->dns;
  if (!dns) return std::unexpected(std::move(dns.error()));
  work->is_in_memory = !dns->zones.empty();
  Scan scan{.work = std::move(*work), .files = std::move(words), .dns = std::move(*dns)};
  scan.json = asked.json;
  scan.bulk = {.threads = options.threads == 0 ? usual_threads() : options.threads,
               .window = options.window,
               .timeout = inquiry->timeout,
               .per_second = options.rate,
               .per_second_to_one = options.server_rate};
  scan.output.ordered = !options.unordered;
  scan.output.state_file = options.resume;
  scan.output.scan = described(scan, options);
  return scan;
}

/// Errands that are over, on their way back to the thread that makes them: no more than are under
/// way at once. Thread-safe.
class SpentErrands {
 public:
  void give(resolver::Errands errands) {
    const std::scoped_lock lock(mutex_);
    std::ranges::move(errands, std::back_inserter(errands_));
  }
  resolver::Errands take() {
    const std::scoped_lock lock(mutex_);
    return std::exchange(errands_, {});
  }

 private:
  std::mutex mutex_;
  resolver::Errands errands_;
};

/// Reads lines, sends them their way in batches, and takes the answers.
class Run {
 public:
  Run(const Scan& scan, ScanInput& input, const ScanState& before, ScanOutput& output)
      : scan_(scan),
        input_(input),
        before_(before),
        output_(output),
        batch_(std::clamp<std::size_t>(scan.bulk.window / scan.bulk.threads, 1, kMostBatch)) {}

  Attempt<void> run(const Interruption& interruption) {
    auto bulk = source_.open(scan_.dns, scan_.bulk,
                             [this](resolver::Errands errands) { take(std::move(errands)); });
    if (!bulk) return std::unexpected(std::move(bulk.error()));
    const InterruptionWatch watch(interruption, [&] {
      output_.cut_short();
      (*bulk)->cut_short();
    });
    Attempt<void> outcome = read_all(**bulk);
    send(**bulk);
    (*bulk)->finish();
    return outcome;
  }

 private:
  Attempt<void> read_all(resolver::Bulk& bulk) {
    for (;;) {
      const auto line = input_.next();
      if (!line) return std::unexpected(line.error());
      if (!*line) return {};
      take_up(**line);
      const bool waits = !input_.has_line();
      if (errands_.size() + answers_.size() < batch_ && !waits) continue;
      send(bulk);
      if (!output_.wait_for_room(input_.number())) return {};  // which `close` tells
    }
  }

  void take_up(const LineReader::Line& line) {
    const std::uint64_t number = input_.number();
    const bool is_empty = dns::trimmed(line.text).empty() && !line.too_long;
    if (is_empty || before_.ahead.contains(number)) {
      answers_.push_back({.line = number, .octets = line.text.size() + 1, .is_empty = true});
      return;
    }
    auto errand = line.too_long ? std::unexpected(line_too_long())
                                : scan_errand(scan_.work, line.text, number, take_spent());
    if (errand) {
      errands_.push_back(std::move(*errand));
    } else {
      const auto subject = line.too_long ? std::nullopt : std::optional(std::string(line.text));
      answers_.push_back(scan_error(scan_.work, errand.error(), number, subject));
    }
  }

  void send(resolver::Bulk& bulk) {
    if (!answers_.empty()) std::ignore = output_.put(std::exchange(answers_, {}));
    if (!errands_.empty()) bulk.add(std::exchange(errands_, {}));
  }

  /// On a worker's thread.
  void take(resolver::Errands errands) {
    std::vector<ScanAnswer> answers;
    answers.reserve(errands.size());
    for (const auto& errand : errands) {
      answers.push_back(std::move(static_cast<ScanErrand&>(*errand).answer));  // all are
    }
    std::vector<ScanAnswer> written = output_.put(std::move(answers));
    for (std::size_t i = 0; i < written.size(); ++i) {
      static_cast<ScanErrand&>(*errands[i]).answer = std::move(written[i]);  // all are
    }
    if (scan_.work.task == ScanTask::check) spent_.give(std::move(errands));
  }

  /// An errand that is over, or null.
  std::unique_ptr<ScanErrand> take_spent() {
    if (reused_.empty()) reused_ = spent_.take();
    if (reused_.empty()) return nullptr;
    auto* const errand = static_cast<ScanErrand*>(reused_.back().release());  // all are
    reused_.pop_back();
    return std::unique_ptr<ScanErrand>(errand);
  }

  const Scan& scan_;
  ScanInput& input_;
  const ScanState& before_;
  ScanOutput& output_;
  const std::size_t batch_;  // lines that go their way together: no more than a thread begins
  BulkSource source_;
  resolver::Errands errands_;
  std::vector<ScanAnswer> answers_;
  resolver::Errands reused_;
  SpentErrands spent_;
};

/// Reads past the lines that an earlier run has answered.
Attempt<void> read_past(const Scan& scan, std::uint64_t lines, ScanInput& input,
                        const Interruption& interruption) {
  while (input.number() < lines) {
    const auto line = input.next();
    if (!line) return std::unexpected(line.error());
    if (*line) continue;
    if (interruption.has_come()) return {};
    return fail(exit_code::usage,
                fmt::format("scan: the input has {} lines, where {} of it are answered already: "
                            "give all of it again, or begin anew without {}",
                            input.number(), lines, scan.output.state_file));
  }
  return {};
}

/// Where an earlier run ended; its lines are read past, and stdout is cut back to what it wrote.
Attempt<ScanState> take_up_state(const Scan& scan, ScanInput& input,
                                 const Interruption& interruption) {
  const std::string& path = scan.output.state_file;
  if (path.empty()) return ScanState{};
  auto found = load_state(path);
  if (!found) return std::unexpected(std::move(found.error()));
  ScanState state = std::move(*found).value_or(ScanState{.scan = scan.output.scan});
  if (state.scan != scan.output.scan) {
    return fail(exit_code::usage,
                fmt::format("{} is of another scan, `{}`: give --resume a file of its own", path,
                            escaped(state.scan)));
  }
  if (auto past = read_past(scan, state.lines, input, interruption); !past) {
    return std::unexpected(std::move(past.error()));
  }
  if (auto cut = cut_output(state); !cut) return std::unexpected(std::move(cut.error()));
  state.output = place_of_output();
  // One that cannot be kept is told before anything is answered.
  if (auto saved = save_state(path, state); !saved) return std::unexpected(saved.error());
  return state;
}

int run_scan(Scan& scan) {
  const auto begun = Clock::now();
  const Interruption interruption;
  ScanInput input(scan.files, interruption);
  if (auto readable = input.check(); !readable) return report(readable.error());
  const auto before = take_up_state(scan, input, interruption);
  if (!before) return report(before.error());
  scan.output.lines_before = before->lines;
  const std::uint64_t size = input.size();
  scan.output.input_octets = size - std::min(size, input.octets());
  if (!before->has_begun()) scan.output.header = scan_header(scan.work.task, scan.work.format);

  ScanOutput output(scan.output);
  const Attempt<void> read = Run(scan, input, *before, output).run(interruption);
  const Attempt<void> written = output.close();
  const ScanSummary& summary = output.summary();
  const auto elapsed = Clock::now() - begun;
  fmt::print(stderr, "{}", scan.json ? summary.json(elapsed) : summary.text(elapsed));
  if (!written) return report(written.error());
  if (!read) return report(read.error());
  return interruption.has_come() ? exit_code::interrupted : summary.exit_code();
}

}  // namespace

int scan(const ScanOptions& options) {
  auto given = scan_of(options);
  if (!given) return report(given.error());
  return run_scan(*given);
}

}  // namespace mandate::app
