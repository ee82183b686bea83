#include "registry/sending_domain.h"

#include <array>

namespace mandate::registry {
namespace {

constexpr std::array kStatuses = {Status::pending,   Status::verified, Status::at_risk,
                                  Status::suspended, Status::failed,   Status::disabled};

constexpr std::array kModes = {Mode::apex_include, Mode::return_path};
constexpr std::array kOwnerships = {Ownership::unknown, Ownership::own_include, Ownership::token,
                                    Ownership::not_asked};

template <class Value, std::size_t size>
std::optional<Value> parse(const std::array<Value, size>& values, std::string_view name) {
  for (const Value value : values) {
    if (text(value) == name) return value;
  }
  return std::nullopt;
}

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
  return parse(kStatuses, name);
}

std::string_view text(Mode mode) {
  switch (mode) {
    case Mode::apex_include:
      return "apex_include";
    case Mode::return_path:
      return "return_path";
  }
  return "unknown";
}

std::optional<Mode> parse_mode(std::string_view name) {
  return parse(kModes, name);
}

std::string_view text(Ownership ownership) {
  switch (ownership) {
    case Ownership::unknown:
      return "unknown";
    case Ownership::own_include:
      return "own_include";
    case Ownership::token:
      return "token";
    case Ownership::not_asked:
      return "not_asked";
  }
  return "unknown";
}

std::optional<Ownership> parse_ownership(std::string_view name) {
  return parse(kOwnerships, name);
}

bool SendingDomain::may_send(std::chrono::sys_seconds now) const {
  if (status == Status::verified) return true;
  return status == Status::at_risk && grace_expires_at && now < *grace_expires_at;
}

}  // namespace mandate::registry
