#include "resolver/dns_client.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <memory>
#include <unordered_set>
#include <utility>

#include "resolver/resolution.h"

namespace mandate::resolver {
namespace {

const dns::Question& question_of(const dns::Question& question) {
  return question;
}
const dns::Question& question_of(const std::unique_ptr<Resolution>& resolution) {
  return resolution->question();
}

// Not noexcept: so the table keeps the hashes, and compares few of the questions.
struct QuestionHash {
  using is_transparent = void;
  std::size_t operator()(const auto& held) const {
    const dns::Question& question = question_of(held);
    return dns::hash_of_wire(question.name.wire()) ^ static_cast<std::size_t>(question.type);
  }
};

struct SameQuestion {
  using is_transparent = void;
  bool operator()(const auto& a, const auto& b) const { return question_of(a) == question_of(b); }
};

StubOptions within_bounds(StubOptions options) {
  using namespace std::chrono_literals;
  options.timeout = std::clamp<std::chrono::milliseconds>(options.timeout, 1ms, 5min);
  options.attempts = std::clamp(options.attempts, 1, 100);
  options.in_flight = std::max<std::size_t>(options.in_flight, 1);
  options.queries_per_port = std::clamp<std::size_t>(options.queries_per_port, 1, 10'000);
  return options;
}

}  // namespace

// Shared with the handler that is on its way, which may come when the client has ended.
class DnsClient::Core : public std::enable_shared_from_this<Core> {
 public:
  Core(boost::asio::io_context& io, StubOptions options)
      : io_(io),
        scope_{.options = within_bounds(std::move(options)),
               .random = {},
               .alarms = AlarmClock(io),
               .upstreams = {},
               .release = [this](Resolution& resolution) { return release(resolution); }} {
    for (const Server& server : scope_.options.servers) {
      scope_.upstreams.push_back(
          std::make_unique<Upstream>(io, server, scope_.options.queries_per_port, scope_.random,
                                     batch_, [this] { schedule_turn(); }));
    }
  }

  void ask(dns::Question question, Deadline deadline, Done done) {
    auto place = lookups_.find(question);
    if (place == lookups_.end()) {
      place = lookups_.insert(std::make_unique<Resolution>(scope_, std::move(question))).first;
      line_.push_back(**place);
      schedule_turn();
    }
    (*place)->add(deadline, std::move(done));
  }

  bool is_asking(const dns::Question& question) const { return lookups_.contains(question); }

  std::size_t lookups() const { return lookups_.size(); }
  std::uint64_t queries(std::size_t server) const { return scope_.upstreams[server]->queries; }

 private:
  using Line = boost::intrusive::list<Resolution, boost::intrusive::base_hook<InLine>,
                                      boost::intrusive::constant_time_size<false>>;

  // What one round of the event loop has brought is sent together.
  void schedule_turn() {
    if (std::exchange(turn_is_due_, true)) return;
    boost::asio::post(io_, [core = weak_from_this()] {
      if (const auto self = core.lock()) self->take_turn();
    });
  }

  void take_turn() {
    turn_is_due_ = false;
    // Lookups that end at once, because no descriptor is left, must not keep the loop from others.
    const MonotonicTime now = std::chrono::steady_clock::now();
    for (std::size_t most = scope_.options.in_flight; most > 0; --most) {
      if (line_.empty() || under_way_ >= scope_.options.in_flight) break;
      Resolution& next = line_.front();
      line_.pop_front();
      ++under_way_;
      next.start(first_server(), now);
    }
    // Most are started in the turn after they were asked, and never have an alarm for the line.
    for (auto waits = line_.rbegin(); waits != line_.rend() && waits->await_turn();) ++waits;
    for (const auto& upstream : scope_.upstreams) upstream->udp.flush();
    if (!line_.empty() && under_way_ < scope_.options.in_flight) schedule_turn();
  }

  std::size_t first_server() {
    if (!scope_.options.rotate || scope_.upstreams.empty()) return 0;
    return std::exchange(next_first_, (next_first_ + 1) % scope_.upstreams.size());
  }

  std::unique_ptr<Resolution> release(Resolution& resolution) {
    const bool was_in_line = resolution.InLine::is_linked();
    if (!was_in_line) --under_way_;
    auto node = lookups_.extract(lookups_.find(resolution.question()));
    if (!line_.empty()) schedule_turn();
    return std::move(node.value());
  }

  boost::asio::io_context& io_;
  DatagramBatch batch_;
  ResolutionScope scope_;
  std::unordered_set<std::unique_ptr<Resolution>, QuestionHash, SameQuestion> lookups_;
  Line line_;
  std::size_t under_way_ = 0;
  std::size_t next_first_ = 0;
  bool turn_is_due_ = false;
};

DnsClient::DnsClient(boost::asio::io_context& io, StubOptions options)
    : core_(std::make_shared<Core>(io, std::move(options))) {}

DnsClient::~DnsClient() = default;

void DnsClient::ask(dns::Question question, Deadline deadline, Done done) {
  core_->ask(std::move(question), deadline, std::move(done));
}

bool DnsClient::is_asking(const dns::Question& question) const {
  return core_->is_asking(question);
}

std::size_t DnsClient::lookups() const {
  return core_->lookups();
}

std::uint64_t DnsClient::queries(std::size_t server) const {
  return core_->queries(server);
}

}  // namespace mandate::resolver
