// libmicrohttpd behind the seam of http_server.h.
//
// The library's threads poll with epoll, read a request whole, suspend its connection and hand it
// to a pool of workers; the worker handles it and resumes the connection, whose thread then sends
// the answer. So a call that waits for the DNS holds up no other connection.
#include "web/http_server.h"

#include <fmt/format.h>
#include <microhttpd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <exception>
#include <stdexcept>
#include <utility>

#include "web/exchange.h"
#include "web/listening_socket.h"
#include "web/problem.h"
#include "web/worker_pool.h"

namespace mandate::web {
namespace {

constexpr std::size_t kHeaderMemory = 32U << 10;  // octets a connection has for its header
constexpr unsigned kPollingThreads = 2;           // they only move octets

/// Header fields on their way into an exchange.
struct HeaderFields {
  Exchange& exchange;
  std::exception_ptr failure;
};

class MicroServer final : public HttpServer {
 public:
  MicroServer(const ServerOptions& options, Handler handler,
              std::function<void(const std::string&)> on_error)
      : options_(options),
        handler_(std::move(handler)),
        on_error_(std::move(on_error)),
        workers_(options.threads) {}
  MicroServer(const MicroServer&) = delete;
  MicroServer& operator=(const MicroServer&) = delete;
  ~MicroServer() override {
    workers_.stop();  // the calls under way are finished, and no connection stays suspended
    if (daemon_ != nullptr) MHD_stop_daemon(daemon_);
  }

  std::expected<void, std::string> open();
  std::uint16_t port() const override { return port_; }

 private:
  MHD_Result on_header(MHD_Connection* connection, Exchange& exchange, const char* method);
  MHD_Result on_request(MHD_Connection* connection, Exchange& exchange, const char* method,
                        std::string_view piece);
  MHD_Result hand_over(MHD_Connection* connection, Exchange& exchange);
  Response handled(const Request& request) const;
  MHD_Result answer(MHD_Connection* connection, const Response& response) const;
  void report(std::string_view what) const;

  // The library calls these; no exception may pass through it.
  static void* begin(void* self, const char* target, MHD_Connection* connection);
  static MHD_Result take(void* self, MHD_Connection* connection, const char* url,
                         const char* method, const char* version, const char* upload,
                         std::size_t* upload_size, void** context);
  static MHD_Result take_header(void* fields, MHD_ValueKind kind, const char* name,
                                std::size_t name_size, const char* value, std::size_t value_size);
  static void end(void* self, MHD_Connection* connection, void** context,
                  MHD_RequestTerminationCode code);
  static std::size_t keep_escapes(void* self, MHD_Connection* connection, char* text);

  const ServerOptions options_;
  const Handler handler_;
  const std::function<void(const std::string&)> on_error_;
  WorkerPool workers_;
  MHD_Daemon* daemon_ = nullptr;
  std::uint16_t port_ = 0;
};

std::expected<void, std::string> MicroServer::open() {
  auto socket = ListeningSocket::open(options_.address, options_.port);
  if (!socket) return std::unexpected(std::move(socket.error()));
  port_ = socket->port();
  const auto number = [](auto value) { return static_cast<std::intptr_t>(value); };
  std::array<MHD_OptionItem, 6> items{{
      {MHD_OPTION_CONNECTION_LIMIT, number(std::max(options_.connections, kPollingThreads)),
       nullptr},
      {MHD_OPTION_CONNECTION_TIMEOUT, number(options_.idle_timeout), nullptr},
      {MHD_OPTION_CONNECTION_MEMORY_LIMIT, number(kHeaderMemory), nullptr},
      {MHD_OPTION_STRICT_FOR_CLIENT, 1, nullptr},
      {MHD_OPTION_THREAD_POOL_SIZE, number(kPollingThreads), nullptr},
      {MHD_OPTION_END, 0, nullptr},
  }};
  daemon_ = MHD_start_daemon(
      static_cast<unsigned>(MHD_USE_EPOLL_INTERNAL_THREAD) |
          static_cast<unsigned>(MHD_ALLOW_SUSPEND_RESUME),
      0, nullptr, nullptr, &MicroServer::take, this, MHD_OPTION_LISTEN_SOCKET, socket->descriptor(),
      MHD_OPTION_URI_LOG_CALLBACK, &MicroServer::begin, this, MHD_OPTION_NOTIFY_COMPLETED,
      &MicroServer::end, this, MHD_OPTION_UNESCAPE_CALLBACK, &MicroServer::keep_escapes, this,
      MHD_OPTION_ARRAY, items.data(), MHD_OPTION_END);
  if (daemon_ == nullptr) {
    return std::unexpected(
        fmt::format("cannot serve on port {}: the HTTP library does not start", port_));
  }
  socket->release();  // the library closes it
  return {};
}

// Where the library has the target as it was sent; what is returned becomes the request's context.
void* MicroServer::begin(void* self, const char* target, MHD_Connection*) {
  const auto* server = static_cast<const MicroServer*>(self);
  try {
    return std::make_unique<Exchange>(target, server->options_.body_limit).release();
  } catch (const std::exception& error) {
    server->report(error.what());
    return nullptr;
  }
}

void MicroServer::end(void*, MHD_Connection*, void** context, MHD_RequestTerminationCode) {
  const std::unique_ptr<Exchange> exchange(static_cast<Exchange*>(*context));
  *context = nullptr;
}

// Targets are decoded in one place, strictly: url.h.
std::size_t MicroServer::keep_escapes(void*, MHD_Connection*, char* text) {
  return std::strlen(text);
}

MHD_Result MicroServer::take_header(void* fields, MHD_ValueKind, const char* name,
                                    std::size_t name_size, const char* value,
                                    std::size_t value_size) {
  auto& taken = *static_cast<HeaderFields*>(fields);
  try {
    const std::string_view text(value == nullptr ? "" : value, value_size);
    taken.exchange.add_header({name, name_size}, text);
    return MHD_YES;
  } catch (const std::exception&) {
    taken.failure = std::current_exception();
    return MHD_NO;
  }
}

MHD_Result MicroServer::take(void* self, MHD_Connection* connection, const char*,
                             const char* method, const char*, const char* upload,
                             std::size_t* upload_size, void** context) {
  auto* server = static_cast<MicroServer*>(self);
  if (*context == nullptr) return MHD_NO;
  auto& exchange = *static_cast<Exchange*>(*context);
  try {
    const std::string_view piece(upload == nullptr ? "" : upload, *upload_size);
    const MHD_Result result = server->on_request(connection, exchange, method, piece);
    *upload_size = 0;
    return result;
  } catch (const std::exception& error) {
    server->report(error.what());
    return MHD_NO;
  }
}

// The library calls once with the header, once for each piece of the body, once at its end, and
// once more when a suspended connection was resumed.
MHD_Result MicroServer::on_request(MHD_Connection* connection, Exchange& exchange,
                                   const char* method, std::string_view piece) {
  if (!exchange.is_started) return on_header(connection, exchange, method);
  if (exchange.response) return answer(connection, *exchange.response);
  if (!piece.empty()) return exchange.add_body(piece) ? MHD_YES : MHD_NO;
  if (exchange.is_too_large()) return answer(connection, exchange.too_large());
  return hand_over(connection, exchange);
}

MHD_Result MicroServer::on_header(MHD_Connection* connection, Exchange& exchange,
                                  const char* method) {
  exchange.is_started = true;
  exchange.request.method = method;
  HeaderFields fields{.exchange = exchange, .failure = nullptr};
  MHD_get_connection_values_n(connection, MHD_HEADER_KIND, &MicroServer::take_header, &fields);
  if (fields.failure) std::rethrow_exception(fields.failure);
  const auto fault = exchange.fault();
  return fault ? answer(connection, *fault) : MHD_YES;
}

// Between suspending and resuming, the exchange is the worker's; the library touches it no more
// until then, nor frees it.
MHD_Result MicroServer::hand_over(MHD_Connection* connection, Exchange& exchange) {
  bool is_taken = false;
  MHD_suspend_connection(connection);
  try {
    is_taken = workers_.submit([this, connection, &exchange] {
      exchange.response = handled(exchange.request);
      MHD_resume_connection(connection);
    });
  } catch (const std::exception& error) {
    report(error.what());
  }
  if (!is_taken) {
    exchange.response = problem(503, "server_stopping", "The server is stopping: try again soon.");
    MHD_resume_connection(connection);
  }
  return MHD_YES;
}

Response MicroServer::handled(const Request& request) const {
  try {
    return handler_(request);
  } catch (const std::exception& error) {
    report(error.what());
  } catch (...) {
    report("the handler threw something that is no exception");
  }
  return problem(500, "internal_error",
                 "The call failed by a fault of this program: its log says more.");
}

MHD_Result MicroServer::answer(MHD_Connection* connection, const Response& response) const {
  struct Destroy {
    void operator()(MHD_Response* answer) const { MHD_destroy_response(answer); }
  };
  const auto free_body = [](void* body) { delete static_cast<std::string*>(body); };
  auto body = std::make_unique<std::string>(response.body);
  const std::unique_ptr<MHD_Response, Destroy> out(
      MHD_create_response_from_buffer_with_free_callback_cls(body->size(), body->data(), free_body,
                                                             body.get()));
  if (out == nullptr) throw std::runtime_error("the HTTP library makes no response");
  body.release();  // the response's now
  for (const auto& [name, value] : response.headers) {
    if (MHD_add_response_header(out.get(), name.c_str(), value.c_str()) != MHD_YES) {
      throw std::runtime_error("the answer has a header field that cannot be sent: " + name);
    }
  }
  return MHD_queue_response(connection, static_cast<unsigned>(response.status), out.get());
}

void MicroServer::report(std::string_view what) const {
  on_error_(fmt::format("a request failed: {}", what));
}

}  // namespace

std::expected<std::unique_ptr<HttpServer>, std::string> HttpServer::start(
    const ServerOptions& options, Handler handler,
    std::function<void(const std::string&)> on_error) {
  auto server = std::make_unique<MicroServer>(options, std::move(handler), std::move(on_error));
  if (auto opened = server->open(); !opened) return std::unexpected(std::move(opened.error()));
  return server;
}

}  // namespace mandate::web
