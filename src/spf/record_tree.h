// The walk through a tree of records: check_host() of RFC 7208 section 4 with its includes and
// redirects.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "spf/evaluation.h"

namespace mandate::spf {

/// Why there is no result: facts are lacking, or a policy map cannot tell.
enum class Stop : std::uint8_t { lacking, dynamic };

/// What check_host of one domain came to.
using Reached = std::expected<Result, Stop>;

class RecordTree {
 public:
  /// Records that are read on the way are kept in `learned`, if it is given, for the next walk. A
  /// walk that lacks facts leaves in `progress`, if it is given, where it stopped, and the next one
  /// begins there.
  explicit RecordTree(Evaluation& evaluation, KnownRecords* learned = nullptr,
                      Progress* progress = nullptr);

  /// The initial check_host().
  Reached run();

 private:
  /// check_host() for the domain of `place`.
  Reached run(const Place& place);
  const SelectedRecord* known_record(std::string_view wire) const;
  /// Goes on with a record that is not known yet.
  Reached read_record(const dns::WireName& name, const Place& place);
  Reached evaluate_selected(const SelectedRecord& selected, const Place& place);
  /// The record of a place at which the walk before stopped, or nothing.
  std::optional<SelectedRecord> take_record(const Place& place);
  static std::size_t frame_of(const Place& place) { return static_cast<std::size_t>(place.depth); }
  /// The directive to begin with.
  std::size_t resume(const Place& place);
  /// Notes that the evaluation of a record stopped at that directive, before which were `counts`.
  void stop(std::size_t directive, const Evaluation::Counts& counts, const Place& place);
  Reached evaluate(const SelectedRecord& selected, const Place& place);
  /// Goes through the directives from `at` on. `at` ends at the last one, and `before`, where it is
  /// asked for, at what was counted before that.
  Reached go_through(const SelectedRecord& selected, const Place& place, std::size_t& at,
                     Evaluation::Counts* before);
  Reached syntax_error(const SelectedRecord& selected, const Place& place);
  Match match(const Record& record, const Directive& directive, const Place& place);
  Match match_include(const Record& record, const Directive& directive, const Place& place);
  Match match_included(Result included, std::string_view term, const Place& place);
  Reached matched(const Record& record, const Directive& directive, const Place& place);
  Reached follow_redirect(const Record& record, const Place& place);
  /// Sets the explanation of a final fail (RFC 7208 section 6.2); false while facts are lacking.
  bool explain(const MacroString& spec, const Place& place);
  Reached conclude(Match error, const Place& place);
  Reached conclude(Result result, const Place& place);
  Reached conclude(Result result, const Place& place, std::string problem);

  Evaluation& evaluation_;
  KnownRecords* learned_;
  Progress* progress_ = nullptr;
  int resumed_ = 0;  // records of `progress_` that this walk goes back into
  bool has_stopped_ = false;
};

}  // namespace mandate::spf
