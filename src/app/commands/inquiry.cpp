#include "app/commands/inquiry.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "app/duration.h"
#include "app/exit_code.h"
#include "app/terminal.h"
#include "dns/idna.h"

namespace mandate::app {
namespace {

Attempt<void> take_server(std::string_view command, const std::string& word, DnsOptions& dns) {
  if (!dns.zones.empty() || !dns.resolver.empty()) {
    return fail(exit_code::usage,
                fmt::format("{}: give one of @SERVER, --resolver and --zone", command));
  }
  dns.resolver = word.substr(1);
  return {};
}

}  // namespace

Attempt<Inquiry> read_inquiry(const InquiryOptions& options, const Expected& expected) {
  Inquiry out{{}, options.dns, {}};
  for (const std::string& word : options.words) {
    if (word.starts_with('@')) {
      if (auto taken = take_server(expected.command, word, out.dns); !taken) {
        return std::unexpected(std::move(taken.error()));
      }
      continue;
    }
    out.subjects.push_back(word);
    if (out.subjects.size() <= expected.count) continue;
    return fail(exit_code::usage,
                fmt::format("{}: \"{}\" is one too many; {}: {}", expected.command, escaped(word),
                            expected.count == 0 ? "what is asked about goes behind its option"
                                                : "put a record into quotes",
                            expected.example));
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

Attempt<dns::Name> domain_argument(std::string_view command, const std::string& text) {
  const bool is_ascii = std::ranges::all_of(text, [](char c) { return (c & 0x80) == 0; });
  const auto ascii = is_ascii ? text : dns::to_a_labels(text).value_or(text);
  const auto name = dns::Name::parse(ascii);
  if (name && !name->is_root()) return *name;
  return fail(exit_code::usage,
              fmt::format("{}: \"{}\" is not a domain: {}", command, escaped(text),
                          text.empty() ? "the argument is empty"
                          : name       ? "the root has no policy"
                                       : dns::describe(name.error())));
}

bool is_record_text(std::string_view subject) {
  return subject.find_first_of(" =:\"\t") != subject.npos;
}

}  // namespace mandate::app
