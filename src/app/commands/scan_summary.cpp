#include "app/commands/scan_summary.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "app/json_writer.h"
#include "app/terminal.h"

namespace mandate::app {
namespace {

constexpr std::size_t kShown = 10;

using Counts = std::vector<std::pair<std::string, std::uint64_t>>;

template <class Map>
Counts most_frequent(const Map& counts, std::size_t most) {
  Counts out(counts.begin(), counts.end());
  std::ranges::sort(out, [](const auto& a, const auto& b) {
    return std::pair(b.second, std::string_view(a.first)) <
           std::pair(a.second, std::string_view(b.first));
  });
  out.resize(std::min(out.size(), most));
  return out;
}

std::string lines_of(std::string_view title, const Counts& counts) {
  std::string out;
  for (const auto& [name, count] : counts) {
    out += fmt::format("{:<9} {:>10}  {}\n", out.empty() ? title : "", count, escaped(name));
  }
  return out;
}

void write_counts(JsonWriter& json, JsonKey name, const Counts& counts) {
  json.key(name);
  json.begin_array();
  for (const auto& [counted, count] : counts) {
    json.begin_object();
    json.string("name", counted);
    json.number("count", count);
    json.end_object();
  }
  json.end_array();
}

}  // namespace

void FrequentNames::add(std::string_view name) {
  if (const auto known = counts_.find(name); known != counts_.end()) {
    ++known->second;
  } else if (counts_.size() < most_) {
    counts_.emplace(name, 1);
  } else {
    for (auto& [known_name, count] : counts_) --count;
    std::erase_if(counts_, [](const auto& entry) { return entry.second == 0; });
  }
}

Counts FrequentNames::top(std::size_t count) const {
  return most_frequent(counts_, count);
}

void ScanSummary::add(const ScanAnswer& answer) {
  if (answer.is_empty) return;
  ++answers_;
  exit_code_ = std::max(exit_code_, answer.exit_code);
  ++outcomes_[answer.tally.outcome];
  for (const std::string_view id : answer.tally.findings) ++findings_[id];
  for (std::string_view left = answer.tally.includes; !left.empty();) {
    const std::string_view name = left.substr(0, left.find(' '));
    includes_.add(name);
    left.remove_prefix(name.size() + 1);
  }
}

std::uint64_t ScanSummary::count(std::string_view outcome) const {
  const auto found = outcomes_.find(outcome);
  return found == outcomes_.end() ? 0 : found->second;
}

std::string ScanSummary::text(std::chrono::duration<double> elapsed) const {
  const double seconds = std::max(elapsed.count(), 1e-3);
  return fmt::format("{} answered in {:.1f} s, {:.0f} a second\n", answers_, seconds,
                     static_cast<double>(answers_) / seconds) +
         lines_of("results", most_frequent(outcomes_, outcomes_.size())) +
         lines_of("findings", most_frequent(findings_, kShown)) +
         lines_of("includes", includes_.top(kShown));
}

std::string ScanSummary::json(std::chrono::duration<double> elapsed) const {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  json.number("version", 1);
  json.number("answered", answers_);
  json.number("milliseconds",
              std::chrono::duration_cast<std::chrono::milliseconds>(elapsed).count());
  write_counts(json, "results", most_frequent(outcomes_, outcomes_.size()));
  write_counts(json, "findings", most_frequent(findings_, kShown));
  write_counts(json, "includes", includes_.top(kShown));
  json.end_object();
  return out + "\n";
}

}  // namespace mandate::app
