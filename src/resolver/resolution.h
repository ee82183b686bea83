// The way of one question to its fact: servers in order, round after round, until one answers.
//
//   next_try ── a server ──► UDP ──► judge ──► finish            NOERROR, NXDOMAIN
//      ▲                      │ TC     │ FORMERR, NOTIMP, BADVERS ──► UDP again, without OPT
//      │                      │        │ the name in other letters ──► UDP again, in lower case
//      │                      ▼        │ a CNAME that leads elsewhere ──► next_try for its target
//      └── fail_try ◄──────  TCP ──► judge
//
// Silence, a broken exchange, any other response code or an answer without sense fails the try.
// When all tries are spent the fact is `failed` and says why; so it is for each caller whose
// deadline has come, while the others still wait.
#pragma once

#include <boost/container/small_vector.hpp>
#include <boost/intrusive/list.hpp>
#include <cstddef>
#include <expected>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "resolver/alarm_clock.h"
#include "resolver/exchange.h"
#include "resolver/lookup.h"
#include "resolver/stub_options.h"
#include "resolver/upstream.h"

namespace mandate::resolver {

class Resolution;

/// What the resolutions of one client share.
struct ResolutionScope {
  StubOptions options;
  RandomNumbers random;
  AlarmClock alarms;
  std::vector<std::unique_ptr<Upstream>> upstreams;  ///< one a server
  /// Takes a resolution that is over out of the client, which gives it up to the caller.
  std::function<std::unique_ptr<Resolution>(Resolution&)> release;
};

/// Where a resolution stands in line until it may start.
using InLine =
    boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;

/// One question under way, and all who wait for its fact.
class Resolution final : public Exchange, public Sleeper, public InLine {
 public:
  using Done = std::move_only_function<void(dns::Fact)>;

  Resolution(ResolutionScope& scope, dns::Question question)
      : scope_(scope), question_(std::move(question)) {}

  /// One more who wants the fact, by a deadline of his own. `done` is called once, not from here.
  void add(Deadline deadline, Done done);

  /// Minds the deadlines of those who wait already, as it does by itself from `start` on. False
  /// when it did before.
  bool await_turn();

  /// Asks, beginning with that server.
  void start(std::size_t first, MonotonicTime now);

  const dns::Question& question() const { return question_; }

 private:
  struct Waiter {
    Deadline deadline;
    Done done;
  };
  struct Trial {  // what one server was asked, and how it failed
    int tries = 0;
    bool edns = true;
    bool mix_case = true;
    std::string failure = {};
  };

  void next_try(MonotonicTime now);
  std::optional<std::size_t> choose(MonotonicTime now) const;
  void fail_try(std::string failure);
  /// Sends the query to the current server; the error follows the server's name.
  std::expected<void, std::string> send(bool over_tcp, MonotonicTime now);
  void ask_again(bool over_tcp);
  void ended(const Outcome& outcome) override;
  void judge(const dns::MessageView& response);
  void settle_for(const dns::MessageView& response);
  void follow(const dns::Name& target, std::uint32_t ttl);
  void give_up(std::string detail);
  /// With a fact that is without its question.
  void finish(dns::Fact&& fact);

  void wake(MonotonicTime now) override;
  void set_alarm();
  /// Fails the fact for those whose deadline has come. True when nobody is left, and the
  /// resolution has ended.
  bool dismiss_late(MonotonicTime now);

  dns::Fact failure(std::string detail) const;  // without its question
  std::string failures() const;
  Upstream& upstream() const { return *scope_.upstreams[current_]; }
  const std::string& server() const { return upstream().text; }
  const dns::Question& asked() const { return target_ ? *target_ : question_; }
  Trial& trial() { return trials_[current_]; }

  ResolutionScope& scope_;
  dns::Question question_;               // until it is over
  std::optional<dns::Question> target_;  // that its CNAMEs led to
  boost::container::small_vector<Waiter, 1> waiters_;
  boost::container::small_vector<Trial, 1> trials_;  // one a server
  std::size_t first_ = 0;
  std::size_t current_ = 0;
  int hops_ = 0;
  std::uint32_t chain_ttl_ = std::numeric_limits<std::uint32_t>::max();
  bool authenticated_ = true;  // all answers of the chain so far
  MonotonicTime try_ends_ = MonotonicTime::max();
};

}  // namespace mandate::resolver
