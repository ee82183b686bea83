// The lines of a scan: of some files one after the other, or of standard input, until somebody
// interrupts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/commands/interruption.h"
#include "app/failure.h"
#include "app/line_reader.h"

namespace mandate::app {

/// Not thread-safe.
class ScanInput {
 public:
  ScanInput(std::vector<std::string> files, const Interruption& interruption)
      : files_(std::move(files)), interruption_(interruption) {}

  /// Before the first line: whether each file can be read, so that nothing is begun in vain.
  Attempt<void> check() const;

  /// The next line, or nothing at the end or after an interruption.
  Attempt<std::optional<LineReader::Line>> next();

  /// The next line is here already: `next` does not wait for it.
  bool has_line() const { return reader_ && reader_->has_line(); }

  /// The number of the last line, from 1, over all files.
  std::uint64_t number() const { return number_; }
  /// Of all lines so far, counted as `ScanAnswer::octets` counts.
  std::uint64_t octets() const { return octets_; }

  /// The size of all files; 0 when it is not known.
  std::uint64_t size() const;

 private:
  std::vector<std::string> files_;
  const Interruption& interruption_;
  std::size_t opened_ = 0;
  std::optional<LineReader> reader_;
  std::uint64_t number_ = 0;
  std::uint64_t octets_ = 0;
};

}  // namespace mandate::app
