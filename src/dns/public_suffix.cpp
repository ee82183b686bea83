#include "dns/public_suffix.h"

#include <fmt/format.h>
#include <libpsl.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace mandate::dns {
namespace {

// The public suffix list is compiled into the library; the file of the distribution stands in
// where it is not. Constant after its first use.
const psl_ctx_t* suffix_list() {
  static const psl_ctx_t* const list = [] {
    const psl_ctx_t* builtin = psl_builtin();
    return builtin != nullptr ? builtin : psl_latest(nullptr);
  }();
  return list;
}

bool is_of_host_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

// Octets that a host name cannot have (a dot inside a label, say) would mislead the list; the
// labels to the right of them decide.
std::string plain_end(const Name& name) {
  std::string text;
  const auto labels = name.labels();
  for (auto label = labels.rbegin(); label != labels.rend(); ++label) {
    if (!std::ranges::all_of(*label, is_of_host_name)) break;
    text = text.empty() ? std::string(*label) : fmt::format("{}.{}", *label, text);
  }
  return text;
}

}  // namespace

bool knows_public_suffixes() {
  return suffix_list() != nullptr;
}

bool is_public_suffix(const Name& name) {
  return knows_public_suffixes() &&
         psl_is_public_suffix2(suffix_list(), name.text().c_str(), PSL_TYPE_ANY) != 0;
}

Name registrable_domain(const Name& name) {
  const std::string text = plain_end(name);
  if (text.empty() || !knows_public_suffixes()) return name;
  const char* found = psl_registrable_domain(suffix_list(), text.c_str());
  if (found == nullptr) return name;
  return Name::parse(found).value_or(name);
}

}  // namespace mandate::dns
