// One SPF check as a receiver makes it: a request and a DNS in, everything worth telling out.
#pragma once

#include <chrono>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "advice/near_miss.h"
#include "mandate/spf/check_host.h"
#include "mandate/spf/other_readings.h"
#include "resolver/lookup.h"

namespace mandate::app {

struct ReceiverCheck {
  spf::Request request;
  spf::Verdict verdict;
  std::optional<advice::NearMiss> near_miss;  ///< only of none: a TXT that was meant to be SPF
  /// Where RFC 7208 leaves room: what receivers that read it otherwise come to.
  std::vector<spf::OtherReading> other_readings;
};

/// How much to tell. `full` has the trace and the other readings, which ask the DNS for more.
enum class Detail : std::uint8_t { brief, full };

/// What the identities are called where they are given, for the errors.
struct IdentityNames {
  std::string_view mail_from = "mail_from";
  std::string_view helo = "helo";
};
inline constexpr IdentityNames kIdentityOptions{"--mail-from", "--helo"};

/// The request for a client address and the identities that were given. One pair of angle brackets
/// round MAIL FROM is dropped, so that `<>` is the null sender. It has no time: see `CheckStep`.
/// The error says what is wrong and how to mend it.
std::expected<spf::Request, std::string> receiver_request(std::string_view ip,
                                                          std::optional<std::string> mail_from,
                                                          std::optional<std::string> helo,
                                                          const IdentityNames& names = {});

/// The check as a step of `resolver::settle`: goes on as far as the facts reach. A request without
/// a time is checked as of when the step is made.
class CheckStep {
 public:
  CheckStep(spf::Request request, Detail detail);

  std::variant<ReceiverCheck, spf::Questions> operator()(const dns::Facts& facts);

 private:
  /// False while `lacking` is lacking.
  bool go_on(const dns::Facts& facts, spf::Questions& lacking);

  Detail detail_;
  bool has_verdict_ = false;
  spf::Progress progress_;  // to the verdict
  ReceiverCheck check_;
};

/// A check in brief, of very many that are under way at once: it has no more memory than what must
/// be kept from step to step. A request without a time is checked as of the first step.
class BriefCheck {
 public:
  /// Once before the first step, and for each other check, in the memory of the last one.
  void begin(spf::Request&& request);
  /// False while `lacking` is lacking. Otherwise it is over, and `check` has all of it, in the
  /// memory that it had.
  bool go_on(const dns::Facts& facts, spf::Questions& lacking, ReceiverCheck& check);

 private:
  spf::Request request_;
  spf::Progress progress_;
};

/// Asks what is needed, at most until `timeout` from now.
ReceiverCheck check_as_receiver(const spf::Request& request, resolver::Lookup& lookup,
                                std::chrono::milliseconds timeout, Detail detail);

/// The exit code that stands for a result: as the well-known spfquery tools have them.
int exit_code_of(spf::Result result);

}  // namespace mandate::app
