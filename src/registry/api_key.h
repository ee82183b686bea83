// A bearer key of the API, as the store knows it: never the key itself.
#pragma once

#include <chrono>
#include <optional>
#include <string>

namespace mandate::registry {

struct ApiKey {
  std::string id;
  std::optional<std::string> account_id;  ///< nothing: the provider's own key, for every account
  std::string hash;                       ///< SHA-256 of the key, lower-case hex
  std::string label;                      ///< for people
  std::chrono::sys_seconds created_at{};
  std::optional<std::chrono::sys_seconds> revoked_at;
  friend bool operator==(const ApiKey&, const ApiKey&) = default;
};

}  // namespace mandate::registry
