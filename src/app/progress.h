// How far long work has come, on a terminal and nowhere else.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mandate::app {

/// A line on stderr, written over again some times a second: a bar with percentage, rate and the
/// time that is left where the size of the input is known, else the number done and the rate. Not
/// thread-safe.
class Progress {
 public:
  /// `size` is that of the whole input, in octets or whatever `advance` counts; 0 when it is not
  /// known, as of a pipe.
  Progress(std::string_view what, std::uint64_t size);
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  /// Clears the line, so that what is written next stands alone.
  void clear();

  /// One more is done, which was so much of the input.
  void advance(std::size_t size);

 private:
  using Clock = std::chrono::steady_clock;

  std::string what_;
  std::uint64_t total_;
  std::uint64_t read_ = 0;
  std::uint64_t done_ = 0;
  bool shown_;
  Clock::time_point begun_ = Clock::now();
  Clock::time_point drawn_{};
};

/// What the line says: `lint [=====>    ]  50 %  1200 done  400/s  3 s left`. Of a total of 0 no
/// bar and no time.
std::string progress_line(std::string_view what, std::uint64_t done, std::uint64_t read,
                          std::uint64_t total, std::chrono::duration<double> elapsed);

/// The size of standard input when it is a file, from where it is read on; else 0.
std::uint64_t size_of_input();

}  // namespace mandate::app
