#include "dns/message_view.h"

#include <algorithm>
#include <array>
#include <utility>

#include "dns/octets8.h"
#include "dns/wire_reader.h"

namespace mandate::dns {
namespace {

constexpr std::uint16_t kClassIn = 1;
constexpr std::size_t kWireLimit = 254;  // RFC 1035 section 2.3.4, without the final zero octet

/// The labels of a well-formed name, the leftmost first, as long as `use` takes them.
template <class Use>
void for_each_label(std::string_view message, std::size_t at, const Use& use) {
  const auto octet = [&](std::size_t place) { return static_cast<unsigned char>(message[place]); };
  while (const std::size_t length = octet(at)) {
    if ((length & 0xc0) != 0) {
      at = (length & 0x3f) << 8 | octet(at + 1);
      continue;
    }
    // With its length octet.
    if (!use(message.substr(at, 1 + length))) return;
    at += 1 + length;
  }
}

bool is_equal_folded(std::string_view octets, const char* folded) {
  std::size_t at = 0;
  for (; at + 8 <= octets.size(); at += 8) {
    if (lower8(load8(octets.data() + at)) != load8(folded + at)) return false;
  }
  const std::size_t left = octets.size() - at;
  return lower8(load_less_than8(octets.data() + at, left)) == load_less_than8(folded + at, left);
}

/// Looks through the data of a record, as `RecordView::data` reads them.
void skip_data(WireReader& reader, RecordType type, std::size_t length) {
  const std::size_t end = reader.at() + length;
  switch (type) {
    case RecordType::a:
      reader.take(4);
      return;
    case RecordType::aaaa:
      reader.take(16);
      return;
    case RecordType::ns:
    case RecordType::cname:
    case RecordType::ptr:
    case RecordType::dname:
      reader.skip_name();
      return;
    case RecordType::mx:
      reader.u16();
      reader.skip_name();
      return;
    case RecordType::txt:
    case RecordType::spf:
      if (length == 0) reader.fail("a TXT record has no character-string");
      while (!reader.failed() && reader.at() < end) reader.take(reader.u8());
      return;
    case RecordType::soa:
      reader.skip_name();
      reader.skip_name();
      reader.take(20);
      return;
    default:
      reader.take(length);
      return;
  }
}

/// Reads names and numbers of data that were looked through.
struct DataReader {
  std::string_view message;
  WireReader reader;

  Name name() { return NameView(message, reader.skip_name()).name(); }

  TxtData strings(std::size_t size) {
    TxtData data;
    for (const std::size_t end = reader.at() + size; reader.at() < end;) {
      data.strings.emplace_back(reader.take(reader.u8()));
    }
    return data;
  }

  SoaData soa() {
    SoaData soa;
    soa.primary = name();
    soa.mailbox = name();
    for (std::uint32_t* field :
         {&soa.serial, &soa.refresh, &soa.retry, &soa.expire, &soa.minimum}) {
      *field = reader.u32();
    }
    return soa;
  }
};

void read_flags(unsigned flags, MessageView& message) {
  message.is_response = (flags & 0x8000) != 0;
  message.authoritative = (flags & 0x0400) != 0;
  message.truncated = (flags & 0x0200) != 0;
  message.recursion_desired = (flags & 0x0100) != 0;
  message.recursion_available = (flags & 0x0080) != 0;
  message.authentic_data = (flags & 0x0020) != 0;
  message.code = static_cast<ResponseCode>(flags & 0xf);
}

/// Reads one record; adds it unless it is OPT or of another class than IN. Of OPT the upper bits of
/// the code are kept.
void read_record(WireReader& reader, std::string_view bytes, std::vector<RecordView>& records,
                 ResponseCode& code) {
  const std::size_t owner = reader.skip_name();
  const std::string_view fixed = reader.take(10);  // what every record has behind its owner
  if (reader.failed()) return;
  const auto type = static_cast<RecordType>(WireReader::number_of(fixed.substr(0, 2)));
  const std::uint32_t record_class = WireReader::number_of(fixed.substr(2, 2));
  const std::uint32_t ttl = WireReader::number_of(fixed.substr(4, 4));
  const std::size_t length = WireReader::number_of(fixed.substr(8, 2));
  if (reader.left() < length) return reader.fail("record data run over the end");
  const std::size_t begin = reader.at();
  if (type == RecordType::opt) {  // RFC 6891 section 6.1.3
    code = static_cast<ResponseCode>((static_cast<unsigned>(code) & 0xf) | (ttl >> 24) << 4);
  }
  if (type == RecordType::opt || record_class != kClassIn) {
    reader.take(length);
    return;
  }
  skip_data(reader, type, length);
  if (!reader.failed() && reader.at() != begin + length) {
    reader.fail("record data do not fill their length");
  }
  // RFC 2181 section 8: a time to live with the highest bit set is zero.
  records.push_back({.owner = {bytes, owner},
                     .type = type,
                     .ttl = (ttl & 0x80000000U) != 0 ? 0 : ttl,
                     .message = bytes,
                     .data_at = begin,
                     .data_size = length});
}

std::vector<Record> records_of(const std::vector<RecordView>& views) {
  std::vector<Record> out;
  out.reserve(views.size());
  for (const RecordView& view : views) {
    out.push_back({view.owner.name(), view.type, view.ttl, view.data()});
  }
  return out;
}

}  // namespace

Name NameView::name() const {
  std::array<char, kWireLimit> wire;  // only what is written is read
  std::size_t size = 0;
  for_each_label(message_, at_, [&](std::string_view label) {
    size += label.copy(wire.data() + size, wire.size() - size);
    return true;
  });
  return Name::from_wire({wire.data(), size}).value_or(Name());
}

bool operator==(const NameView& view, const Name& name) {
  const std::string_view wire = name.wire();
  std::size_t at = 0;
  bool is_equal = true;
  for_each_label(view.message_, view.at_, [&](std::string_view label) {
    is_equal = label.size() <= wire.size() - at && is_equal_folded(label, wire.data() + at);
    at += label.size();
    return is_equal;
  });
  return is_equal && at == wire.size();
}

RecordData RecordView::data() const {
  DataReader in{message, WireReader(message, data_at)};
  switch (type) {
    case RecordType::a: {
      std::array<std::uint8_t, 4> octets{};
      std::ranges::copy(in.reader.take(octets.size()), octets.begin());
      return AddressData{IpAddress::v4(octets)};
    }
    case RecordType::aaaa: {
      IpAddress::Bytes octets{};
      std::ranges::copy(in.reader.take(octets.size()), octets.begin());
      return AddressData{IpAddress::v6(octets)};
    }
    case RecordType::ns:
    case RecordType::cname:
    case RecordType::ptr:
    case RecordType::dname:
      return NameData{in.name()};
    case RecordType::mx: {
      const std::uint16_t preference = in.reader.u16();
      return MxData{preference, in.name()};
    }
    case RecordType::txt:
    case RecordType::spf:
      return in.strings(data_size);
    case RecordType::soa:
      return in.soa();
    default:
      return OpaqueData{std::string(in.reader.take(data_size))};
  }
}

Message MessageView::message() const {
  Message out{.id = id,
              .is_response = is_response,
              .authoritative = authoritative,
              .truncated = truncated,
              .recursion_desired = recursion_desired,
              .recursion_available = recursion_available,
              .authentic_data = authentic_data,
              .code = code};
  for (const QuestionView& question : questions) {
    out.questions.push_back({question.name.name(), question.type});
  }
  out.answers = records_of(answers);
  out.authority = records_of(authority);
  out.additional = records_of(additional);
  return out;
}

std::expected<void, std::string> read_message(std::string_view bytes, MessageView& view) {
  WireReader reader(bytes);
  view.id = reader.u16();
  read_flags(reader.u16(), view);
  const int question_count = reader.u16();
  view.questions.clear();
  std::array<int, 3> counts{};
  for (int& count : counts) count = reader.u16();
  for (int i = 0; i < question_count && !reader.failed(); ++i) {
    const std::size_t name = reader.skip_name();
    const auto type = static_cast<RecordType>(reader.u16());
    if (reader.u16() != kClassIn) reader.fail("a question is of another class than IN");
    view.questions.push_back({{bytes, name}, type});
  }
  const auto read_section = [&](std::vector<RecordView>& records, int count) {
    records.clear();
    for (int i = 0; i < count && !reader.failed(); ++i) {
      read_record(reader, bytes, records, view.code);
    }
  };
  read_section(view.answers, counts[0]);
  read_section(view.authority, counts[1]);
  read_section(view.additional, counts[2]);
  if (!reader.failed() && reader.left() != 0) reader.fail("there are octets behind the message");
  if (reader.failed()) return std::unexpected(reader.problem());
  return {};
}

}  // namespace mandate::dns
