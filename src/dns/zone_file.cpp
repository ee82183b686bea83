#include "dns/zone_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "dns/presentation.h"

namespace mandate::dns {
namespace {

constexpr int kCnameLimit = 16;
constexpr std::uint32_t kDefaultTtl = 3600;

/// One entry of a zone file: its lines joined, without comments and parentheses.
struct Entry {
  std::size_t line = 1;  ///< where it begins
  std::string text;
  bool begins_blank = false;
};

/// Splits a file into entries (RFC 1035 section 5.1).
class EntryReader {
 public:
  explicit EntryReader(std::string_view contents) : rest_(contents) {}

  /// The next entry that is not empty; nothing at the end; a sentence on a fault.
  std::expected<std::optional<Entry>, std::string> next() {
    Entry entry;
    int depth = 0;
    entry.line = line_;
    while (!rest_.empty()) {
      if (depth == 0 && entry.text.find_first_not_of(" \t\r") == std::string::npos) {
        entry = {.line = line_, .text = {}, .begins_blank = rest_[0] == ' ' || rest_[0] == '\t'};
      }
      if (auto read = read_line(entry.text, depth); !read) return std::unexpected(read.error());
      if (depth == 0 && entry.text.find_first_not_of(" \t\r") != std::string::npos) return entry;
    }
    if (depth > 0) return std::unexpected("a parenthesis is not closed");
    return std::nullopt;
  }
  std::size_t line() const { return line_; }

 private:
  /// Appends one line; a quoted string may run over its end.
  std::expected<void, std::string> read_line(std::string& out, int& depth) {
    bool in_quotes = false;
    while (!rest_.empty()) {
      const char c = rest_.front();
      rest_.remove_prefix(1);
      if (c == '\n') {
        ++line_;
        if (in_quotes) return std::unexpected("a quote is not closed on its line");
        out += ' ';
        return {};
      }
      if (c == '\\' && !rest_.empty() && rest_.front() != '\n') {
        out += c;
        out += rest_.front();
        rest_.remove_prefix(1);
      } else if (c == '"') {
        in_quotes = !in_quotes;
        out += c;
      } else if (in_quotes) {
        out += c;
      } else if (c == ';') {
        rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
      } else if (c == '(' || c == ')') {
        depth += c == '(' ? 1 : -1;
        if (depth < 0) return std::unexpected("a parenthesis is closed that was not opened");
        out += ' ';
      } else {
        out += c;
      }
    }
    if (in_quotes) return std::unexpected("a quote is not closed");
    return {};
  }

  std::string_view rest_;
  std::size_t line_ = 1;
};

/// Reads entries into records, keeping what later entries inherit.
class ZoneReader {
 public:
  std::expected<void, std::string> read(const Entry& entry) {
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
    const bool escaped_dot = text.ends_with("\\.");
    if (name && !(text.ends_with('.') && !escaped_dot) && !origin_.is_root()) {
      auto labels = name->labels();
      const auto origin = origin_.labels();
      labels.insert(labels.end(), origin.begin(), origin.end());
      name = Name::from_labels(labels);
    }
    if (!name) {
      return std::unexpected(fmt::format("{} is no domain name: {}", text, describe(name.error())));
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
      if (!ttl_) return std::unexpected(fmt::format("{} is no time to live", words[1].written));
      return {};
    }
    if (keyword == "$INCLUDE") {
      return std::unexpected("$INCLUDE is not followed; give the other file beside this one");
    }
    return std::unexpected(
        fmt::format("{} is not understood; write $ORIGIN NAME or $TTL SECONDS", keyword));
  }

  /// [TTL] [class] type data, or [class] [TTL] type data (RFC 1035 section 5.1).
  std::expected<void, std::string> record(std::vector<Word> words) {
    Record out{.owner = *owner_, .type = {}, .ttl = ttl_.value_or(kDefaultTtl), .data = {}};
    std::size_t at = 0;
    for (; at < words.size(); ++at) {
      const std::string& word = words[at].written;
      if (word == "IN" || word == "in") continue;
      if (word.empty() || word[0] < '0' || word[0] > '9') break;
      const auto ttl = parse_ttl(word);
      if (!ttl) return std::unexpected(fmt::format("{} is no time to live", word));
      out.ttl = *ttl;
    }
    if (at == words.size()) return std::unexpected("the record has no type");
    const auto type = parse_record_type(words[at].written);
    if (!type) return std::unexpected(type.error());
    out.type = *type;
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
    if (type == RecordType::ns || type == RecordType::cname || type == RecordType::ptr) names = {0};
    if (type == RecordType::mx) names = {1};
    if (type == RecordType::soa) names = {0, 1};
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
  std::optional<std::uint32_t> ttl_;
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
  EntryReader entries(contents);
  ZoneReader zone;
  const auto fault = [&](std::size_t line, std::string message) {
    return std::unexpected(ZoneFileError{std::string(file), line, std::move(message)});
  };
  std::vector<std::size_t> lines;
  for (;;) {
    const auto entry = entries.next();
    if (!entry) return fault(entries.line(), entry.error());
    if (!*entry) break;
    if (auto read = zone.read(**entry); !read) return fault((*entry)->line, read.error());
    lines.resize(zone.records().size(), (*entry)->line);
  }
  ZoneData merged = *this;
  for (std::size_t i = 0; i < zone.records().size(); ++i) {
    Record& record = zone.records()[i];
    // RFC 1034 section 3.6.2: beside a CNAME there is nothing else.
    const auto at_owner = [&](RecordType type) { return merged.find({record.owner, type}); };
    const bool cname = record.type == RecordType::cname;
    const bool clash =
        cname ? merged.owners_.contains(record.owner) : at_owner(RecordType::cname) != nullptr;
    if (clash) {
      return fault(lines[i], fmt::format("{} has a CNAME and another record; keep one of the two",
                                         record.owner.text()));
    }
    merged.add(std::move(record));
  }
  merged.files_ += (merged.files_.empty() ? "" : ", ") + std::string(file);
  *this = std::move(merged);
  return {};
}

void ZoneData::add(Record record) {
  std::vector<Record>& set = records_[{record.owner, record.type}];
  const bool there =
      std::ranges::any_of(set, [&](const Record& other) { return other.data == record.data; });
  if (there) return;  // RFC 2181 section 5: a set has no duplicates
  owners_.insert(record.owner);
  for (Name name = record.owner; names_.insert(name).second && !name.is_root();) {
    name = name.parent();
  }
  set.push_back(std::move(record));
  ++size_;
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
    const auto owner = answering_owner(name);
    const auto* set = owner ? find({*owner, question.type}) : nullptr;
    const auto* alias = owner ? find({*owner, RecordType::cname}) : nullptr;
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
