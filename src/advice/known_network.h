// Networks of which something is known without asking: those that send no mail, and those that
// many share.
#pragma once

#include <string_view>

#include "mandate/dns/ip_address.h"

namespace mandate::advice {

struct KnownNetwork {
  dns::Prefix prefix;
  std::string_view what;  ///< `for private use`; of a shared one who publishes it as its own
};

/// The network of RFC 6890 that all of these addresses lie in, where no mail on the Internet comes
/// from; null when there is none. Lives as long as the program, as that of the other.
const KnownNetwork* reserved_network(const dns::Prefix& addresses);

/// A network of a service with many customers that lies in these addresses as a whole; null when
/// none is known.
const KnownNetwork* shared_network(const dns::Prefix& addresses);

}  // namespace mandate::advice
