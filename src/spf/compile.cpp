// Compiling a policy: one evaluation for each piece of the address space on which it is constant.
#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "mandate/spf/policy_map.h"
#include "spf/address_number.h"
#include "spf/policy_map_builder.h"
#include "spf/record_tree.h"

namespace mandate::spf {
namespace {

constexpr std::string_view kBeyond = "the address lies beyond what was compiled";
constexpr std::string_view kTooMuch =
    "the policy falls into too many pieces, or takes too much work, to compile it to here";

class Compiler {
 public:
  Compiler(std::string_view domain, const dns::Facts& facts, const CompileOptions& options)
      : facts_(facts), options_(options), builder_(domain) {
    request_.mail_from = "@" + std::string(domain);
    evaluate_with_.limits = options.limits;
    evaluate_with_.range = true;
    evaluate_with_.records = options.records;
  }

  std::variant<PolicyMap, Questions> run() {
    compile_family(dns::Family::v4);
    compile_family(dns::Family::v6);
    if (!lacking_.empty()) return std::move(lacking_);
    return builder_.take();
  }

 private:
  void compile_family(dns::Family family);
  void compile_range(const dns::AddressRange& range);
  dns::IpAddress compile_piece(const dns::IpAddress& first);
  bool exhausted(dns::Family family) const {
    return builder_.size(family) >= options_.max_pieces || work_ >= options_.max_work;
  }
  void note(const Questions& questions);

  const dns::Facts& facts_;
  const CompileOptions& options_;
  PolicyMapBuilder builder_;
  KnownRecords learned_;
  Request request_;
  Options evaluate_with_;
  Verdict verdict_;
  Questions asked_;
  Questions lacking_;
  std::size_t work_ = 0;
};

/// What to compile of a family, in ascending order and apart from each other.
std::vector<dns::AddressRange> ranges_within(dns::Family family,
                                             const std::vector<dns::Prefix>& within) {
  if (within.empty()) return {dns::whole(family)};
  const dns::AddressRange mapped = mapped_range();
  std::vector<dns::AddressRange> ranges;
  for (const dns::Prefix& prefix : within) {
    const dns::AddressRange range{prefix.network(), prefix.last()};
    if (prefix.family() == family) ranges.push_back(range);
    const bool overlaps = range.first <= mapped.last && mapped.first <= range.last;
    if (family != dns::Family::v4 || prefix.family() == family || !overlaps) continue;
    ranges.push_back({std::max(range.first, mapped.first).unmapped(),
                      std::min(range.last, mapped.last).unmapped()});
  }
  std::ranges::sort(ranges, {}, &dns::AddressRange::first);
  std::vector<dns::AddressRange> out;
  for (const dns::AddressRange& range : ranges) {
    if (!out.empty() && range.first <= out.back().last) {
      out.back().last = std::max(out.back().last, range.last);
    } else {
      out.push_back(range);
    }
  }
  return out;
}

void Compiler::compile_family(dns::Family family) {
  const dns::AddressRange all = dns::whole(family);
  std::optional<dns::IpAddress> next = all.first;
  for (const dns::AddressRange& range : ranges_within(family, options_.within)) {
    if (*next < range.first) builder_.add_dynamic(*next, kBeyond);
    compile_range(range);
    next = range.last.next();
  }
  if (next) builder_.add_dynamic(*next, kBeyond);
}

void Compiler::compile_range(const dns::AddressRange& range) {
  std::optional<dns::IpAddress> next = range.first;
  while (next && *next <= range.last) {
    if (exhausted(next->family())) {
      builder_.add_dynamic(*next, kTooMuch);
      builder_.cut();
      return;
    }
    // The piece of ::ffff:0:0/96 is never asked for: its clients are IPv4.
    next =
        mapped_range().contains(*next) ? mapped_range().last.next() : compile_piece(*next).next();
  }
}

/// Adds the piece that begins at an address, and returns its last address.
dns::IpAddress Compiler::compile_piece(const dns::IpAddress& first) {
  request_.ip = first;
  Evaluation evaluation(request_, facts_, evaluate_with_, verdict_, asked_, Identity::unknown);
  const auto reached = RecordTree(evaluation, &learned_).run();
  work_ += evaluation.work();
  if (reached) {
    evaluation.finish(*reached);
    builder_.add(first, verdict_);
  } else if (reached.error() == Stop::dynamic) {
    builder_.add_dynamic(first, verdict_.problem);
  } else {
    note(asked_);
  }
  return evaluation.range()->range().last;
}

void Compiler::note(const Questions& questions) {
  for (const dns::Question& question : questions) {
    if (std::ranges::find(lacking_, question) == lacking_.end()) lacking_.push_back(question);
  }
}

}  // namespace

std::variant<PolicyMap, Questions> compile(std::string_view domain, const dns::Facts& facts,
                                           const CompileOptions& options) {
  return Compiler(domain, facts, options).run();
}

}  // namespace mandate::spf
