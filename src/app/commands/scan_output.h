// The answers of a scan on their way to stdout: in the order of the lines, or as they come.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "app/commands/scan_errand.h"
#include "app/commands/scan_state.h"
#include "app/commands/scan_summary.h"
#include "app/failure.h"
#include "app/progress.h"

namespace mandate::app {

struct ScanOutputOptions {
  std::string_view what = "scan";  ///< of the line of progress
  bool ordered = true;
  std::uint64_t lines_before = 0;  ///< that an earlier run has answered
  std::uint64_t input_octets = 0;  ///< that are left; 0 when it is not known
  std::string state_file;          ///< empty: none
  std::string scan;                ///< see `ScanState::scan`
  std::string header;              ///< written first
  // Answers that wait: for an earlier one, or for a reader of stdout that is slow.
  std::size_t most_lines = std::size_t{1} << 15;
  std::size_t most_octets = std::size_t{32} << 20;
};

/// Writes on a thread of its own, so that a reader who is slow delays no answer of the DNS. The
/// state is saved every second and at the end, once there is an answer, and says only of what is
/// written.
/// `put`, `wait_for_room` and `cut_short` may be called from any thread.
class ScanOutput {
 public:
  explicit ScanOutput(ScanOutputOptions options);
  /// Writes what it has.
  ~ScanOutput();
  ScanOutput(const ScanOutput&) = delete;
  ScanOutput& operator=(const ScanOutput&) = delete;

  /// Waits until there is room for a line with that number. False when the output has failed, or
  /// was cut short.
  bool wait_for_room(std::uint64_t line);

  /// From now on some lines may be put never: there is no waiting for room, and in order all is
  /// written up to the first of them.
  void cut_short();

  /// Each line is to be put once, behind `lines_before`. Gives back at most as many answers that
  /// are written, for the memory that they have.
  std::vector<ScanAnswer> put(std::vector<ScanAnswer> answers);

  /// Writes what it has, and saves the state. No `put` must follow.
  Attempt<void> close();

  /// Of what was written; only after `close`.
  const ScanSummary& summary() const { return summary_; }

 private:
  /// A line that is put, and not yet counted among those from the first on.
  struct Slot {
    bool is_put = false;
    ScanAnswer answer;
  };

  void run();
  void place(ScanAnswer answer);
  void make_ready(ScanAnswer answer);
  void advance();
  Attempt<void> write(const std::vector<ScanAnswer>& answers);
  Attempt<void> save(const ScanState& state);
  ScanState state() const;

  const ScanOutputOptions options_;
  Progress progress_;  // of the writing thread, as the next three
  ScanSummary summary_;
  std::chrono::steady_clock::time_point saved_at_;
  std::string text_;  // kept, so that no large block is given back and asked for all the time

  std::mutex mutex_;  // of all below
  std::condition_variable wanted_;
  std::condition_variable has_room_;
  std::uint64_t done_;      // lines from the first on that are put
  std::deque<Slot> slots_;  // of the lines behind those
  std::vector<ScanAnswer> ready_;
  std::size_t ready_octets_ = 0;   // of text, in `ready_`
  std::vector<ScanAnswer> spent_;  // written
  std::size_t octets_ = 0;         // of memory, for output that is not written
  bool closed_ = false;
  bool is_cut_short_ = false;
  Attempt<void> outcome_;
  std::thread thread_;
};

}  // namespace mandate::app
