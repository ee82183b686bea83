#include "mandate/dns/message.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "dns/wire_reader.h"

namespace mandate::dns {
namespace {

constexpr std::uint16_t kClassIn = 1;

constexpr std::array<std::string_view, 6> kCodes{"NOERROR",  "FORMERR", "SERVFAIL",
                                                 "NXDOMAIN", "NOTIMP",  "REFUSED"};

void put16(std::string& out, std::size_t value) {
  out += static_cast<char>((value >> 8) & 0xff);
  out += static_cast<char>(value & 0xff);
}

void put32(std::string& out, std::uint32_t value) {
  put16(out, value >> 16);
  put16(out, value & 0xffff);
}

void put_name(std::string& out, const Name& name) {
  out += name.wire();
  out += '\0';
}

TxtData read_strings(WireReader& reader, std::size_t end) {
  TxtData data;
  while (!reader.failed() && reader.at() < end) {
    data.strings.emplace_back(reader.take(reader.u8()));
  }
  return data;
}

IpAddress read_v4(WireReader& reader) {
  std::array<std::uint8_t, 4> octets{};
  for (std::uint8_t& octet : octets) octet = reader.u8();
  return IpAddress::v4(octets);
}

IpAddress read_v6(WireReader& reader) {
  IpAddress::Bytes octets{};
  for (std::uint8_t& octet : octets) octet = reader.u8();
  return IpAddress::v6(octets);
}

SoaData read_soa(WireReader& reader) {
  SoaData soa;
  soa.primary = reader.name();
  soa.mailbox = reader.name();
  for (std::uint32_t* field : {&soa.serial, &soa.refresh, &soa.retry, &soa.expire, &soa.minimum}) {
    *field = reader.u32();
  }
  return soa;
}

RecordData read_data(WireReader& reader, RecordType type, std::size_t length) {
  const std::size_t end = reader.at() + length;
  switch (type) {
    case RecordType::a:
      return AddressData{read_v4(reader)};
    case RecordType::aaaa:
      return AddressData{read_v6(reader)};
    case RecordType::ns:
    case RecordType::cname:
    case RecordType::ptr:
      return NameData{reader.name()};
    case RecordType::mx: {
      const std::uint16_t preference = reader.u16();
      return MxData{preference, reader.name()};
    }
    case RecordType::txt:
    case RecordType::spf:
      return read_strings(reader, end);
    case RecordType::soa:
      return read_soa(reader);
    default:
      return OpaqueData{std::string(reader.take(length))};
  }
}

void read_flags(unsigned flags, Message& message) {
  message.is_response = (flags & 0x8000) != 0;
  message.authoritative = (flags & 0x0400) != 0;
  message.truncated = (flags & 0x0200) != 0;
  message.recursion_desired = (flags & 0x0100) != 0;
  message.recursion_available = (flags & 0x0080) != 0;
  message.authentic_data = (flags & 0x0020) != 0;
  message.code = static_cast<ResponseCode>(flags & 0xf);
}

void read_question(WireReader& reader, std::vector<Question>& questions) {
  Question question;
  question.name = reader.name();
  question.type = static_cast<RecordType>(reader.u16());
  if (reader.u16() != kClassIn) reader.fail("a question is of another class than IN");
  if (!reader.failed()) questions.push_back(std::move(question));
}

/// Reads one record; adds it unless it is OPT or of another class than IN. Of OPT the upper bits of
/// the code are kept.
void read_record(WireReader& reader, std::vector<Record>& records, ResponseCode& code) {
  Record record;
  record.owner = reader.name();
  record.type = static_cast<RecordType>(reader.u16());
  const std::uint16_t record_class = reader.u16();
  const std::uint32_t ttl = reader.u32();
  // RFC 2181 section 8: a time to live with the highest bit set is zero.
  record.ttl = (ttl & 0x80000000U) != 0 ? 0 : ttl;
  const std::size_t length = reader.u16();
  if (reader.failed()) return;
  if (reader.left() < length) return reader.fail("record data run over the end");
  const std::size_t end = reader.at() + length;
  if (record.type == RecordType::opt) {  // RFC 6891 section 6.1.3
    code = static_cast<ResponseCode>((static_cast<unsigned>(code) & 0xf) | (ttl >> 24) << 4);
  }
  if (record.type == RecordType::opt || record_class != kClassIn) {
    reader.take(length);
    return;
  }
  record.data = read_data(reader, record.type, length);
  if (!reader.failed() && reader.at() != end) reader.fail("record data do not fill their length");
  const auto* txt = std::get_if<TxtData>(&record.data);
  if (!reader.failed() && txt != nullptr && txt->strings.empty()) {
    reader.fail("a TXT record has no character-string");
  }
  if (!reader.failed()) records.push_back(std::move(record));
}

std::string data_bytes(const RecordData& data) {
  struct Writer {
    std::string out;
    void operator()(const AddressData& held) {
      const std::size_t size = held.address.is_v4() ? 4 : 16;
      for (std::size_t i = 0; i < size; ++i) {
        out += static_cast<char>(held.address.octets()[i]);
      }
    }
    void operator()(const NameData& held) { put_name(out, held.target); }
    void operator()(const MxData& held) {
      put16(out, held.preference);
      put_name(out, held.exchange);
    }
    void operator()(const TxtData& held) {
      for (const std::string& string : held.strings) {
        out += static_cast<char>(string.size());
        out += string;
      }
    }
    void operator()(const SoaData& held) {
      put_name(out, held.primary);
      put_name(out, held.mailbox);
      for (const std::uint32_t field :
           {held.serial, held.refresh, held.retry, held.expire, held.minimum}) {
        put32(out, field);
      }
    }
    void operator()(const OpaqueData& held) { out += held.octets; }
  } writer;
  std::visit(writer, data);
  return std::move(writer.out);
}

void put_question(std::string& out, const Question& question) {
  put_name(out, question.name);
  put16(out, static_cast<std::uint16_t>(question.type));
  put16(out, kClassIn);
}

void put_opt(std::string& out, std::uint16_t size, unsigned upper_code) {  // RFC 6891 section 6.1.2
  out += '\0';
  put16(out, static_cast<std::uint16_t>(RecordType::opt));
  put16(out, size);
  put32(out, upper_code << 24);
  put16(out, 0);
}

void put_record(std::string& out, const Record& record) {
  put_name(out, record.owner);
  put16(out, static_cast<std::uint16_t>(record.type));
  put16(out, kClassIn);
  put32(out, record.ttl);
  const std::string data = data_bytes(record.data);
  put16(out, data.size());
  out += data;
}

}  // namespace

std::string text(ResponseCode code) {
  if (code == ResponseCode::bad_version) return "BADVERS";
  const auto number = static_cast<std::size_t>(code);
  return number < kCodes.size() ? std::string(kCodes[number]) : fmt::format("RCODE{}", number);
}

std::string encode_query(std::uint16_t id, const Question& question, bool recursion,
                         std::optional<std::uint16_t> edns_size) {
  constexpr std::size_t around_the_name = 12 + 1 + 4 + 11;  // header, root, question, OPT
  std::string out;
  out.reserve(around_the_name + question.name.wire().size());
  put16(out, id);
  put16(out, (recursion ? 0x0100U : 0U) | (recursion && edns_size ? 0x0020U : 0U));
  put16(out, 1);
  put32(out, 0);
  put16(out, edns_size ? 1 : 0);
  put_question(out, question);
  if (edns_size) put_opt(out, *edns_size, 0);
  return out;
}

std::string encode(const Message& message) {
  std::string out;
  put16(out, message.id);
  std::size_t flags = static_cast<std::size_t>(message.code) & 0xf;
  const auto flag = [&](bool set, std::size_t bit) { flags |= set ? bit : 0; };
  flag(message.is_response, 0x8000);
  flag(message.authoritative, 0x0400);
  flag(message.truncated, 0x0200);
  flag(message.recursion_desired, 0x0100);
  flag(message.recursion_available, 0x0080);
  flag(message.authentic_data, 0x0020);
  put16(out, flags);
  put16(out, message.questions.size());
  const unsigned upper_code = static_cast<unsigned>(message.code) >> 4;
  put16(out, message.answers.size());
  put16(out, message.authority.size());
  put16(out, message.additional.size() + (upper_code != 0 ? 1 : 0));
  for (const Question& question : message.questions) put_question(out, question);
  for (const auto* section : {&message.answers, &message.authority, &message.additional}) {
    for (const Record& record : *section) put_record(out, record);
  }
  if (upper_code != 0) put_opt(out, 512, upper_code);
  return out;
}

std::expected<Message, std::string> decode(std::string_view bytes) {
  WireReader reader(bytes);
  Message message;
  message.id = reader.u16();
  read_flags(reader.u16(), message);
  const int question_count = reader.u16();
  std::array<int, 3> counts{};
  for (int& count : counts) count = reader.u16();
  for (int i = 0; i < question_count && !reader.failed(); ++i) {
    read_question(reader, message.questions);
  }
  const std::array sections{&message.answers, &message.authority, &message.additional};
  for (std::size_t section = 0; section < sections.size(); ++section) {
    for (int i = 0; i < counts[section] && !reader.failed(); ++i) {
      read_record(reader, *sections[section], message.code);
    }
  }
  if (!reader.failed() && reader.left() != 0) reader.fail("there are octets behind the message");
  if (reader.failed()) return std::unexpected(reader.problem());
  return message;
}

}  // namespace mandate::dns
