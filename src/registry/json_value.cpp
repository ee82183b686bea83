#include "registry/json_value.h"

#include "dns/printable.h"
#include "dns/utf8.h"
#include "registry/timestamp.h"

namespace mandate::registry {

namespace json = boost::json;

std::string json_string(std::string_view text) {
  if (dns::is_utf8(text)) return std::string(text);
  return dns::printable(text, text.size());
}

json::value json_string_or_null(std::string_view text) {
  if (text.empty()) return nullptr;
  return json::value(json_string(text));
}

json::array json_strings(const std::vector<std::string>& texts) {
  json::array out;
  for (const std::string& text : texts) out.emplace_back(json_string(text));
  return out;
}

json::value json_time(std::optional<std::chrono::sys_seconds> time) {
  if (!time) return nullptr;
  return json::value(timestamp(*time));
}

}  // namespace mandate::registry
