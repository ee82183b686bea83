// A verdict out of what several servers say: permission comes with the newest word of the zone, and
// is lost only when most of its servers say so. Pure functions over facts.
#pragma once

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

#include "registry/authorization.h"
#include "registry/zone_answers.h"

namespace mandate::registry {

/// Servers that say the same, and what it comes to.
struct Vote {
  std::vector<std::size_t> servers;  ///< indices into `ZoneAnswers::servers`
  CheckFinding::Kind kind = CheckFinding::Kind::unavailable;
  std::string reason_code;
  friend bool operator==(const Vote&, const Vote&) = default;
};

/// Distinct answers that are looked at; a hostile zone gives as many as it has servers. What the
/// others say counts as if they had not answered.
inline constexpr std::size_t kMostVotes = 8;

struct Judgement {
  Assessment assessment;
  std::vector<Vote> votes;  ///< the current one first; empty when no server of the zone answered
};

/// The facts as they would be if the whole DNS said what one server says.
dns::Facts as_told_by(const ServerAnswers& server, const dns::Facts& facts);

/// The servers that answer, those together that say the same (the set of records, whatever its
/// order and TTLs). The first group is the current answer: that of the most servers with the newest
/// serial, then of the most.
std::vector<std::vector<std::size_t>> like_minded(const ZoneAnswers& zone);

/// Assesses each distinct answer of the zone's servers; what they do not speak of stands in
/// `facts`, the resolver's.
///   - Proven: what the current answer comes to, be it of one server.
///   - Not proven, or refused: only if more than half of all servers that could be asked say so,
///     those that fail among them; refused if more than half say that.
///   - Else nothing is known, and nothing changes: `servers_disagree`.
/// Where no server answers the resolver's facts alone are assessed.
std::variant<Judgement, spf::Questions> judge(const AuthorizationRequest& request,
                                              const ZoneAnswers& zone, const dns::Facts& facts);

}  // namespace mandate::registry
