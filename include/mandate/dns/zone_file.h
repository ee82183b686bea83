// Zone files (RFC 1035 section 5, RFC 2308 section 4 for $TTL) as a whole DNS of their own.
#pragma once

#include <chrono>
#include <cstddef>
#include <expected>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "mandate/api.h"
#include "mandate/dns/facts.h"

namespace mandate::dns {

struct MANDATE_API ZoneFileError {
  std::string file;
  std::size_t line = 0;  ///< from 1
  std::string message;   ///< what is wrong and how to mend it
  /// `FILE:LINE: MESSAGE`
  std::string text() const;
};

/// The records of any number of zone files. As a DNS: a name that it does not have does not
/// exist, a name that has other types gives no data, wildcards answer as RFC 4592 says, CNAMEs and
/// DNAMEs are followed. Const functions may be called from several threads.
class MANDATE_API ZoneData {
 public:
  /// Adds a file's records. `$ORIGIN`, `$TTL`, parentheses, quotes, comments, `@`, omitted owners,
  /// TTLs (the one of `$TTL`, else the last one written, else an hour) and classes and RFC 3597
  /// unknown types are understood; `$INCLUDE` and other classes than IN are refused. Without
  /// `$ORIGIN` names are relative to the root, so `example.com IN TXT …` works as it stands.
  /// On an error nothing of the file has been added.
  std::expected<void, ZoneFileError> add_file(std::string_view contents, std::string_view file);

  void add(Record record);

  /// Answers as an authoritative server of everything would. `source` of the fact: the file.
  Fact lookup(const Question& question, std::chrono::sys_seconds now) const;

  const std::vector<Record>* find(const Question& question) const;
  /// The names that have records of the type, wildcards as they are written.
  std::vector<Name> owners(RecordType type) const;
  std::size_t size() const { return size_; }

 private:
  bool clashes(const Record& record) const;
  std::optional<Name> answering_owner(const Name& name) const;
  std::expected<std::vector<Record>, std::string> made_alias(const Name& name) const;
  std::uint32_t negative_ttl(Name name) const;

  std::map<Question, std::vector<Record>> records_;
  std::set<Name> owners_;
  std::set<Name> names_;  // every owner and each of its ancestors (empty non-terminals exist)
  std::string files_;
  std::size_t size_ = 0;
  bool has_dname_ = false;
};

}  // namespace mandate::dns
