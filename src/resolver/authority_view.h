// What the authoritative servers of a domain's zone say, each for itself: the view from the parent
// down, past every cache. A pure function of the known replies, as delegation_walk.h.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "mandate/dns/facts.h"
#include "resolver/delegation_walk.h"
#include "resolver/server_standing.h"

namespace mandate::resolver {

/// What a server says to one question; without authority its fact is `failed`.
struct ServerAnswer {
  dns::Fact fact;                  ///< its source is the server
  std::optional<dns::Name> alias;  ///< where its CNAMEs lead, if to no answer of its own
};

/// One address of one server of the zone.
struct ServerView {
  dns::Name name;
  std::optional<dns::IpAddress> address;  ///< nothing: `no_address`
  bool delegated = false;  ///< the zone above names it, and gives no other address for it
  bool listed = false;     ///< the zone itself does
  ServerStanding standing;
  std::optional<std::uint32_t> serial;  ///< of the SOA
  std::chrono::microseconds round_trip{};
  std::vector<ServerAnswer> answers;  ///< one a question, in their order; none when not asked

  bool is_answering() const { return is_answer(standing.status); }
};

/// Servers that say the same: the set of records, whatever its order and its TTLs.
struct AnswerGroup {
  dns::Fact::Status status = dns::Fact::Status::failed;
  std::optional<dns::Name> alias;
  std::vector<std::string> records;  ///< in presentation format, sorted, each once
  std::vector<std::size_t> servers;  ///< indices into `AuthorityView::servers`
  std::uint32_t ttl = 0;             ///< the greatest that one of them gives, in seconds
};

/// The answers to one question. The first is the current one: that of the most servers with the
/// newest serial.
struct Agreement {
  dns::Question question;
  std::vector<AnswerGroup> groups;  ///< none when no server answers
};

struct AuthorityView {
  dns::Name domain;
  ZoneWay way;
  /// Of the zone of the domain; empty when it was not found, as `problem` says.
  std::vector<ServerView> servers;
  std::vector<Agreement> agreements;    ///< one a question, in the order given
  std::optional<std::uint32_t> serial;  ///< the newest (RFC 1982)
  /// Seconds after which, counted from when all servers have the newest zone, no cache has an older
  /// answer to the questions: the greatest TTL that any server gives, of a negative answer as
  /// RFC 2308 section 5 has it, since before the change there may have been no record.
  std::optional<std::uint32_t> turned_within;
  std::size_t asked = 0;  ///< questions that were put
  std::string problem;    ///< a sentence; empty when the zone was found

  const dns::Name& zone() const { return way.cuts.back().zone; }
};

struct AuthorityQuestion {
  dns::Name domain;
  std::vector<dns::Question> questions;  ///< at or below the domain; at most `most_asked`
  WalkOptions walk;
  std::uint16_t port = 53;  ///< stands in the sources of facts
};

inline constexpr std::size_t most_asked = 16;

/// The view, or the questions that it still lacks; each of them is new, and they are at most
/// `most_questions` in all, whatever the replies.
std::variant<AuthorityView, std::vector<ServerQuestion>> authority_step(
    const AuthorityQuestion& asked, const Replies& replies);

/// Whether serial `a` is older than `b` (RFC 1982 section 3.2). Of two that are 2^31 apart neither
/// is.
constexpr bool is_older_serial(std::uint32_t a, std::uint32_t b) {
  return a != b && b - a < 0x80000000U;
}

}  // namespace mandate::resolver
