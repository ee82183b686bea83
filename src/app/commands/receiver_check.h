// One SPF check as a receiver makes it: a request and a DNS in, everything worth telling out.
#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <string>

#include "advice/near_miss.h"
#include "mandate/spf/check_host.h"
#include "resolver/lookup.h"

namespace mandate::app {

struct ReceiverCheck {
  spf::Request request;
  spf::Verdict verdict;
  std::optional<advice::NearMiss> near_miss;  ///< only of none: a TXT that was meant to be SPF
};

/// The request for a client address and the identities that were given. An IPv4-mapped address
/// becomes IPv4; one pair of angle brackets round MAIL FROM is dropped, so that `<>` is the null
/// sender. The error says what is wrong and how to mend it.
std::expected<spf::Request, std::string> receiver_request(
    std::string_view ip, const std::optional<std::string>& mail_from,
    const std::optional<std::string>& helo);

/// Asks what is needed, at most until `timeout` from now.
ReceiverCheck check_as_receiver(const spf::Request& request, resolver::Lookup& lookup,
                                std::chrono::milliseconds timeout);

}  // namespace mandate::app
