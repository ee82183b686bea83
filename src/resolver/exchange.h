// One exchange: one query to one server over one channel, and what came of it.
//
// A resolution (resolution.h) is made of exchanges. The channels (udp_port.h, tcp_connection.h)
// carry many at once, tell their replies apart by id and question, and forget an exchange that is
// withdrawn, whose reply may still come and must do no harm.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "dns/message_view.h"
#include "mandate/dns/hash_index.h"
#include "resolver/random_numbers.h"

namespace mandate::resolver {

/// The UDP payload that is announced and taken: what crosses every usual path in one piece.
inline constexpr std::uint16_t udp_payload_size = 1232;

struct Outcome {
  enum class Kind : std::uint8_t {
    answered,     ///< `message` replies to the query
    other_case,   ///< it would, but for the case of the name's letters (UDP only)
    use_tcp,      ///< UDP cannot carry the answer, or too many replies were forged (UDP only)
    interrupted,  ///< the server closed a connection that it had answered over (TCP only)
    broken,       ///< `reason`: the server cannot be reached, or what it sent is no reply
  };
  Kind kind = Kind::broken;
  const dns::MessageView* message = nullptr;  ///< as long as `ended` is at work
  std::string reason = {};  ///< follows the server's name in a sentence: `closed the connection`
};

class Channel;

/// A query and who waits for its reply.
class Exchange {
 public:
  Exchange() = default;
  Exchange(const Exchange&) = delete;
  Exchange& operator=(const Exchange&) = delete;
  virtual ~Exchange() { withdraw(); }

  /// The octets of the query; the channel that it goes over sets its id.
  const std::string& query() const { return query_; }
  /// The reply must have the letters of the name in the very case of the query.
  bool has_mixed_case() const { return has_mixed_case_; }

 protected:
  /// Waits no longer. Nothing happens when no reply is waited for.
  void withdraw();

  /// The new query for a question. With `mix_case` each letter of the name is in upper or lower
  /// case by lot, which a forger must guess too; `recursion` asks the server to resolve (RD). False
  /// when the system gives no randomness.
  bool write_query(const dns::Question& question, bool edns, bool mix_case, RandomNumbers& random,
                   bool recursion = true);

 private:
  friend class Channel;
  /// Called once, when the channel has forgotten the exchange; the next may begin in it.
  virtual void ended(const Outcome& outcome) = 0;

  std::string query_;
  bool has_mixed_case_ = false;
  Channel* channel_ = nullptr;  // that the reply is waited for on
  std::uint32_t number_ = 0;    // its place there, from 1
};

/// The queries of one socket, each with an id of its own. An id stays in use when its exchange is
/// over, so that a late or second reply is told from a forged one.
class Channel {
 public:
  Channel() = default;
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  virtual ~Channel();

  std::size_t sent() const { return places_.size(); }
  std::size_t waiting() const { return waiting_; }

 protected:
  struct Place {
    std::uint16_t id = 0;
    Exchange* exchange = nullptr;  ///< nothing once it is over
  };

  /// Gives the exchange an id that cannot be foreseen, and its number, from 1. Zero when the
  /// system gives no randomness.
  std::uint32_t admit(Exchange& exchange, RandomNumbers& random);
  /// The exchange with that number; nothing once it is over.
  Exchange* at(std::uint32_t number) const { return places_[number - 1].exchange; }
  /// The query with that id; nothing when none had it.
  const Place* find(std::uint16_t id) const;
  static void end(Exchange& exchange, const Outcome& outcome);
  void end_all(const Outcome& outcome);

  dns::MessageView view_;  ///< of the message that was received last

 private:
  friend class Exchange;
  void forget(Exchange& exchange);
  virtual void withdrawn() = 0;  ///< an exchange gave up waiting

  std::vector<Place> places_;
  dns::HashIndex index_;
  std::size_t waiting_ = 0;
};

/// The id of a message; nothing when the octets are too few for a header.
std::optional<std::uint16_t> id_of(std::string_view message);

/// What a message with the right id is for the query, over UDP: nothing when it is somebody
/// else's. A reply has exactly the query's question (RFC 5452 section 9.1); FORMERR and NOTIMP
/// may come without any, the way in which servers older than EDNS refuse it (RFC 6891 section 7).
/// What is looked at in place is read into `view`.
std::optional<Outcome> read_datagram(std::string_view message, const Exchange& exchange,
                                     dns::MessageView& view);

/// The same over a connection, where nobody else can answer: what does not fit is broken.
Outcome read_stream(std::string_view message, const Exchange& exchange, dns::MessageView& view);

}  // namespace mandate::resolver
