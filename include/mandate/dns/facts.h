// Facts: DNS answers known at a moment. The engine reads nothing else.
#pragma once

#include <chrono>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mandate/api.h"
#include "mandate/dns/hash_index.h"
#include "mandate/dns/record.h"

namespace mandate::dns {

/// What can be asked of the DNS: the records of one type at one name, class IN.
struct Question {
  Name name;
  RecordType type{};
  friend bool operator==(const Question&, const Question&) = default;
  friend auto operator<=>(const Question&, const Question&) = default;
};

/// `NAME TYPE`, for traces and messages.
MANDATE_API std::string text(const Question& question);

/// The answer to one question, as it was learned.
struct Fact {
  enum class Status : std::uint8_t {
    found,         ///< `records` has at least one
    no_data,       ///< the name exists, without records of the type (RCODE 0)
    no_such_name,  ///< RCODE 3
    failed,        ///< any other RCODE, a time-out, an answer that makes no sense (`detail` says)
  };

  Question question;
  Status status = Status::failed;
  /// The data asked for, in the order received, with CNAMEs followed as the server gave them.
  std::vector<RecordData> records;
  /// Seconds for which the answer holds: the least of all records used, CNAMEs included; of a
  /// negative answer as RFC 2308 section 5 has it; zero of a failure.
  std::uint32_t ttl = 0;
  std::chrono::sys_seconds learned_at{};
  std::string source;  ///< who gave it: `192.0.2.53:53`, or the path of a zone file
  std::string detail;  ///< of a failure: its reason, a sentence for a person
  /// The server says that DNSSEC proves the answer (AD, RFC 4035 section 3.2.3): true as far as it,
  /// and the way to it, are trusted.
  bool authenticated = false;

  /// A void lookup: no records and no failure (RFC 7208 section 4.6.4).
  bool is_void() const { return status == Status::no_data || status == Status::no_such_name; }
  friend bool operator==(const Fact&, const Fact&) = default;
};

/// `found`, `no_data`, `no_such_name`, `failed`.
MANDATE_API std::string_view text(Fact::Status status);

/// A set of facts, one a question. A value type; const functions may be called from several
/// threads at once.
class MANDATE_API Facts {
 public:
  /// Nothing when the question has not been answered. The pointer holds until a fact for the same
  /// question is added.
  const Fact* find(const Question& question) const;
  /// The same by `Name::wire`, for callers that have no Name.
  const Fact* find(std::string_view wire, RecordType type) const;
  /// Puts a fact in; an older one for the same question is replaced.
  void add(Fact fact);
  /// Takes all out, and keeps memory for some that come.
  void clear();
  bool empty() const { return facts_.empty(); }
  std::size_t size() const { return facts_.size(); }
  class Iterator;
  Iterator begin() const;  ///< pairs of Question and Fact, in no order
  Iterator end() const;
  friend bool operator==(const Facts& a, const Facts& b);

 private:
  /// The number of the fact, from 1, or 0.
  std::uint32_t number_of(std::string_view wire, RecordType type) const;

  std::deque<Fact> facts_;  // which stay where they are
  HashIndex index_;         // of all, once they are more than a few; empty before
};

class Facts::Iterator {
 public:
  using value_type = std::pair<const Question&, const Fact&>;
  using difference_type = std::ptrdiff_t;
  Iterator() = default;
  explicit Iterator(std::deque<Fact>::const_iterator at) : at_(at) {}
  value_type operator*() const { return {at_->question, *at_}; }
  Iterator& operator++() {
    ++at_;
    return *this;
  }
  Iterator operator++(int) { return Iterator(at_++); }
  friend bool operator==(const Iterator&, const Iterator&) = default;

 private:
  std::deque<Fact>::const_iterator at_;
};

inline Facts::Iterator Facts::begin() const {
  return Iterator(facts_.begin());
}
inline Facts::Iterator Facts::end() const {
  return Iterator(facts_.end());
}

}  // namespace mandate::dns
