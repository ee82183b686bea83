// check_host for who checks much: what comes again is answered from memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "mandate/spf/check_host.h"
#include "resolver/lookup.h"
#include "verdicts/policy_table.h"

namespace mandate::verdicts {

struct CheckOptions {
  spf::Limits limits{};
  std::size_t most_bytes = std::size_t{256} << 20;  ///< of policies, in memory
  /// At which of its checks the policy of a domain is compiled. A compilation asks for all that the
  /// policy names, where a check stops at what decides it: it is not worth it for a domain that is
  /// met once.
  std::uint16_t compile_at = 2;
  std::size_t max_pieces = 4'096;               ///< as in `spf::CompileOptions`
  std::size_t max_work = std::size_t{1} << 18;  ///< likewise; some milliseconds
};

/// Whether the explanation of a fail is wanted (RFC 7208 section 6.2). It depends on the sender,
/// and so is evaluated anew each time.
enum class Explanation : std::uint8_t { leave_out, give };

/// Verdicts as `check_host` gives them over the same facts. For a domain whose policy is kept, and
/// an address for which it is not dynamic, that is one look-up; otherwise check_host is asked, with
/// the facts and records that are kept with a dynamic policy, and what is lacking then is looked
/// up.
///
/// Thread-safe; threads that find what they ask do not wait for each other.
class CachedCheck {
 public:
  /// `lookup`, which must outlive it, is to be a `resolver::CachedLookup`: it is asked once for a
  /// check and once for the map.
  explicit CachedCheck(resolver::Lookup& lookup, const CheckOptions& options = {},
                       resolver::SteadyClock clock = std::chrono::steady_clock::now);

  /// The verdict on MAIL FROM, or on HELO when that is empty, by the deadline, which the
  /// compilation of a policy keeps as well. Its range and trace are empty. From memory, the
  /// sender's domain is told in lower case, however the sender wrote it.
  spf::Verdict check(const spf::Request& request, resolver::Deadline deadline,
                     Explanation explanation = Explanation::leave_out);

  const PolicyTable& policies() const { return policies_; }

 private:
  /// How often a domain without a policy was met.
  struct Sighting {
    std::uint16_t checks = 0;
    bool unfit = false;       ///< no policy could be kept
    std::uint32_t until = 0;  ///< the second at which it is forgotten
  };

  void meet(std::string_view domain, const std::string& text, resolver::Deadline deadline);
  bool compile(std::string_view domain, const std::string& text, resolver::Deadline deadline);

  resolver::Lookup& lookup_;
  CheckOptions options_;
  PolicyTable policies_;
  resolver::SharedTable<Sighting> sightings_;
};

}  // namespace mandate::verdicts
