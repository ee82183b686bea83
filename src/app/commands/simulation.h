// A change of the provider's addresses or of its record, tried on one sending domain.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include "mandate/dns/facts.h"
#include "registry/authorization.h"
#include "registry/sending_domain.h"

namespace mandate::app {

/// The SPF records that are to stand at the provider's names.
struct PublishedRecords {
  std::string record;                      ///< of the include name, and of accounts' own names
  std::map<dns::Name, std::string> parts;  ///< of numbered names that it includes
};

/// What changes, and what it is compared with.
struct SimulatedChange {
  registry::Provider today;
  registry::Provider after;
  registry::OwnershipRule ownership;
  std::optional<PublishedRecords> records;  ///< nothing: those that the DNS has
  std::chrono::sys_seconds now{};
};

struct SimulatedDomain {
  enum class Fate : std::uint8_t {
    holds,       ///< proven before and after
    breaks,      ///< proven before, and no longer after
    not_proven,  ///< not proven as it is, so that the change does not break it
    unknown,     ///< the DNS could not be asked
  };
  Fate fate = Fate::unknown;
  std::string reason_code;  ///< as of `registry::Assessment`, of before unless it breaks
  std::string reason;
  std::optional<registry::PoolCheck> check;  ///< the first that does not pass, where there is one
};

/// `holds`, `breaks`, `not_proven`, `unknown`.
std::string_view text(SimulatedDomain::Fate fate);

/// As a step of `resolver::settle` or of an errand: goes on as far as the facts reach.
class SimulationStep {
 public:
  /// `token` is that of the domain's account. The change must outlive it.
  SimulationStep(const SimulatedChange& change, registry::SendingDomain domain, std::string token)
      : change_(change), domain_(std::move(domain)), token_(std::move(token)) {}

  std::variant<SimulatedDomain, spf::Questions> operator()(const dns::Facts& facts);

  const registry::SendingDomain& domain() const { return domain_; }

 private:
  std::variant<registry::Assessment, spf::Questions> assess(const registry::Provider& provider,
                                                            const dns::Facts& facts) const;

  const SimulatedChange& change_;
  registry::SendingDomain domain_;
  std::string token_;
  bool is_proven_ = false;  // today
};

/// The facts as they would be with other records at the provider's names. An account's own name has
/// the record of the include name; so has any other name below that which is answered by the
/// wildcard there, as other accounts' are: the wildcard is asked for where such a name is met.
/// Where that failed, nothing is known of those names. `own_name` is as of
/// `registry::own_include_name`.
std::variant<dns::Facts, spf::Questions> with_published(const dns::Facts& facts,
                                                        const dns::Name& include_name,
                                                        const PublishedRecords& records,
                                                        const dns::Name& own_name);

}  // namespace mandate::app
