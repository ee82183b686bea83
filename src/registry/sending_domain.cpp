#include "registry/sending_domain.h"

#include <array>

namespace mandate::registry {
namespace {

constexpr std::array kStatuses = {Status::pending,   Status::verified, Status::at_risk,
                                  Status::suspended, Status::failed,   Status::disabled};

}  // namespace

std::string_view text(Status status) {
  switch (status) {
    case Status::pending:
      return "pending";
    case Status::verified:
      return "verified";
    case Status::at_risk:
      return "at_risk";
    case Status::suspended:
      return "suspended";
    case Status::failed:
      return "failed";
    case Status::disabled:
      return "disabled";
  }
  return "unknown";
}

std::optional<Status> parse_status(std::string_view name) {
  for (const Status status : kStatuses) {
    if (text(status) == name) return status;
  }
  return std::nullopt;
}

bool SendingDomain::may_send(std::chrono::sys_seconds now) const {
  if (status == Status::verified) return true;
  return status == Status::at_risk && grace_expires_at && now < *grace_expires_at;
}

}  // namespace mandate::registry
