// A TCP connection to a server on the loopback that says whatever octets a test wants to say.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mandate::web {

class RawConnection {
 public:
  /// Every wait ends after ten seconds, as a failure of the test.
  explicit RawConnection(std::uint16_t port);
  ~RawConnection();
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;

  /// False when the server has closed the connection.
  bool send(std::string_view octets);
  /// Reads until the server closes.
  std::string read_all();
  /// Reads one answer with its body, by its Content-Length.
  std::string read_answer();

 private:
  /// False at the end of the connection.
  bool read_more();
  int descriptor_;
  std::string pending_;
};

}  // namespace mandate::web
