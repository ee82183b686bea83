#include "resolver/authority_client.h"

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <map>
#include <utility>

#include "resolver/endpoint.h"
#include "resolver/server_query.h"

namespace mandate::resolver {
namespace {

AuthorityOptions within_bounds(AuthorityOptions options) {
  using namespace std::chrono_literals;
  options.timeout = std::clamp<std::chrono::milliseconds>(options.timeout, 1ms, 5min);
  options.in_flight = std::clamp<std::size_t>(options.in_flight, 1, 1000);
  return options;
}

// Of the root; one of the real ones where the hints have none.
dns::IpAddress ipv6_destination(const std::vector<NameServer>& root) {
  for (const NameServer& server : root) {
    for (const dns::IpAddress& address : server.addresses) {
      if (!address.is_v4()) return address;
    }
  }
  return iana_root_servers().front().addresses.back();
}

}  // namespace

class AuthorityClient::Core {
 public:
  explicit Core(const AuthorityOptions& options) : options_(within_bounds(options)) {}

  std::vector<Reply> ask(std::span<const ServerQuestion> questions, Deadline deadline) {
    const ServerQuery::Scope scope{alarms_, random_, options_.timeout, deadline};
    std::vector<Reply> replies(questions.size());
    std::vector<std::unique_ptr<ServerQuery>> queries;
    queries.reserve(questions.size());
    std::size_t under_way = 0;
    std::size_t answered = 0;
    for (std::size_t i = 0; i < questions.size(); ++i) {
      queries.push_back(std::make_unique<ServerQuery>(scope, upstream(questions[i].server),
                                                      questions[i].question, [&, i](Reply reply) {
                                                        replies[i] = std::move(reply);
                                                        ++answered;
                                                        --under_way;
                                                      }));
    }
    io_.restart();
    std::size_t next = 0;
    while (answered < queries.size()) {
      for (; next < queries.size() && under_way < options_.in_flight; ++next) {
        ++under_way;
        queries[next]->start();
      }
      while (std::exchange(has_unsent_, false)) {
        for (const auto& [address, upstream] : upstreams_) upstream->udp.flush();
      }
      if (answered < queries.size() && under_way > 0) io_.run_one();
    }
    return replies;
  }

 private:
  Upstream& upstream(const dns::IpAddress& address) {
    std::unique_ptr<Upstream>& known = upstreams_[address];
    if (!known) {
      known = std::make_unique<Upstream>(io_, Server{address, options_.port}, 1, random_, batch_,
                                         [this] { has_unsent_ = true; });
    }
    return *known;
  }

  const AuthorityOptions options_;
  boost::asio::io_context io_{1};
  DatagramBatch batch_;
  RandomNumbers random_;
  AlarmClock alarms_{io_};
  std::map<dns::IpAddress, std::unique_ptr<Upstream>> upstreams_;
  bool has_unsent_ = false;
};

AuthorityClient::AuthorityClient(const AuthorityOptions& options)
    : core_(std::make_unique<Core>(options)) {}

AuthorityClient::~AuthorityClient() = default;

std::vector<Reply> AuthorityClient::ask(std::span<const ServerQuestion> questions,
                                        Deadline deadline) {
  return core_->ask(questions, deadline);
}

AuthorityView view_authority(const dns::Name& domain, std::vector<dns::Question> questions,
                             const AuthorityOptions& options, Deadline deadline) {
  const AuthorityQuestion asked{.domain = domain,
                                .questions = std::move(questions),
                                .walk = {options.root, has_route(ipv6_destination(options.root))},
                                .port = options.port};
  AuthorityClient client(options);
  Replies replies;
  for (;;) {
    auto outcome = authority_step(asked, replies);
    auto* const lacking = std::get_if<std::vector<ServerQuestion>>(&outcome);
    if (lacking == nullptr) return std::get<AuthorityView>(std::move(outcome));
    std::vector<Reply> got = client.ask(*lacking, deadline);
    for (std::size_t i = 0; i < got.size(); ++i) {
      replies.emplace((*lacking)[i], std::move(got[i]));
    }
  }
}

// Connecting a datagram socket chooses the route, and the address that would be sent from.
bool has_route(const dns::IpAddress& address) {
  using boost::asio::ip::udp;
  boost::asio::io_context io;
  udp::socket socket(io);
  const udp::endpoint endpoint = endpoint_of<udp>(Server{address});
  boost::system::error_code error;
  socket.open(endpoint.protocol(), error);
  if (!error) socket.connect(endpoint, error);
  return !error;
}

}  // namespace mandate::resolver
