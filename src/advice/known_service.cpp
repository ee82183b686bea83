#include "advice/known_service.h"

#include <algorithm>
#include <array>
#include <string>

namespace mandate::advice {
namespace {

struct Service {
  std::string_view name;
  std::string_view spf;  ///< the name to include for it; empty: no other one
};

/// By what their documentation has customers publish.
constexpr auto kServices = std::to_array<Service>({
    {"outlook.com", "spf.protection.outlook.com"},
    {"hotmail.com", "spf.protection.outlook.com"},
    {"office365.com", "spf.protection.outlook.com"},
    {"google.com", "_spf.google.com"},
    {"gmail.com", "_spf.google.com"},
    {"amazonses.com", ""},
    {"sendgrid.net", ""},
    {"mailgun.org", ""},
    {"protection.outlook.com", ""},
});

constexpr auto kRetired = std::to_array<Service>({
    {"aspmx.googlemail.com", "_spf.google.com"},
    {"smtp.zendesk.com", "mail.zendesk.com"},
    {"support.zendesk.com", "mail.zendesk.com"},
});

std::optional<std::string_view> spf_of(const auto& services, std::string_view name) {
  const auto found = std::ranges::find(services, name, &Service::name);
  if (found == services.end() || found->spf.empty()) return std::nullopt;
  return found->spf;
}

}  // namespace

std::optional<std::string_view> name_for_mail(std::string_view name) {
  return spf_of(kServices, name);
}

std::optional<std::string_view> successor_of(std::string_view name) {
  return spf_of(kRetired, name);
}

std::optional<std::string_view> imitated_by(std::string_view name) {
  const auto found = std::ranges::find_if(kServices, [&](const Service& service) {
    return name.starts_with(std::string(service.name) + ".");
  });
  if (found == kServices.end()) return std::nullopt;
  return found->name;
}

std::optional<std::string_view> cloud_listed_by(std::string_view name) {
  // https://cloud.google.com/appengine/docs/outbound-ip-addresses names it, and those below it.
  if (name.starts_with("_cloud-netblocks") && name.ends_with(".googleusercontent.com")) {
    return "Google Cloud";
  }
  return std::nullopt;
}

}  // namespace mandate::advice
