#include "mandate/dns/zone_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "dns/presentation.h"
#include "dns/printable.h"
#include "dns/zone_entry.h"

namespace mandate::dns {
namespace {

constexpr int kCnameLimit = 32;
constexpr std::uint32_t kDefaultTtl = 3600;
constexpr std::size_t kShown = 80;  // octets of a wrong word in a message about it

std::string no_ttl(std::string_view text) {
  return fmt::format("{} is no time to live; write seconds, or units such as 1h30m",
                     printable(text, kShown));
}

/// True of a name that is absolute: the dot at its end is not escaped.
bool ends_with_dot(std::string_view text) {
  if (!text.ends_with('.')) return false;
  text.remove_suffix(1);
  const std::size_t other = text.find_last_not_of('\\');
  const std::size_t backslashes = text.size() - (other == std::string_view::npos ? 0 : other + 1);
  return backslashes % 2 == 0;
}

/// Reads entries into records, keeping what later entries inherit.
class ZoneReader {
 public:
  std::expected<void, std::string> read(const ZoneEntry& entry) {
    auto words = split_words(entry.text);
    if (!words) return std::unexpected(std::move(words.error()));
    if (words->front().written.starts_with('$') && !entry.begins_blank) return directive(*words);
    std::size_t at = 0;
    if (!entry.begins_blank) {
      auto owner = absolute((*words)[at++].written);
      if (!owner) return std::unexpected(std::move(owner.error()));
      owner_ = std::move(*owner);
    }
    if (!owner_) return std::unexpected("there is no owner name before this one to inherit");
    return record({words->begin() + static_cast<std::ptrdiff_t>(at), words->end()});
  }

  std::vector<Record>& records() { return records_; }

 private:
  std::expected<Name, std::string> absolute(std::string_view text) const {
    if (text == "@") return origin_;
    auto name = Name::parse(text);
    if (name && !ends_with_dot(text) && !origin_.is_root()) {
      auto labels = name->labels();
      const auto origin = origin_.labels();
      labels.insert(labels.end(), origin.begin(), origin.end());
      name = Name::from_labels(labels);
    }
    if (!name) {
      return std::unexpected(
          fmt::format("{} is no domain name: {}", printable(text, kShown), describe(name.error())));
    }
    return std::move(*name);
  }

  std::expected<void, std::string> directive(const std::vector<Word>& words) {
    const std::string& keyword = words[0].written;
    if (keyword == "$ORIGIN" && words.size() == 2) {
      auto origin = absolute(words[1].written);
      if (!origin) return std::unexpected(std::move(origin.error()));
      origin_ = std::move(*origin);
      return {};
    }
    if (keyword == "$TTL" && words.size() == 2) {
      ttl_ = parse_ttl(words[1].written);
      if (!ttl_) return std::unexpected(no_ttl(words[1].written));
      return {};
    }
    if (keyword == "$INCLUDE") {
      return std::unexpected("$INCLUDE is not followed; give the other file beside this one");
    }
    return std::unexpected(fmt::format("{} is not understood; write $ORIGIN NAME or $TTL SECONDS",
                                       printable(keyword, kShown)));
  }

  /// [TTL] [class] type data, or [class] [TTL] type data (RFC 1035 section 5.1).
  std::expected<void, std::string> record(std::vector<Word> words) {
    Record out{.owner = *owner_, .type = {}, .ttl = ttl_.value_or(stated_ttl_), .data = {}};
    std::size_t at = 0;
    for (; at < words.size(); ++at) {
      const std::string& word = words[at].written;
      if (const std::string_view named = class_named(word); !named.empty()) {
        if (named == "IN") continue;
        return std::unexpected(fmt::format("class {} is not served; write IN", named));
      }
      if (word.empty() || word[0] < '0' || word[0] > '9') break;
      const auto ttl = parse_ttl(word);
      if (!ttl) return std::unexpected(no_ttl(word));
      out.ttl = stated_ttl_ = *ttl;
    }
    if (at == words.size()) return std::unexpected("the record has no type");
    const auto type = parse_record_type(words[at].written);
    if (!type) return std::unexpected(type.error());
    out.type = *type;
    if (out.type == RecordType::opt || out.type == RecordType::any) {
      return std::unexpected(fmt::format("{} is no type that data can have", text(out.type)));
    }
    words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(at + 1));
    if (auto named = make_names_absolute(out.type, words); !named) return named;
    auto data = parse_record_words(out.type, words);
    if (!data) {
      return std::unexpected(
          fmt::format("{} record of {}: {}", text(out.type), out.owner.text(), data.error()));
    }
    out.data = std::move(*data);
    records_.push_back(std::move(out));
    return {};
  }

  std::expected<void, std::string> make_names_absolute(RecordType type, std::vector<Word>& words) {
    std::vector<std::size_t> names;
    switch (type) {
      case RecordType::ns:
      case RecordType::cname:
      case RecordType::ptr:
      case RecordType::dname:
        names = {0};
        break;
      case RecordType::mx:
        names = {1};
        break;
      case RecordType::soa:
        names = {0, 1};
        break;
      default:
        break;
    }
    for (const std::size_t i : names) {
      if (i >= words.size()) continue;  // the reader of the data says what is missing
      auto name = absolute(words[i].written);
      if (!name) return std::unexpected(std::move(name.error()));
      words[i].written = name->text();
    }
    return {};
  }

  Name origin_;
  std::optional<Name> owner_;
  std::optional<std::uint32_t> ttl_;        // of $TTL (RFC 2308 section 4)
  std::uint32_t stated_ttl_ = kDefaultTtl;  // of the last record with one (RFC 1035 section 5.1)
  std::vector<Record> records_;
};

/// The wildcard name directly below a name (RFC 4592 section 2.1.1).
std::optional<Name> wildcard_below(const Name& encloser) {
  std::vector<std::string_view> labels{"*"};
  const auto rest = encloser.labels();
  labels.insert(labels.end(), rest.begin(), rest.end());
  auto name = Name::from_labels(labels);
  if (!name) return std::nullopt;
  return std::move(*name);
}

}  // namespace

std::string ZoneFileError::text() const {
  return fmt::format("{}:{}: {}", file, line, message);
}

std::expected<void, ZoneFileError> ZoneData::add_file(std::string_view contents,
                                                      std::string_view file) {
  ZoneEntryReader entries(contents);
  ZoneReader zone;
  const auto fault = [&](std::size_t line, std::string message) {
    return std::unexpected(ZoneFileError{std::string(file), line, std::move(message)});
  };
  std::vector<std::size_t> lines;
  for (;;) {
    const auto entry = entries.next();
    if (!entry) return fault(entries.fault_line(), entry.error());
    if (!*entry) break;
    if (auto read = zone.read(**entry); !read) return fault((*entry)->line, read.error());
    lines.resize(zone.records().size(), (*entry)->line);
  }
  ZoneData fresh;
  for (std::size_t i = 0; i < zone.records().size(); ++i) {
    const Record& record = zone.records()[i];
    if (clashes(record) || fresh.clashes(record)) {
      return fault(lines[i], fmt::format("{} has a CNAME and another record; keep one of the two",
                                         record.owner.text()));
    }
    fresh.add(record);
  }
  for (Record& record : zone.records()) add(std::move(record));
  files_ += (files_.empty() ? "" : ", ") + std::string(file);
  return {};
}

/// RFC 1034 section 3.6.2: beside a CNAME there is nothing else.
bool ZoneData::clashes(const Record& record) const {
  const std::vector<Record>* alias = find({record.owner, RecordType::cname});
  if (record.type != RecordType::cname) return alias != nullptr;
  return alias != nullptr ? alias->front().data != record.data : owners_.contains(record.owner);
}

void ZoneData::add(Record record) {
  std::vector<Record>& set = records_[{record.owner, record.type}];
  const bool there =
      std::ranges::any_of(set, [&](const Record& other) { return other.data == record.data; });
  if (there) return;  // RFC 2181 section 5: a set has no duplicates
  has_dname_ = has_dname_ || record.type == RecordType::dname;
  owners_.insert(record.owner);
  for (Name name = record.owner; names_.insert(name).second && !name.is_root();) {
    name = name.parent();
  }
  set.push_back(std::move(record));
  ++size_;
}

std::vector<Name> ZoneData::owners(RecordType type) const {
  std::vector<Name> out;
  for (const auto& [question, records] : records_) {
    if (question.type == type) out.push_back(question.name);
  }
  return out;
}

const std::vector<Record>* ZoneData::find(const Question& question) const {
  const auto found = records_.find(question);
  return found == records_.end() ? nullptr : &found->second;
}

/// The owner whose records answer for a name: itself, or the wildcard of its closest encloser
/// (RFC 4592 section 3.3.1); nothing when the name does not exist.
std::optional<Name> ZoneData::answering_owner(const Name& name) const {
  if (names_.contains(name)) return name;
  Name encloser = name.parent();
  while (!encloser.is_root() && !names_.contains(encloser)) encloser = encloser.parent();
  auto wildcard = wildcard_below(encloser);
  if (!wildcard || !names_.contains(*wildcard)) return std::nullopt;
  return wildcard;
}

/// The CNAME that a DNAME above a name makes for it; none where there is no DNAME, a sentence where
/// the new name would be too long (RFC 6672 section 2.2). What stands below a DNAME is hidden.
std::expected<std::vector<Record>, std::string> ZoneData::made_alias(const Name& name) const {
  const Record* dname = nullptr;
  for (Name above = name.parent(); has_dname_ && !above.is_root(); above = above.parent()) {
    if (const auto* set = find({above, RecordType::dname})) dname = &set->front();
  }
  if (dname == nullptr) return {};
  auto labels = name.labels();
  labels.resize(labels.size() - dname->owner.labels().size());
  const auto rest = std::get<NameData>(dname->data).target.labels();
  labels.insert(labels.end(), rest.begin(), rest.end());
  auto target = Name::from_labels(labels);
  if (!target) {
    return std::unexpected(fmt::format("the DNAME of {} makes a name that is too long of {}",
                                       dname->owner.text(), name.text()));
  }
  return std::vector{Record{name, RecordType::cname, dname->ttl, NameData{std::move(*target)}}};
}

/// RFC 2308 section 5: the lesser of the SOA's time to live and its minimum.
std::uint32_t ZoneData::negative_ttl(Name name) const {
  for (;; name = name.parent()) {
    if (const auto* set = find({name, RecordType::soa})) {
      const Record& soa = set->front();
      return std::min(soa.ttl, std::get<SoaData>(soa.data).minimum);
    }
    if (name.is_root()) return 0;
  }
}

Fact ZoneData::lookup(const Question& question, std::chrono::sys_seconds now) const {
  Fact fact{.question = question,
            .status = Fact::Status::failed,
            .records = {},
            .ttl = 0,
            .learned_at = now,
            .source = files_,
            .detail = {}};
  std::uint32_t ttl = 0x7fffffff;
  Name name = question.name;
  for (int hop = 0; hop <= kCnameLimit; ++hop) {
    const auto made = made_alias(name);
    if (!made) {
      fact.detail = made.error();
      return fact;
    }
    const auto owner = made->empty() ? answering_owner(name) : std::nullopt;
    const auto* alias = owner           ? find({*owner, RecordType::cname})
                        : made->empty() ? nullptr
                                        : &*made;
    const bool asks_alias = question.type == RecordType::cname;
    const auto* set = asks_alias ? alias : owner ? find({*owner, question.type}) : nullptr;
    if (set != nullptr) {
      fact.status = Fact::Status::found;
      for (const Record& record : *set) {
        fact.records.push_back(record.data);
        ttl = std::min(ttl, record.ttl);
      }
      fact.ttl = ttl;
      return fact;
    }
    if (alias == nullptr) {
      fact.status = owner ? Fact::Status::no_data : Fact::Status::no_such_name;
      fact.ttl = std::min(ttl, negative_ttl(name));
      return fact;
    }
    ttl = std::min(ttl, alias->front().ttl);
    name = std::get<NameData>(alias->front().data).target;
  }
  fact.detail = fmt::format("more than {} CNAMEs in a row", kCnameLimit);
  return fact;
}

}  // namespace mandate::dns
