#include "resolver/resolution.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
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

}  // namespace

Resolution::Resolution(boost::asio::io_context& io, const StubOptions& options,
                       dns::Question question, Deadline deadline, Done done)
    : io_(io),
      options_(options),
      question_(std::move(question)),
      deadline_(deadline),
      done_(std::move(done)),
      asked_(question_),
      chain_ttl_(std::numeric_limits<std::uint32_t>::max()),
      trials_(options.servers.size()) {}

void Resolution::next_try() {
  const std::size_t servers = options_.servers.size();
  if (servers == 0) return give_up("no DNS server is configured: name one");
  const bool spent = step_ == servers * static_cast<std::size_t>(options_.attempts);
  if (spent || Clock::now() >= deadline_) return give_up(failures());
  current_ = (first_ + step_++) % servers;
  ++trials_[current_].tries;
  exchange(exchange_over_udp);
}

void Resolution::fail_try(std::string failure) {
  trials_[current_].failure = std::move(failure);
  next_try();
}

void Resolution::exchange(Exchange& over) {
  over(io_,
       Query{.server = server(),
             .question = asked_,
             .edns = trials_[current_].edns,
             .deadline = std::min(deadline_, Clock::now() + options_.timeout)},
       [self = shared_from_this()](Outcome outcome) { self->ended(std::move(outcome)); });
}

void Resolution::ended(Outcome outcome) {
  switch (outcome.kind) {
    case Outcome::Kind::answered:
      return judge(outcome.message);
    case Outcome::Kind::use_tcp:
      return exchange(exchange_over_tcp);
    case Outcome::Kind::silent:
      return fail_try(silence());
    case Outcome::Kind::broken:
      return fail_try(fmt::format("{} {}", server().text(), outcome.reason));
  }
}

void Resolution::judge(const dns::Message& response) {
  using dns::ResponseCode;
  const bool refuses_edns =
      response.code == ResponseCode::format_error || response.code == ResponseCode::not_implemented;
  if (refuses_edns && std::exchange(trials_[current_].edns, false)) {
    return exchange(exchange_over_udp);  // RFC 6891 section 6.2.2
  }
  if (response.code != ResponseCode::no_error && response.code != ResponseCode::name_error) {
    return fail_try(fmt::format("{} answered {}", server().text(), dns::text(response.code)));
  }
  if (is_referral(response)) {
    return fail_try(fmt::format("{} only referred to other servers", server().text()));
  }
  const CnameChain chain = follow_cnames(response, asked_);
  switch (chain.end) {
    case CnameChain::End::here:
      return settle_for(response);
    case CnameChain::End::elsewhere:
      return follow(chain.target, chain.ttl);
    case CnameChain::End::endless:
      return fail_try(fmt::format("{} answered with CNAMEs without end", server().text()));
  }
}

void Resolution::settle_for(const dns::Message& response) {
  dns::Fact fact = dns::fact_from(response, asked_, now_in_utc(), server().text());
  if (fact.status == dns::Fact::Status::failed) {
    return fail_try(
        fmt::format("{} gave an answer without sense: {}", server().text(), fact.detail));
  }
  fact.question = question_;
  fact.ttl = std::min(fact.ttl, chain_ttl_);
  done_(std::move(fact));
}

// The server that knew the alias is the first to be asked for its target.
void Resolution::follow(const dns::Name& target, std::uint32_t ttl) {
  chain_ttl_ = std::min(chain_ttl_, ttl);
  if (++hops_ > most_hops) {
    return give_up(
        fmt::format("its CNAMEs lead on after {} more queries, or in a circle", most_hops));
  }
  asked_.name = target;
  first_ = current_;
  step_ = 0;
  for (Trial& trial : trials_) trial = {.tries = 0, .edns = trial.edns, .failure = {}};
  next_try();
}

void Resolution::give_up(std::string detail) {
  dns::Fact fact;
  fact.question = question_;
  fact.learned_at = now_in_utc();
  if (!options_.servers.empty()) fact.source = server().text();
  if (hops_ > 0) {
    detail = fmt::format("following its CNAME to {}: {}", asked_.name.text(), detail);
  }
  fact.detail = std::move(detail);
  done_(std::move(fact));
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

std::string Resolution::silence() const {
  if (Clock::now() >= deadline_) {
    return fmt::format("no answer from {} before the time for the lookup was over",
                       server().text());
  }
  return fmt::format("no answer from {} within {}", server().text(), seconds(options_.timeout));
}

}  // namespace mandate::resolver
