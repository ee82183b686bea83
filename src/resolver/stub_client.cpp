#include "resolver/stub_client.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <future>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>

#include "resolver/dns_client.h"

namespace mandate::resolver {
namespace {

// The questions of one `ask`, until the last has its fact.
struct Batch {
  explicit Batch(std::size_t count) : facts(count), lacking(count) {}

  void put(std::size_t at, dns::Fact fact) {
    facts[at] = std::move(fact);
    if (--lacking == 0) whole.set_value(std::move(facts));
  }

  std::vector<dns::Fact> facts;
  std::size_t lacking;
  std::promise<std::vector<dns::Fact>> whole;
};

// A client and the thread that runs it.
class Engine {
 public:
  /// Throws std::runtime_error when the system has no descriptor, or no thread, left.
  explicit Engine(const StubOptions& options)
      : work_(io_.get_executor()), client_(io_, options), thread_([this] { io_.run(); }) {}
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  ~Engine() {
    io_.stop();
    thread_.join();
  }

  std::vector<dns::Fact> ask(std::span<const dns::Question> questions, Deadline deadline) {
    const auto batch = std::make_shared<Batch>(questions.size());
    std::future<std::vector<dns::Fact>> whole = batch->whole.get_future();
    boost::asio::post(io_, [this, questions, deadline, batch] {
      for (std::size_t i = 0; i < questions.size(); ++i) {
        client_.ask(questions[i], deadline,
                    [batch, i](dns::Fact fact) { batch->put(i, std::move(fact)); });
      }
    });
    return whole.get();
  }

 private:
  boost::asio::io_context io_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  DnsClient client_;
  std::thread thread_;
};

class StubClient final : public Lookup {
 public:
  explicit StubClient(StubOptions options) : options_(std::move(options)) {}

  std::vector<dns::Fact> ask(std::span<const dns::Question> questions, Deadline deadline) override {
    if (questions.empty()) return {};
    try {
      return engine().ask(questions, deadline);
    } catch (const std::runtime_error& error) {  // of Asio or of std::thread
      return not_asked(questions, error.what());
    }
  }

 private:
  // With the first question, and anew where the system had nothing left for it.
  Engine& engine() {
    const std::lock_guard lock(mutex_);
    if (!engine_) engine_ = std::make_unique<Engine>(options_);
    return *engine_;
  }

  static std::vector<dns::Fact> not_asked(std::span<const dns::Question> questions,
                                          const std::string& reason) {
    dns::Fact fact;
    fact.learned_at = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    fact.detail = "not asked: " + reason;
    std::vector<dns::Fact> facts(questions.size(), fact);
    for (std::size_t i = 0; i < facts.size(); ++i) facts[i].question = questions[i];
    return facts;
  }

  const StubOptions options_;
  std::mutex mutex_;
  std::unique_ptr<Engine> engine_;
};

}  // namespace

std::unique_ptr<Lookup> make_stub_client(StubOptions options) {
  return std::make_unique<StubClient>(std::move(options));
}

}  // namespace mandate::resolver
