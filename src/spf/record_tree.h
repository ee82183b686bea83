// The walk through a tree of records: check_host() of RFC 7208 section 4 with its includes and
// redirects.
#pragma once

#include <cstdint>
#include <expected>
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
  /// Records that are read on the way are kept in `learned`, if it is given, for the next walk.
  explicit RecordTree(Evaluation& evaluation, KnownRecords* learned = nullptr)
      : evaluation_(evaluation), learned_(learned) {}

  /// The initial check_host().
  Reached run() {
    const SenderDomain& domain = evaluation_.sender_domain();
    return run({.domain = domain.text(), .name = &domain.name()});
  }

 private:
  /// check_host() for the domain of `place`.
  Reached run(const Place& place);
  const SelectedRecord* known_record(std::string_view wire) const;
  /// Goes on with a record that is not known yet.
  Reached read_record(const WireName& name, const Place& place);
  Reached evaluate_selected(const SelectedRecord& selected, const Place& place);
  Reached evaluate(const SelectedRecord& selected, const Place& place);
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
};

}  // namespace mandate::spf
