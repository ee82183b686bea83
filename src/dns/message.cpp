#include "mandate/dns/message.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "dns/message_view.h"

namespace mandate::dns {
namespace {

constexpr std::uint16_t kClassIn = 1;

constexpr std::array<std::string_view, 6> kCodes{"NOERROR",  "FORMERR", "SERVFAIL",
                                                 "NXDOMAIN", "NOTIMP",  "REFUSED"};

void put16(std::string& out, std::size_t value) {
  const std::array octets{static_cast<char>((value >> 8) & 0xff), static_cast<char>(value & 0xff)};
  out.append(octets.data(), octets.size());
}

void put32(std::string& out, std::uint32_t value) {
  put16(out, value >> 16);
  put16(out, value & 0xffff);
}

void put_name(std::string& out, const Name& name) {
  out += name.wire();
  out += '\0';
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
  const unsigned flags = (recursion ? 0x0100U : 0U) | (recursion && edns_size ? 0x0020U : 0U);
  const std::array<std::size_t, 6> header{id, flags, 1, 0, 0, edns_size ? 1U : 0U};
  std::string out;
  out.reserve(around_the_name + question.name.wire().size());
  for (const std::size_t field : header) put16(out, field);
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
  MessageView view;
  if (auto read = read_message(bytes, view); !read) return std::unexpected(std::move(read.error()));
  return view.message();
}

}  // namespace mandate::dns
