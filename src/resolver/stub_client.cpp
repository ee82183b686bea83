#include "resolver/stub_client.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/system/system_error.hpp>
#include <map>
#include <optional>
#include <utility>

#include "resolver/resolution.h"

namespace mandate::resolver {
namespace {

// Sockets open at once for one `ask`: enough to hide the round trips, few enough that several
// callers stay far below the usual limit of 1,024 descriptors.
constexpr std::size_t most_in_flight = 64;

// The questions of one `ask`, each distinct one once, on an io_context that the caller's thread
// runs to its end.
class Batch {
 public:
  Batch(const StubOptions& options, std::span<const dns::Question> questions, Deadline deadline)
      : options_(options), deadline_(deadline) {
    for (const dns::Question& question : questions) answers_.try_emplace(question);
    next_ = answers_.begin();
  }

  void run() {
    boost::asio::io_context io(1);
    for (std::size_t started = 0; started < most_in_flight; ++started) start_next(io);
    io.run();
  }

  // What has no answer when `run` has thrown has the exception's reason for one.
  dns::Fact answer(const dns::Question& question, const std::string& reason) const {
    const auto found = answers_.find(question);
    if (found != answers_.end() && found->second) return *found->second;
    dns::Fact fact;
    fact.question = question;
    fact.learned_at = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    fact.detail = "not asked: " + reason;
    return fact;
  }

 private:
  // Posted, so that questions which end at once do not pile up on the stack.
  void start_next(boost::asio::io_context& io) {
    if (next_ == answers_.end()) return;
    auto& [question, answer] = *next_++;
    auto resolution = std::make_shared<Resolution>(io, options_, question, deadline_,
                                                   [this, &io, place = &answer](dns::Fact fact) {
                                                     *place = std::move(fact);
                                                     start_next(io);
                                                   });
    boost::asio::post(io, [resolution = std::move(resolution)] { resolution->start(); });
  }

  const StubOptions& options_;
  const Deadline deadline_;
  std::map<dns::Question, std::optional<dns::Fact>> answers_;
  std::map<dns::Question, std::optional<dns::Fact>>::iterator next_;
};

class StubClient final : public Lookup {
 public:
  explicit StubClient(StubOptions options) : options_(std::move(options)) {
    using namespace std::chrono_literals;
    options_.timeout = std::clamp<std::chrono::milliseconds>(options_.timeout, 1ms, 5min);
    options_.attempts = std::clamp(options_.attempts, 1, 100);
  }

  std::vector<dns::Fact> ask(std::span<const dns::Question> questions, Deadline deadline) override {
    Batch batch(options_, questions, deadline);
    std::string reason;
    try {
      batch.run();
    } catch (const boost::system::system_error& error) {
      reason = error.what();  // no descriptor left for the io_context itself
    }
    std::vector<dns::Fact> facts;
    facts.reserve(questions.size());
    for (const dns::Question& question : questions) {
      facts.push_back(batch.answer(question, reason));
    }
    return facts;
  }

 private:
  StubOptions options_;  // never changes, hence thread-safe
};

}  // namespace

std::unique_ptr<Lookup> make_stub_client(StubOptions options) {
  return std::make_unique<StubClient>(std::move(options));
}

}  // namespace mandate::resolver
