#include "mandate/dns/record.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "dns/presentation.h"
#include "dns/printable.h"

namespace mandate::dns {
namespace {

constexpr std::array<std::pair<RecordType, std::string_view>, 12> kTypes{{
    {RecordType::a, "A"},
    {RecordType::ns, "NS"},
    {RecordType::cname, "CNAME"},
    {RecordType::soa, "SOA"},
    {RecordType::ptr, "PTR"},
    {RecordType::mx, "MX"},
    {RecordType::txt, "TXT"},
    {RecordType::aaaa, "AAAA"},
    {RecordType::dname, "DNAME"},
    {RecordType::opt, "OPT"},
    {RecordType::spf, "SPF"},
    {RecordType::any, "ANY"},
}};

constexpr std::size_t kStringLimit = 255;   // RFC 1035 section 3.3
constexpr std::size_t kDataLimit = 0xffff;  // RDLENGTH has 16 bits
constexpr std::size_t kShown = 80;          // octets of a wrong word in a message about it

using Parsed = std::expected<RecordData, std::string>;
using Words = std::vector<Word>;

std::string upper(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  });
  return out;
}

std::string absolute(const Name& name) {
  return name.is_root() ? "." : name.text() + ".";
}

std::string text_of(const AddressData& data) {
  return data.address.text();
}
std::string text_of(const NameData& data) {
  return absolute(data.target);
}
std::string text_of(const MxData& data) {
  return fmt::format("{} {}", data.preference, absolute(data.exchange));
}
std::string text_of(const TxtData& data) {
  std::string out;
  for (const std::string& string : data.strings) {
    if (!out.empty()) out += ' ';
    out += quoted(string);
  }
  return out;
}
std::string text_of(const SoaData& data) {
  return fmt::format("{} {} {} {} {} {} {}", absolute(data.primary), absolute(data.mailbox),
                     data.serial, data.refresh, data.retry, data.expire, data.minimum);
}
std::string text_of(const OpaqueData& data) {
  std::string out = fmt::format("\\# {}", data.octets.size());
  if (!data.octets.empty()) out += ' ';
  for (const char c : data.octets) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return out;
}

std::expected<Name, std::string> parse_name(std::string_view text) {
  auto name = Name::parse(text);
  if (!name) {
    return std::unexpected(
        fmt::format("{} is no domain name: {}", printable(text, kShown), describe(name.error())));
  }
  return std::move(*name);
}

Parsed parse_address(const Words& words, Family family) {
  const auto address = words.size() == 1 ? IpAddress::parse(words[0].written) : std::nullopt;
  if (!address || address->family() != family) {
    return std::unexpected(
        fmt::format("one {} address is expected", family == Family::v4 ? "IPv4" : "IPv6"));
  }
  return AddressData{*address};
}

Parsed parse_target(const Words& words) {
  if (words.size() != 1) return std::unexpected("one domain name is expected");
  auto name = parse_name(words[0].written);
  if (!name) return std::unexpected(std::move(name.error()));
  return NameData{std::move(*name)};
}

Parsed parse_mx(const Words& words) {
  const auto preference = words.size() == 2 ? parse_number(words[0].written, 65535) : std::nullopt;
  if (!preference) return std::unexpected("a preference (0 to 65535) and a host are expected");
  auto name = parse_name(words[1].written);
  if (!name) return std::unexpected(std::move(name.error()));
  return MxData{static_cast<std::uint16_t>(*preference), std::move(*name)};
}

Parsed parse_txt(const Words& words) {
  if (words.empty()) return std::unexpected("at least one character-string is expected");
  TxtData data;
  std::size_t octets = 0;
  for (const Word& word : words) {
    if (word.octets.size() > kStringLimit) {
      return std::unexpected(fmt::format(
          "a character-string has {} octets and at most 255 are allowed; split it in two quoted "
          "strings (they are joined without a space)",
          word.octets.size()));
    }
    octets += word.octets.size() + 1;
    data.strings.push_back(word.octets);
  }
  if (octets > kDataLimit) return std::unexpected("the record is over 65535 octets");
  return data;
}

Parsed parse_soa(const Words& words) {
  if (words.size() != 7) {
    return std::unexpected("a primary, a mailbox and five numbers are expected");
  }
  auto primary = parse_name(words[0].written);
  auto mailbox = parse_name(words[1].written);
  if (!primary) return std::unexpected(std::move(primary.error()));
  if (!mailbox) return std::unexpected(std::move(mailbox.error()));
  const auto serial = parse_number(words[2].written);
  // No times to live: all 32 bits may be in use, and the data of a message are kept as they came.
  std::array<std::uint32_t, 4> times{};
  for (std::size_t i = 0; i < times.size(); ++i) {
    const auto time = parse_ttl(words[i + 3].written, UINT32_MAX);
    if (!serial || !time) return std::unexpected("the five numbers are a serial and four times");
    times[i] = *time;
  }
  return SoaData{
      std::move(*primary), std::move(*mailbox), *serial, times[0], times[1], times[2], times[3]};
}

std::optional<int> hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  const char folded = static_cast<char>(c | 0x20);
  if (folded >= 'a' && folded <= 'f') return folded - 'a' + 10;
  return std::nullopt;
}

/// True where the data are in the form of RFC 3597 section 5, which any type may use.
bool is_generic(const Words& words) {
  return !words.empty() && words[0].written == "\\#" && !words[0].was_quoted;
}

/// `\# LENGTH HEX…`
Parsed parse_opaque(const Words& words) {
  const auto fault = [] {
    return std::unexpected(
        "\\#, the number of octets and as many pairs of hex digits are expected");
  };
  if (words.size() < 2 || !is_generic(words)) return fault();
  const auto length = parse_number(words[1].written, kDataLimit);
  std::string digits;
  for (std::size_t i = 2; i < words.size(); ++i) digits += words[i].written;
  if (!length || digits.size() != std::size_t{*length} * 2) return fault();
  OpaqueData data;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const auto high = hex_digit(digits[i]);
    const auto low = hex_digit(digits[i + 1]);
    if (!high || !low) return fault();
    data.octets += static_cast<char>(*high * 16 + *low);
  }
  return data;
}

using DataParser = Parsed (*)(const Words&);

DataParser parser_of(RecordType type) {
  switch (type) {
    case RecordType::a:
      return [](const Words& words) { return parse_address(words, Family::v4); };
    case RecordType::aaaa:
      return [](const Words& words) { return parse_address(words, Family::v6); };
    case RecordType::ns:
    case RecordType::cname:
    case RecordType::ptr:
    case RecordType::dname:
      return parse_target;
    case RecordType::mx:
      return parse_mx;
    case RecordType::txt:
    case RecordType::spf:
      return parse_txt;
    case RecordType::soa:
      return parse_soa;
    default:
      return parse_opaque;
  }
}

}  // namespace

std::string text(RecordType type) {
  for (const auto& [value, mnemonic] : kTypes) {
    if (value == type) return std::string(mnemonic);
  }
  return fmt::format("TYPE{}", static_cast<unsigned>(type));
}

std::expected<RecordType, std::string> parse_record_type(std::string_view text) {
  const std::string wanted = upper(text);
  for (const auto& [value, mnemonic] : kTypes) {
    if (mnemonic == wanted) return value;
  }
  if (wanted.starts_with("TYPE")) {
    const auto number = parse_number(std::string_view(wanted).substr(4), 65535);
    if (number) return static_cast<RecordType>(*number);
  }
  return std::unexpected(fmt::format(
      "{} is no record type; A, AAAA, CNAME, MX, NS, PTR, SOA, SPF and TXT are known, others are "
      "written TYPE123",
      printable(text, kShown)));
}

std::string TxtData::joined() const {
  std::string out;
  for (const std::string& string : strings) out += string;
  return out;
}

std::string text(const RecordData& data) {
  return std::visit([](const auto& held) { return text_of(held); }, data);
}

std::expected<RecordData, std::string> parse_record_words(RecordType type,
                                                          const std::vector<Word>& words) {
  const DataParser parse = parser_of(type);
  if (parse != parse_opaque && is_generic(words)) {
    return std::unexpected(fmt::format(
        "\\# is read for unknown types only; write the data as {} records have them", text(type)));
  }
  return parse(words);
}

std::expected<RecordData, std::string> parse_record_data(RecordType type, std::string_view text) {
  auto words = split_words(text);
  if (!words) return std::unexpected(std::move(words.error()));
  return parse_record_words(type, *words);
}

std::string text(const Record& record) {
  return fmt::format("{} {} IN {} {}", absolute(record.owner), record.ttl, text(record.type),
                     text(record.data));
}

}  // namespace mandate::dns
