#include "app/commands/inquiry.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <system_error>
#include <utility>

#include "app/duration.h"
#include "app/exit_code.h"
#include "app/terminal.h"
#include "dns/idna.h"
#include "dns/trimmed.h"
#include "mandate/spf/record.h"
#include "spf/ascii.h"

namespace mandate::app {
namespace {

/// A zone line for the apex begins with `@` too, and has blanks: `@ IN TXT "v=spf1 mx -all"`.
bool is_server(std::string_view word) {
  return word.starts_with('@') && word.find_first_of(" \t\r\n") == word.npos;
}

Attempt<void> take_server(std::string_view command, const std::string& word, DnsOptions& dns) {
  if (word == "@") {
    return fail(exit_code::usage,
                fmt::format("{}: @ needs a server behind it, as in @192.0.2.53", command));
  }
  if (!dns.zones.empty() || !dns.resolver.empty()) {
    return fail(exit_code::usage,
                fmt::format("{}: give one of @SERVER, --resolver and --zone", command));
  }
  dns.resolver = word.substr(1);
  return {};
}

/// Why there is one subject too many, the last of them, and how to write what is likely meant.
std::string surplus_advice(const Expected& expected, const Inquiry& found) {
  const auto& subjects = found.subjects;
  const auto is_file = [](const std::string& word) {
    std::error_code none;
    return std::filesystem::is_regular_file(word, none);
  };
  if (const auto file = std::ranges::find_if(subjects, is_file);
      file != subjects.end() && !found.dns.zones.empty()) {
    return fmt::format("one file each: --zone {} --zone {}", escaped(found.dns.zones.back()),
                       escaped(*file));
  }
  if (expected.count == 0) {
    return fmt::format("what is asked about goes behind its option: {}", expected.example);
  }
  const bool is_record = std::ranges::any_of(subjects, is_record_text);
  if (is_record && !expected.takes_record) {
    return fmt::format("a domain is needed here, not a record: {}", expected.example);
  }
  if (is_record || expected.count > 1) {
    return fmt::format("put a record into quotes: {}", expected.example);
  }
  if (!expected.takes_lines) return fmt::format("one domain a call: {}", expected.example);
  return fmt::format("one domain a call; for many: `mandate {} - < list`", expected.command);
}

using Octets = std::array<bool, 256>;

constexpr Octets with(Octets octets, std::string_view more) {
  for (const char c : more) octets[static_cast<unsigned char>(c)] = true;
  return octets;
}

constexpr Octets kUsualOctets = with({}, "abcdefghijklmnopqrstuvwxyz0123456789-_");
constexpr Octets kUsualText = with(kUsualOctets, "ABCDEFGHIJKLMNOPQRSTUVWXYZ.");

bool has_only(const Octets& octets, std::string_view text) {
  return std::ranges::all_of(text, [&](char c) { return octets[static_cast<unsigned char>(c)]; });
}

/// Whether the labels are such as hosts, senders and services have; the first may be a wildcard's.
bool is_usual(const dns::Name& name) {
  std::string_view left = name.wire();
  if (left.starts_with("\1*")) left.remove_prefix(2);
  while (!left.empty()) {
    const std::string_view label = left.substr(1, static_cast<unsigned char>(left[0]));
    if (!has_only(kUsualOctets, label)) return false;
    left.remove_prefix(1 + label.size());
  }
  return true;
}

}  // namespace

Attempt<Inquiry> read_inquiry(const InquiryOptions& options, const Expected& expected) {
  Inquiry out{{}, options.dns, {}};
  for (const std::string& word : options.words) {
    if (is_server(word)) {
      if (auto taken = take_server(expected.command, word, out.dns); !taken) {
        return std::unexpected(std::move(taken.error()));
      }
      continue;
    }
    out.subjects.push_back(word);
    if (out.subjects.size() <= expected.count) continue;
    return fail(exit_code::usage, fmt::format("{}: \"{}\" is one too many; {}", expected.command,
                                              escaped(word), surplus_advice(expected, out)));
  }
  if (out.subjects.size() < expected.count) {
    return fail(exit_code::usage,
                fmt::format("{}: {} {} missing, as in {}", expected.command, expected.what,
                            expected.count == 1 ? "is" : "are", expected.example));
  }
  const auto timeout = parse_duration(out.dns.timeout);
  if (!timeout) {
    return fail(exit_code::usage,
                fmt::format("{}: --timeout: {}", expected.command, timeout.error()));
  }
  out.timeout = *timeout;
  return out;
}

Attempt<dns::Name> domain_argument(std::string_view command, std::string_view typed) {
  const std::string_view text = dns::trimmed(typed);
  // A scan reads all its lines here, and nearly all are of this kind. What ends with a digit may be
  // an address.
  if (has_only(kUsualText, text) && !text.empty() && !spf::is_digit(text.back())) {
    if (auto name = dns::Name::parse(text); name && !name->is_root()) return std::move(*name);
  }
  const bool is_ascii = std::ranges::all_of(text, [](char c) { return (c & 0x80) == 0; });
  auto name =
      dns::Name::parse(is_ascii ? text : dns::to_a_labels(text).value_or(std::string(text)));
  const auto refused = [&](std::string_view reason) {
    return fail(exit_code::usage,
                fmt::format("{}: \"{}\" is not a domain: {}", command, escaped(text), reason));
  };
  if (text.empty()) return refused("the argument is empty");
  if (dns::IpAddress::parse(text)) return refused("it is an address, and a domain is needed here");
  if (spf::is_spf_record(text)) return refused("a domain is needed here, not a record");
  if (!name) return refused(dns::describe(name.error()));
  if (name->is_root()) return refused("the root has no policy");
  if (is_usual(*name)) return std::move(*name);
  return refused("it has other characters than letters, digits, hyphens and underscores");
}

Attempt<dns::Prefix> prefix_argument(std::string_view command, const std::string& text) {
  const auto prefix = dns::Prefix::parse(text);
  if (prefix) return *prefix;
  return fail(exit_code::usage,
              fmt::format("{}: \"{}\" is no network with zeros behind its length; write one as "
                          "192.0.2.0/28",
                          command, escaped(text)));
}

bool is_record_text(std::string_view subject) {
  const std::string_view text = dns::trimmed(subject);
  return text.find_first_of(" =:\"\t") != text.npos;
}

}  // namespace mandate::app
