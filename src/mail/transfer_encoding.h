// Bodies in seven bits: line ends, quoted-printable and base64 (RFC 2045 section 6).
#pragma once

#include <string>
#include <string_view>

namespace mandate::mail {

/// Text with every CR, LF and CRLF made one CRLF, and the last line ended. Bare CR and LF are read
/// as line ends by some servers and not by others, which is how one message is smuggled inside
/// another (CVE-2023-51764 to 51766), so none may reach a relay.
std::string with_crlf(std::string_view text);

/// RFC 2045 section 6.7, of text with CRLF line ends: lines of 76 octets at most, of space and
/// printable ASCII alone; every control octet, TAB too, is encoded. A line never begins with a dot
/// or `From `, so that the text survives mail boxes and relays that are careless about either
/// (RFC 2049 section 3).
std::string quoted_printable(std::string_view text);

/// RFC 4648 section 4, in one line.
std::string base64(std::string_view octets);

/// RFC 2045 section 6.8: lines of 76 octets, each ended by CRLF.
std::string base64_lines(std::string_view octets);

struct EncodedBody {
  std::string_view encoding;  ///< the value of Content-Transfer-Encoding
  std::string content;        ///< ends with CRLF
};

/// A text body made ready for the wire: CRLF line ends, then whichever encoding is shorter.
EncodedBody encode_body(std::string_view text);

}  // namespace mandate::mail
