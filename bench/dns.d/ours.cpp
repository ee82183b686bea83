// Mandate's DNS client under measurement: `dns_ours PORT COUNT WINDOW` asks the server on that
// loopback port for the TXT records of COUNT names, WINDOW at once, and makes facts of the answers.
#include <boost/asio/io_context.hpp>
#include <cstdio>
#include <cstdlib>

#include "bulk.h"
#include "resolver/dns_client.h"

namespace mandate::bench {
namespace {

class Round {
 public:
  Round(resolver::StubOptions options, std::size_t count)
      : window_(options.in_flight), client_(io_, std::move(options)), count_(count) {}

  std::size_t run() {
    while (next_ < std::min(window_, count_)) ask();
    io_.run();
    return found_;
  }

 private:
  void ask() {
    using namespace std::chrono_literals;
    client_.ask({dns::Name::parse(bulk_name(next_++)).value(), dns::RecordType::txt},
                std::chrono::steady_clock::now() + 60s, [this](const dns::Fact& fact) {
                  found_ += fact.status == dns::Fact::Status::found ? 1 : 0;
                  if (next_ < count_) ask();
                  if (++ended_ == count_) io_.stop();
                });
  }

  const std::size_t window_;
  boost::asio::io_context io_{1};
  resolver::DnsClient client_;
  const std::size_t count_;
  std::size_t next_ = 0;
  std::size_t ended_ = 0;
  std::size_t found_ = 0;
};

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fputs("usage: dns_ours PORT COUNT WINDOW\n", stderr);
    return 64;
  }
  const auto server = resolver::parse_server("127.0.0.1:" + std::string(argv[1]));
  if (!server) {
    std::fprintf(stderr, "dns_ours: %s\n", server.error().c_str());
    return 64;
  }
  resolver::StubOptions options{.servers = {*server}};
  options.in_flight = std::strtoull(argv[3], nullptr, 10);
  options.queries_per_port = 1000;
  const Stopwatch stopwatch;
  Round round(std::move(options), std::strtoull(argv[2], nullptr, 10));
  const std::size_t found = round.run();
  std::fputs(stopwatch.report(found).c_str(), stdout);
  return 0;
}

}  // namespace
}  // namespace mandate::bench

int main(int argc, char** argv) {
  return mandate::bench::main(argc, argv);
}
