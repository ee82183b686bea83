// Services that are often included, and the names that they are known by.
#pragma once

#include <optional>
#include <string_view>

namespace mandate::advice {

/// Names are in lower case, without a dot at the end; what is returned lives as long as the
/// program.

/// The name to include for a service whose mail goes by another name than the one given:
/// `spf.protection.outlook.com` for `outlook.com`.
std::optional<std::string_view> name_for_mail(std::string_view name);

/// What a service says to include instead of a name that it had customers include once.
std::optional<std::string_view> successor_of(std::string_view name);

/// The service whose name somebody else's begins with: `amazonses.com` for
/// `amazonses.com.evil.example`.
std::optional<std::string_view> imitated_by(std::string_view name);

/// The cloud whose addresses a name lists, those of all its customers.
std::optional<std::string_view> cloud_listed_by(std::string_view name);

}  // namespace mandate::advice
