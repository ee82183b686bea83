// A stub client that blocks: the face of DnsClient for whoever has no event loop.
#pragma once

#include <memory>

#include "resolver/lookup.h"
#include "resolver/stub_options.h"

namespace mandate::resolver {

/// Asks recursive (or authoritative) servers as dns_client.h describes it, on one thread of its
/// own, which the first `ask` starts and the destructor ends. Equal questions under way, of one
/// caller or of several, are asked once. Thread-safe.
std::unique_ptr<Lookup> make_stub_client(StubOptions options);

}  // namespace mandate::resolver
