// A DNS message in the octets that it came in: looked through for faults once, then read in place.
// Memory is taken only for what a reader wants to keep.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "mandate/dns/message.h"

namespace mandate::dns {

/// A well-formed name where it begins in a message, whose compression (RFC 1035 section 4.1.4) is
/// followed whenever it is read.
class NameView {
 public:
  NameView(std::string_view message, std::size_t at) : message_(message), at_(at) {}

  Name name() const;
  /// Without regard to case.
  friend bool operator==(const NameView& view, const Name& name);

 private:
  std::string_view message_;
  std::size_t at_;
};

struct QuestionView {
  NameView name;
  RecordType type{};
};

/// A well-formed resource record of class IN within a message.
struct RecordView {
  NameView owner;
  RecordType type{};
  std::uint32_t ttl = 0;  ///< as `Record::ttl`
  std::string_view message;
  std::size_t data_at = 0;
  std::size_t data_size = 0;

  RecordData data() const;
};

/// What `Message` has, as views: good as long as the octets that it was read from.
struct MessageView {
  std::uint16_t id = 0;
  bool is_response = false;
  bool authoritative = false;
  bool truncated = false;
  bool recursion_desired = false;
  bool recursion_available = false;
  bool authentic_data = false;
  ResponseCode code = ResponseCode::no_error;
  std::vector<QuestionView> questions;
  std::vector<RecordView> answers;
  std::vector<RecordView> authority;
  std::vector<RecordView> additional;

  /// With memory of its own.
  Message message() const;
  /// Whether its names may be followed over and over: of a hostile message they are long, and very
  /// many. Of any other the names are to be read but once, by `message`.
  bool is_brief() const { return answers.size() + authority.size() <= 32; }
};

/// Reads a message as `decode` does, which is made of it, into the memory that the view has. On an
/// error the view is of no use.
std::expected<void, std::string> read_message(std::string_view bytes, MessageView& view);

// The data of a record, whichever way it is held.
inline const RecordData& data_of(const Record& record) {
  return record.data;
}
inline RecordData data_of(const RecordView& record) {
  return record.data();
}

/// `fact_from` of a message in place, but that the fact is without its question.
Fact answer_in(const MessageView& response, const Question& question, std::chrono::sys_seconds now,
               std::string_view source);

}  // namespace mandate::dns
