// Asking servers directly, each for itself, and the authoritative view that comes of it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "resolver/authority_view.h"
#include "resolver/lookup.h"

namespace mandate::resolver {

struct AuthorityOptions {
  std::vector<NameServer> root = iana_root_servers();
  std::uint16_t port = 53;                  ///< of every server
  std::chrono::milliseconds timeout{1000};  ///< of one try; each has three
  std::size_t in_flight = 64;               ///< questions at once; the others wait in line
};

/// Puts questions to given servers without recursion, over UDP and TCP as dns_client.h does. What
/// it learns of a server holds for the questions after. For one thread.
class AuthorityClient {
 public:
  explicit AuthorityClient(const AuthorityOptions& options);
  ~AuthorityClient();
  AuthorityClient(const AuthorityClient&) = delete;
  AuthorityClient& operator=(const AuthorityClient&) = delete;

  /// One reply a question, in the same order, all by the deadline. Blocks. Never fails: a reply
  /// says why there is none.
  std::vector<Reply> ask(std::span<const ServerQuestion> questions, Deadline deadline);

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

/// The zone's servers as they answer now, by the deadline. IPv6 is asked where the system has a
/// route to it. Blocks; may be called from several threads at once.
AuthorityView view_authority(const dns::Name& domain, std::vector<dns::Question> questions,
                             const AuthorityOptions& options, Deadline deadline);

/// Whether the system has a route to an address. Nothing is sent.
bool has_route(const dns::IpAddress& address);

}  // namespace mandate::resolver
