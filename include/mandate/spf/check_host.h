// check_host (RFC 7208 section 4) as a pure function: a request and facts in; a verdict, or the
// questions that are still lacking, out. No socket, thread, clock or cache.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "mandate/api.h"
#include "mandate/dns/facts.h"
#include "mandate/spf/known_records.h"
#include "mandate/spf/readings.h"
#include "mandate/spf/record.h"
#include "mandate/spf/result.h"

namespace mandate::spf {

/// Who sends: what a receiver knows when it asks.
struct Request {
  dns::IpAddress ip;
  /// MAIL FROM without angle brackets; empty for the null sender, which is checked as
  /// `postmaster@HELO` (RFC 7208 section 2.4). U-labels of its domain are read as A-labels
  /// (RFC 8616 section 4).
  std::string mail_from;
  std::string helo;
  std::string receiver = "unknown";  ///< the macro `r`
  std::chrono::sys_seconds now{};    ///< the macro `t`
};

/// RFC 7208 section 4.6.4.
struct Limits {
  int lookups = 10;
  int voids = 2;
  int mx_names = 10;
  int ptr_names = 10;
};

/// How to evaluate. What is not asked for costs nothing.
struct Options {
  Limits limits{};
  bool trace = false;  ///< fill `Verdict::trace`
  bool range = false;  ///< fill `Verdict::range`
  /// Records already read; used before the TXT facts, which are then not looked at.
  const KnownRecords* records = nullptr;
  /// Where the RFC leaves room: read it as others do. Empty for a verdict of Mandate's.
  Readings readings{};
};

/// One step of an evaluation, in the order taken.
struct Step {
  enum class Kind : std::uint8_t {
    record,    ///< a domain's record was chosen: `text` is the record
    matched,   ///< a mechanism matched
    no_match,  ///< a mechanism did not match
    redirect,  ///< a redirect was followed
    include,   ///< an include was entered
    result,    ///< check_host of `domain` ended: `text` is the result
    error,     ///< evaluation ended here: `text` says why
    note,      ///< something worth knowing that decided nothing
  };
  Kind kind = Kind::note;
  int depth = 0;       ///< 0 is the domain of the request; one more in each include and redirect
  std::string domain;  ///< whose record is being evaluated
  std::string term;    ///< the term as written; empty for `record` and `result`
  std::string text;    ///< what happened, a phrase for a person
  int lookups = 0;     ///< spent after this step
  int voids = 0;
};

MANDATE_API std::string_view text(Step::Kind kind);

/// The directive that decided a verdict.
struct DecidingTerm {
  std::string record;  ///< the text of the record that it stands in
  Span span;           ///< where
  /// The domains from the first to that of the record, by include or redirect; never empty.
  std::vector<std::string> path;

  std::string_view term() const { return span.in(record); }  ///< as written
  const std::string& domain() const { return path.back(); }  ///< whose record it is
  friend bool operator==(const DecidingTerm&, const DecidingTerm&) = default;
};

struct Verdict {
  Result result = Result::none;
  std::string domain;                      ///< the domain that was checked
  std::optional<DecidingTerm> decided_by;  ///< absent of none, of errors and of a default neutral
  std::string problem;                     ///< of none, permerror and temperror: why, one sentence
  std::string explanation;                 ///< of fail: the expanded `exp` text, else empty
  int lookups = 0;                         ///< terms that cost a lookup, the one too many included
  int voids = 0;
  std::uint32_t ttl = 0;  ///< seconds: the least of the facts used
  /// The result depends on more of the address than the networks that it was held against: a
  /// macro that carries the address, or `ptr`.
  bool dynamic = false;
  /// When asked for: addresses around the client's for which the verdict is the same but for the
  /// explanation. Of a dynamic verdict the client's address alone.
  dns::AddressRange range;
  std::vector<Step> trace;  ///< when asked for
};

/// Facts that are lacking. None of them has been answered yet; each is needed or, as the addresses
/// of an MX set, likely to be.
using Questions = std::vector<dns::Question>;

using Outcome = std::variant<Verdict, Questions>;

/// Checks the MAIL FROM identity, or HELO when MAIL FROM is empty. Total: every input has an
/// outcome, and with every question answered the outcome is a verdict. The number of questions
/// asked over a whole evaluation is bounded by the limits. Pure: may be called from several
/// threads at once, also with the same facts and records.
MANDATE_API Outcome check_host(const Request& request, const dns::Facts& facts,
                               const Options& options = {});

/// Where a check stopped for lack of facts, so that it goes on from there when they are known and
/// reads each record once. Of one request, whose facts only become more; empty at first and after a
/// verdict. A check with a trace or other readings goes its whole way anew, and leaves it empty.
class MANDATE_API Progress {
 public:
  Progress();
  ~Progress();
  Progress(Progress&&) noexcept;
  Progress& operator=(Progress&&) noexcept;
  /// For another request.
  void clear();

 private:
  friend class RecordTree;
  struct State;
  std::unique_ptr<State> state_;
};

/// The same for a caller that checks much: true when `verdict` is the outcome, false when `lacking`
/// is. Both are written anew, in the memory that they have, so that a check whose records are known
/// allocates none once their strings have grown. While facts are lacking the range is that of the
/// addresses for which the same ones are. `progress` is that of the calls before, if the
/// caller keeps it.
MANDATE_API bool check_host(const Request& request, const dns::Facts& facts, const Options& options,
                            Verdict& verdict, Questions& lacking, Progress* progress = nullptr);

}  // namespace mandate::spf
