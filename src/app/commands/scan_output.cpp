#include "app/commands/scan_output.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iterator>
#include <string_view>
#include <utility>

#include "app/exit_code.h"

namespace mandate::app {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kSavedEvery{1};
constexpr std::size_t kBlock = std::size_t{128} << 10;  // octets that are written at once
/// That a block is waited for: it spares the threads that wake each other for every few answers.
constexpr std::chrono::milliseconds kBlockWait{5};

// Answers that wait to be used again; those that are larger than a check's are not worth it.
constexpr std::size_t kMostSpent = 1024;
constexpr std::size_t kUsualText = 4096;

Attempt<void> write_out(std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(STDOUT_FILENO, text.data(), text.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      return fail(exit_code::output, fmt::format("cannot write: {}", std::strerror(errno)));
    }
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return {};
}

}  // namespace

ScanOutput::ScanOutput(ScanOutputOptions options)
    : options_(std::move(options)),
      progress_(options_.what, options_.input_octets),
      saved_at_(Clock::now()),
      done_(options_.lines_before),
      outcome_(write_out(options_.header)),
      thread_([this] { run(); }) {}

ScanOutput::~ScanOutput() {
  if (thread_.joinable()) std::ignore = close();
}

bool ScanOutput::wait_for_room(std::uint64_t line) {
  std::unique_lock lock(mutex_);
  has_room_.wait(lock, [&] {
    return !outcome_ || is_cut_short_ ||
           (line <= done_ + options_.most_lines && octets_ <= options_.most_octets);
  });
  return outcome_.has_value() && !is_cut_short_;
}

void ScanOutput::cut_short() {
  const std::scoped_lock lock(mutex_);
  is_cut_short_ = true;
  has_room_.notify_all();
}

std::vector<ScanAnswer> ScanOutput::put(std::vector<ScanAnswer> answers) {
  const std::size_t count = answers.size();
  std::unique_lock lock(mutex_);
  const bool had_ready = !ready_.empty();
  for (ScanAnswer& answer : answers) {
    octets_ += answer.text.capacity();
    place(std::move(answer));
  }
  advance();
  const bool is_wanted = (!had_ready && !ready_.empty()) || ready_octets_ >= kBlock;
  const auto given = spent_.end() - static_cast<std::ptrdiff_t>(std::min(count, spent_.size()));
  answers.assign(std::make_move_iterator(given), std::make_move_iterator(spent_.end()));
  spent_.erase(given, spent_.end());
  lock.unlock();
  if (is_wanted) wanted_.notify_one();  // who would wait for the lock
  return answers;
}

void ScanOutput::place(ScanAnswer answer) {
  const std::size_t at = answer.line - done_ - 1;
  if (slots_.size() <= at) slots_.resize(at + 1);
  slots_[at].is_put = true;
  if (options_.ordered) {
    slots_[at].answer = std::move(answer);
  } else {
    make_ready(std::move(answer));
  }
}

void ScanOutput::make_ready(ScanAnswer answer) {
  ready_octets_ += answer.text.size();
  ready_.push_back(std::move(answer));
}

void ScanOutput::advance() {
  while (!slots_.empty() && slots_.front().is_put) {
    if (options_.ordered) make_ready(std::move(slots_.front().answer));
    slots_.pop_front();
    ++done_;
  }
}

Attempt<void> ScanOutput::close() {
  {
    const std::scoped_lock lock(mutex_);
    closed_ = true;
    wanted_.notify_one();
  }
  thread_.join();
  progress_.clear();
  return outcome_;
}

void ScanOutput::run() {
  std::vector<ScanAnswer> answers;
  std::unique_lock lock(mutex_);
  for (;;) {
    wanted_.wait(lock, [&] { return closed_ || !ready_.empty(); });
    wanted_.wait_for(lock, kBlockWait, [&] { return closed_ || ready_octets_ >= kBlock; });
    answers.clear();
    answers.swap(ready_);
    ready_octets_ = 0;
    const bool last = closed_;
    const bool saves = !options_.state_file.empty() && outcome_ &&
                       (last || Clock::now() - saved_at_ >= kSavedEvery);
    ScanState now;
    if (saves) now = state();
    Attempt<void> outcome = outcome_;
    lock.unlock();
    if (outcome) outcome = write(answers);
    // Before the first answer the state of the beginning holds, which knows of no header either.
    if (outcome && saves && now.has_begun()) outcome = save(now);
    lock.lock();
    outcome_ = std::move(outcome);
    for (ScanAnswer& answer : answers) {
      octets_ -= answer.text.capacity();
      if (spent_.size() < kMostSpent && answer.text.capacity() <= kUsualText) {
        spent_.push_back(std::move(answer));
      }
    }
    has_room_.notify_all();
    if (last) return;
  }
}

Attempt<void> ScanOutput::write(const std::vector<ScanAnswer>& answers) {
  text_.clear();
  for (const ScanAnswer& answer : answers) {
    text_ += answer.text;
    if (text_.size() < kBlock && &answer != &answers.back()) continue;
    if (auto written = write_out(text_); !written) return written;
    text_.clear();
  }
  for (const ScanAnswer& answer : answers) {
    summary_.add(answer);
    progress_.advance(answer.octets);
  }
  return {};
}

/// What is taken out of `ready_` at the same time is written before this is saved.
ScanState ScanOutput::state() const {
  ScanState state{.scan = options_.scan, .lines = done_};
  if (options_.ordered) return state;
  for (std::size_t i = 0; i < slots_.size(); ++i) {
    if (slots_[i].is_put) state.ahead.insert(done_ + i + 1);
  }
  return state;
}

Attempt<void> ScanOutput::save(const ScanState& state) {
  ScanState placed = state;
  placed.output = place_of_output();
  // The state must not know of lines that a loss of power takes away.
  if (placed.output && ::fdatasync(STDOUT_FILENO) != 0) {
    return fail(exit_code::output, fmt::format("cannot write: {}", std::strerror(errno)));
  }
  saved_at_ = Clock::now();
  return save_state(options_.state_file, placed);
}

}  // namespace mandate::app
