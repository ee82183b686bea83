#include "app/commands/tree.h"

#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <utility>

#include "advice/tree_picture.h"
#include "app/commands/policy_subject.h"
#include "app/commands/tree_report.h"
#include "app/exit_code.h"
#include "app/layered_lookup.h"

namespace mandate::app {
namespace {

constexpr std::string_view kExample = "mandate tree customer.example --ip 192.0.2.1";

struct TreeInquiry {
  Inquiry inquiry;
  PolicySubject subject;
  std::optional<dns::IpAddress> client;
  std::string format;
};

Attempt<std::string> format_of(const TreeOptions& options) {
  constexpr std::array kFormats = {"text", "svg", "dot", "json"};
  if (options.asked.json && !options.format.empty() && options.format != "json") {
    return fail(exit_code::usage, "tree: --json and --format are two forms; give one of them");
  }
  if (options.asked.json) return "json";
  if (options.format.empty()) return "text";
  if (std::ranges::find(kFormats, options.format) != kFormats.end()) return options.format;
  return fail(exit_code::usage, "tree: --format is one of text, svg, dot and json");
}

Attempt<PolicySubject> subject_of(const TreeOptions& options, const std::string& word) {
  auto at = domain_option("tree", options.domain);
  if (!at) return std::unexpected(std::move(at.error()));
  if (is_record_text(word)) return record_subject("tree", word, *at);
  if (*at) {
    return fail(exit_code::usage,
                "tree: --domain is where a record in quotes stands; leave it out of a domain");
  }
  auto domain = domain_argument("tree", word);
  if (!domain) return std::unexpected(std::move(domain.error()));
  return PolicySubject{std::move(*domain), std::nullopt};
}

Attempt<TreeInquiry> read(const TreeOptions& options) {
  auto format = format_of(options);
  if (!format) return std::unexpected(std::move(format.error()));
  auto inquiry =
      read_inquiry(options.asked, {"tree", 1, "a domain, or a record in quotes,", kExample});
  if (!inquiry) return std::unexpected(std::move(inquiry.error()));
  auto subject = subject_of(options, inquiry->subjects.front());
  if (!subject) return std::unexpected(std::move(subject.error()));
  const auto client = dns::IpAddress::parse(options.ip);
  if (!client && !options.ip.empty()) {
    return fail(exit_code::usage,
                fmt::format("tree: --ip: \"{}\" is not an IP address; write one as 192.0.2.1 or "
                            "2001:db8::1",
                            escaped(options.ip)));
  }
  return TreeInquiry{std::move(*inquiry), std::move(*subject), client, std::move(*format)};
}

/// Asks for the tree, and for the verdict on the client.
Attempt<TreeReport> report_of(const TreeInquiry& asked) {
  const auto opened = open_dns(asked.inquiry.dns);
  if (!opened) return std::unexpected(opened.error());
  AbsentName lookup(no_domain(), **opened);
  const auto deadline = std::chrono::steady_clock::now() + asked.inquiry.timeout;
  const dns::Name& domain = asked.subject.domain;
  dns::Facts facts = facts_of(asked.subject);
  TreeReport out;
  out.root = resolver::settle(lookup, facts, deadline, [&](const dns::Facts& known) {
    return advice::include_tree(domain, known);
  });
  const dns::Fact* txt = facts.find({domain, dns::RecordType::txt});
  if (txt != nullptr && txt->status == dns::Fact::Status::failed) {
    return fail(exit_code::unknown, fmt::format("tree: {} could not be looked up: {}",
                                                dns::text(txt->question), txt->detail));
  }
  if (asked.client) {
    spf::Request request{
        .ip = *asked.client, .mail_from = "postmaster@" + domain.text(), .helo = domain.text()};
    request.now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    auto verdict = resolver::settle(lookup, facts, deadline, [&](const dns::Facts& known) {
      return spf::check_host(request, known);
    });
    if (verdict.decided_by) advice::mark_path(out.root, *verdict.decided_by);
    out.taken = PathVerdict{*asked.client, std::move(verdict)};
  }
  out.lacks_domain = asked.subject.record && asked_of_no_domain(facts);
  return out;
}

void print(const TreeReport& report, const std::string& format, bool all) {
  const auto taken =
      report.taken
          ? std::optional(advice::PathTaken{report.taken->client, report.taken->verdict.result})
          : std::nullopt;
  if (format == "svg") {
    fmt::print("{}", advice::tree_svg(report.root, taken));
  } else if (format == "dot") {
    fmt::print("{}", advice::tree_dot(report.root, taken));
  } else if (format == "json") {
    fmt::print("{}\n", boost::json::serialize(tree_json(report)));
  } else {
    fmt::print("{}", tree_text(report, Palette(shows_colour(STDOUT_FILENO)), all));
  }
}

}  // namespace

int tree(const TreeOptions& options) {
  const auto asked = read(options);
  if (!asked) return report(asked.error());
  const auto found = report_of(*asked);
  if (!found) return report(found.error());
  print(*found, asked->format, options.all);
  switch (advice::worst_state(found->root)) {
    case advice::TreeNode::State::broken:
      return exit_code::refused;
    case advice::TreeNode::State::unknown:
      return exit_code::unknown;
    case advice::TreeNode::State::well:
    case advice::TreeNode::State::empty:
      break;
  }
  return exit_code::done;
}

}  // namespace mandate::app
