// An HTTP/1.1 server on libmicrohttpd.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <functional>
#include <memory>
#include <string>

#include "mandate/dns/ip_address.h"
#include "web/http.h"

namespace mandate::web {

struct ServerOptions {
  dns::IpAddress address;
  std::uint16_t port = 0;  ///< 0: any free one
  unsigned threads = 16;   ///< calls handled at once; most of them wait for the disk or the DNS
  unsigned connections = 1024;
  unsigned idle_timeout = 30;                     ///< seconds
  std::size_t body_limit = std::size_t{4} << 20;  ///< octets; more is answered 413
};

class HttpServer {
 public:
  /// Called from several threads at once. An exception that leaves it is logged by the caller of
  /// `start` through `on_error` and answered with 500.
  using Handler = std::function<Response(const Request&)>;

  /// Listens and serves until destroyed. The error is a sentence with the address in it.
  static std::expected<std::unique_ptr<HttpServer>, std::string> start(
      const ServerOptions& options, Handler handler,
      std::function<void(const std::string&)> on_error);

  virtual ~HttpServer() = default;
  virtual std::uint16_t port() const = 0;
};

}  // namespace mandate::web
