// What a scan came to, counted.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "app/commands/scan_errand.h"

namespace mandate::app {

/// Counts names in bounded memory (Misra and Gries, 1982): the number of each is right, or too
/// small by at most the `most`th part of all that were counted.
class FrequentNames {
 public:
  explicit FrequentNames(std::size_t most) : most_(most) {}
  void add(std::string_view name);
  /// The most frequent ones, in descending order; of equal ones by name.
  std::vector<std::pair<std::string, std::uint64_t>> top(std::size_t count) const;

 private:
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };

  std::size_t most_;
  std::unordered_map<std::string, std::uint64_t, Hash, std::equal_to<>> counts_;
};

/// Of the answers of one run. Not thread-safe.
class ScanSummary {
 public:
  void add(const ScanAnswer& answer);

  std::uint64_t answers() const { return answers_; }
  /// Of those that came to it.
  std::uint64_t count(std::string_view outcome) const;
  /// The greatest of the answers' codes, which says most.
  int exit_code() const { return exit_code_; }

  /// Some lines, or one JSON object on a line.
  std::string text(std::chrono::duration<double> elapsed) const;
  std::string json(std::chrono::duration<double> elapsed) const;

 private:
  std::uint64_t answers_ = 0;
  int exit_code_ = 0;
  std::map<std::string_view, std::uint64_t> outcomes_;
  std::map<std::string_view, std::uint64_t> findings_;
  FrequentNames includes_{10'000};
};

}  // namespace mandate::app
