#include "advice/pasted_record.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "dns/presentation.h"
#include "dns/zone_entry.h"
#include "mandate/dns/name.h"

namespace mandate::advice {
namespace {

struct Entries {
  std::vector<dns::Word> words;  ///< of all of them
  std::size_t count = 0;
};

std::optional<Entries> entries_of(std::string_view text) {
  Entries out;
  dns::ZoneEntryReader reader(text);
  for (;;) {
    const auto entry = reader.next();
    if (!entry) return std::nullopt;
    if (!*entry) return out;
    auto words = dns::split_words((*entry)->text);
    if (!words) return std::nullopt;
    std::ranges::move(*words, std::back_inserter(out.words));
    ++out.count;
  }
}

bool is_txt(const dns::Word& word) {
  const auto type = dns::parse_record_type(word.written);
  return !word.was_quoted && type == dns::RecordType::txt;
}

bool is_ttl_or_class(const dns::Word& word) {
  if (word.was_quoted) return false;
  return dns::class_named(word.written) == "IN" || dns::parse_ttl(word.written).has_value();
}

/// What no name in front of a record is: it belongs to a record's text.
bool is_owner(const dns::Word& word) {
  return !word.was_quoted && !word.written.contains('=') && !word.written.contains(':') &&
         dns::Name::parse(word.written).has_value();
}

/// The words behind `[NAME] [TTL] [IN] TXT`. Without a name in front they have to be quoted: what
/// stands in a form as `TXT v=spf1 mx` is stored so.
std::optional<std::size_t> data_of(const std::vector<dns::Word>& words) {
  std::size_t at = 0;
  const auto skip = [&] {
    while (at < words.size() && is_ttl_or_class(words[at])) ++at;
  };
  skip();
  const bool has_owner = at == 0 && !is_txt(words[0]) && is_owner(words[0]);
  if (has_owner) ++at;
  skip();
  if (at >= words.size() || !is_txt(words[at]) || ++at == words.size()) return std::nullopt;
  if (!has_owner && !words[at].was_quoted) return std::nullopt;
  return at;
}

}  // namespace

std::optional<dns::TxtData> pasted_record(std::string_view text) {
  const auto entries = entries_of(text);
  if (!entries || entries->words.empty()) return std::nullopt;
  const std::vector<dns::Word>& words = entries->words;
  std::size_t begin = 0;
  if (!std::ranges::all_of(words, &dns::Word::was_quoted)) {
    const auto data = data_of(words);
    if (!data || entries->count != 1) return std::nullopt;
    begin = *data;
  }
  dns::TxtData out;
  for (std::size_t i = begin; i < words.size(); ++i) out.strings.push_back(words[i].octets);
  return out;
}

}  // namespace mandate::advice
