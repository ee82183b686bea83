#include "resolver/resolution.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "resolver/cname_chain.h"

namespace mandate::resolver {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int most_hops = 8;  // of CNAMEs that each need a query of their own

std::chrono::sys_seconds now_in_utc() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

std::string seconds(std::chrono::milliseconds duration) {
  return fmt::format("{:g} s", std::chrono::duration<double>(duration).count());
}

bool refuses_edns(dns::ResponseCode code) {
  return code == dns::ResponseCode::format_error || code == dns::ResponseCode::not_implemented ||
         code == dns::ResponseCode::bad_version;
}

}  // namespace

void Resolution::add(Deadline deadline, Done done) {
  waiters_.push_back({deadline, std::move(done)});
  if (Sleeper::is_linked()) set_alarm();
}

bool Resolution::await_turn() {
  if (Sleeper::is_linked()) return false;
  set_alarm();
  return true;
}

void Resolution::start(std::size_t first, MonotonicTime now) {
  first_ = current_ = first;
  if (dismiss_late(now)) return;
  for (const auto& server : scope_.upstreams) {
    trials_.push_back(
        {.edns = !server->refuses_edns.holds(now), .mix_case = !server->changes_case.holds(now)});
  }
  next_try(now);
}

void Resolution::next_try(MonotonicTime now) {
  for (;;) {
    if (scope_.upstreams.empty()) return give_up("no DNS server is configured: name one");
    const std::optional<std::size_t> next = choose(now);
    if (!next) return give_up(failures());
    current_ = *next;
    ++trial().tries;
    upstream().health.tried(now);
    const auto sent = send(false, now);
    if (sent) return;
    trial().failure = fmt::format("{} {}", server(), sent.error());
  }
}

// The server with the fewest tries, which makes rounds; among them one that does not rest, in the
// order of the configuration, beginning with `first_`.
std::optional<std::size_t> Resolution::choose(MonotonicTime now) const {
  const std::size_t count = trials_.size();
  const auto rank = [&](std::size_t at) {
    return std::tuple(trials_[at].tries, scope_.upstreams[at]->health.rests(now),
                      (at + count - first_) % count);
  };
  std::size_t best = first_;
  for (std::size_t at = 0; at < count; ++at) {
    if (rank(at) < rank(best)) best = at;
  }
  if (trials_[best].tries >= scope_.options.attempts) return std::nullopt;
  return best;
}

void Resolution::fail_try(std::string failure) {
  trial().failure = std::move(failure);
  next_try(Clock::now());
}

std::expected<void, std::string> Resolution::send(bool over_tcp, MonotonicTime now) {
  // Over TCP nobody forges, and some servers keep the case there only.
  const bool mix_case = trial().mix_case && !over_tcp;
  if (!write_query(asked(), trial().edns, mix_case, scope_.random)) {
    return std::unexpected(no_randomness);
  }
  auto sent = over_tcp ? upstream().tcp.send(*this) : upstream().udp.send(*this);
  if (!sent) return sent;
  ++upstream().queries;
  try_ends_ = now + scope_.options.timeout;
  set_alarm();
  return sent;
}

// Of the same server, within the same try.
void Resolution::ask_again(bool over_tcp) {
  if (const auto sent = send(over_tcp, Clock::now()); !sent) {
    fail_try(fmt::format("{} {}", server(), sent.error()));
  }
}

void Resolution::ended(const Outcome& outcome) {
  if (outcome.kind == Outcome::Kind::broken) {
    upstream().health.missed(Clock::now());
    return fail_try(fmt::format("{} {}", server(), outcome.reason));
  }
  upstream().health.replied();
  switch (outcome.kind) {
    case Outcome::Kind::answered:
      return judge(*outcome.message);
    case Outcome::Kind::other_case:
      trial().mix_case = false;
      return ask_again(false);
    case Outcome::Kind::use_tcp:
    case Outcome::Kind::interrupted:
      return ask_again(true);
    case Outcome::Kind::broken:
      break;
  }
}

void Resolution::judge(const dns::MessageView& response) {
  if (refuses_edns(response.code) && std::exchange(trial().edns, false)) {
    return ask_again(false);  // RFC 6891 sections 6.1.3 and 7
  }
  if (response.code != dns::ResponseCode::no_error &&
      response.code != dns::ResponseCode::name_error) {
    return fail_try(fmt::format("{} answered {}", server(), dns::text(response.code)));
  }
  // What it took to get this answer is what the next lookup begins with.
  if (!trial().edns) upstream().refuses_edns.seen(Clock::now());
  if (!trial().mix_case) upstream().changes_case.seen(Clock::now());
  if (is_referral(response)) {
    return fail_try(fmt::format("{} only referred to other servers", server()));
  }
  const CnameChain chain = follow_cnames(response, asked());
  switch (chain.end) {
    case CnameChain::End::here:
      return settle_for(response);
    case CnameChain::End::elsewhere:
      authenticated_ = authenticated_ && response.authentic_data;
      return follow(chain.target, chain.ttl);
    case CnameChain::End::endless:
      return fail_try(fmt::format("{} answered with CNAMEs without end", server()));
  }
}

void Resolution::settle_for(const dns::MessageView& response) {
  dns::Fact fact = dns::answer_in(response, asked(), now_in_utc(), server());
  if (fact.status == dns::Fact::Status::failed) {
    return fail_try(fmt::format("{} gave an answer without sense: {}", server(), fact.detail));
  }
  fact.ttl = std::min(fact.ttl, chain_ttl_);
  fact.authenticated = fact.authenticated && authenticated_;
  finish(std::move(fact));
}

// The server that knew the alias is the first to be asked for its target.
void Resolution::follow(const dns::Name& target, std::uint32_t ttl) {
  chain_ttl_ = std::min(chain_ttl_, ttl);
  if (++hops_ > most_hops) {
    return give_up(
        fmt::format("its CNAMEs lead on after {} more queries, or in a circle", most_hops));
  }
  target_ = dns::Question{target, question_.type};
  first_ = current_;
  for (Trial& trial : trials_) {
    trial.tries = 0;
    trial.failure.clear();
  }
  next_try(Clock::now());
}

void Resolution::give_up(std::string detail) {
  finish(failure(std::move(detail)));
}

// Whoever is called may ask the same question anew, so this one is out of the client by then. It
// ends with the last of the calls.
void Resolution::finish(dns::Fact&& fact) {
  const std::unique_ptr<Resolution> self = scope_.release(*this);
  fact.question = std::move(question_);
  for (std::size_t i = 0; i + 1 < waiters_.size(); ++i) waiters_[i].done(fact);
  waiters_.back().done(std::move(fact));
}

// The time-out of a try, or somebody's deadline.
void Resolution::wake(MonotonicTime now) {
  if (dismiss_late(now)) return;
  if (now < try_ends_) return set_alarm();
  withdraw();
  upstream().health.missed(now);
  fail_try(fmt::format("no answer from {} within {}", server(), seconds(scope_.options.timeout)));
}

void Resolution::set_alarm() {
  MonotonicTime first = try_ends_;
  for (const Waiter& waiter : waiters_) first = std::min(first, waiter.deadline);
  scope_.alarms.set(*this, first);
}

bool Resolution::dismiss_late(MonotonicTime now) {
  const auto late =
      std::ranges::partition(waiters_, [&](const Waiter& waiter) { return waiter.deadline > now; });
  if (late.empty()) return false;
  std::vector<Waiter> dismissed(std::make_move_iterator(late.begin()),
                                std::make_move_iterator(late.end()));
  waiters_.erase(late.begin(), late.end());
  if (!trials_.empty()) {
    trial().failure =
        fmt::format("no answer from {} before the time for the lookup was over", server());
  }
  dns::Fact fact = failure(failures());
  fact.question = question_;
  std::unique_ptr<Resolution> self;
  if (waiters_.empty()) {
    withdraw();
    self = scope_.release(*this);
  }
  for (Waiter& waiter : dismissed) waiter.done(fact);
  return self != nullptr;
}

dns::Fact Resolution::failure(std::string detail) const {
  dns::Fact fact;
  fact.learned_at = now_in_utc();
  if (!scope_.upstreams.empty()) fact.source = server();
  if (hops_ > 0) {
    detail = fmt::format("following its CNAME to {}: {}", asked().name.text(), detail);
  }
  fact.detail = std::move(detail);
  return fact;
}

std::string Resolution::failures() const {
  std::string all;
  for (const Trial& trial : trials_) {
    if (trial.tries == 0) continue;
    fmt::format_to(std::back_inserter(all), "{}{} ({} {})", all.empty() ? "" : "; ", trial.failure,
                   trial.tries, trial.tries == 1 ? "try" : "tries");
  }
  return all.empty() ? "not asked, since the time for the lookup was over" : all;
}

}  // namespace mandate::resolver
