#include "advice/dmarc.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <utility>

#include "dns/public_suffix.h"

namespace mandate::advice {
namespace {

using dns::Fact;
using Status = DmarcDiscovery::Status;

/// A name below another; nothing where the name would be too long.
std::optional<dns::Name> below(std::string_view label, const dns::Name& name) {
  std::vector<std::string_view> labels = name.labels();
  labels.insert(labels.begin(), label);
  const auto made = dns::Name::from_labels(labels);
  return made ? std::optional(*made) : std::nullopt;
}

/// The way of a discovery: the domain of From, then its organizational domain.
class Discovery {
 public:
  Discovery(const dns::Name& from, const dns::Facts& facts) : facts_(facts) {
    out_.from = from;
    out_.organizational = dns::registrable_domain(from);
    out_.holder = from;
    out_.ttl = std::numeric_limits<std::uint32_t>::max();
  }

  std::variant<DmarcDiscovery, spf::Questions> run() {
    for (const dns::Name& holder : {out_.from, out_.organizational}) {
      out_.holder = holder;
      const auto name = below("_dmarc", holder);
      if (!name) continue;  // what is no name has no record
      const dns::Question question{*name, dns::RecordType::txt};
      const Fact* fact = facts_.find(question);
      if (fact == nullptr) return spf::Questions{question};
      if (ends_with(*fact)) return done();
      if (out_.from == out_.organizational) break;
    }
    if (meant_) {
      out_.holder = meant_->holder;
      out_.near_miss = std::move(meant_->text);
      out_.problem = std::move(meant_->problem);
      return done();
    }
    out_.problem =
        out_.inherited()
            ? fmt::format("there is a DMARC record neither at _dmarc.{} nor at _dmarc.{}",
                          out_.from.text(), out_.organizational.text())
            : fmt::format("there is no DMARC record at _dmarc.{}", out_.from.text());
    return done();
  }

 private:
  /// A text that was meant to be a record, and why it is none.
  struct Meant {
    dns::Name holder;
    std::string text;
    std::string problem;
  };

  std::optional<Meant> near_miss(const Fact& fact) const {
    for (const dns::RecordData& data : fact.records) {
      const auto* held = std::get_if<dns::TxtData>(&data);
      if (held == nullptr) continue;
      std::string joined = held->joined();
      const auto why = dmarc_near_miss(joined);
      if (!why) continue;
      return Meant{out_.holder, std::move(joined),
                   fmt::format("the TXT of {} that was meant to be a DMARC record is none to "
                               "receivers: {} (RFC 7489 section 6.3)",
                               fact.question.name.text(), *why)};
    }
    return std::nullopt;
  }

  bool ends_with(const Fact& fact) {
    out_.ttl = std::min(out_.ttl, fact.ttl);
    const std::string name = fact.question.name.text();
    if (fact.status == Fact::Status::failed) {
      return end(Status::failed,
                 fmt::format("{} TXT could not be looked up: {}", name, fact.detail));
    }
    std::vector<std::string> records = dmarc_records(fact);
    if (records.empty()) {
      if (!meant_) meant_ = near_miss(fact);
      return false;
    }
    if (records.size() > 1) {
      return end(Status::several,
                 fmt::format("{} has {} DMARC records; keep one", name, records.size()));
    }
    out_.text = std::move(records.front());
    auto record = parse_dmarc_record(out_.text);
    if (!record) {
      return end(Status::unusable, fmt::format("in the record of {} {}", name, record.error()));
    }
    out_.record = std::move(*record);
    return end(Status::found, "");
  }

  bool end(Status status, std::string problem) {
    out_.status = status;
    out_.problem = std::move(problem);
    return true;
  }

  DmarcDiscovery done() {
    if (out_.ttl == std::numeric_limits<std::uint32_t>::max()) out_.ttl = 0;
    return std::move(out_);
  }

  const dns::Facts& facts_;
  DmarcDiscovery out_;
  std::optional<Meant> meant_;  ///< the nearest to the domain of From
};

}  // namespace

std::vector<std::string> dmarc_records(const dns::Fact& txt) {
  std::vector<std::string> out;
  for (const dns::RecordData& data : txt.records) {
    const auto* held = std::get_if<dns::TxtData>(&data);
    if (held == nullptr) continue;
    std::string joined = held->joined();
    if (is_dmarc_record(joined)) out.push_back(std::move(joined));
  }
  return out;
}

DmarcPolicy DmarcDiscovery::requested() const {
  if (!record) return DmarcPolicy::none;
  return inherited() ? record->subdomain_policy.value_or(record->policy) : record->policy;
}

std::string_view text(DmarcDiscovery::Status status) {
  switch (status) {
    case Status::found:
      return "found";
    case Status::absent:
      return "absent";
    case Status::several:
      return "several";
    case Status::unusable:
      return "unusable";
    case Status::failed:
      break;
  }
  return "failed";
}

std::variant<DmarcDiscovery, spf::Questions> discover_dmarc(const dns::Name& from,
                                                            const dns::Facts& facts) {
  return Discovery(from, facts).run();
}

bool aligned(const dns::Name& authenticated, const dns::Name& from, Alignment alignment) {
  if (authenticated == from) return true;
  return alignment == Alignment::relaxed &&
         dns::registrable_domain(authenticated) == dns::registrable_domain(from);
}

std::string_view text(DmarcOutcome::Status status) {
  switch (status) {
    case DmarcOutcome::Status::passes:
      return "passes";
    case DmarcOutcome::Status::fails:
      return "fails";
    case DmarcOutcome::Status::not_applied:
      return "not_applied";
    case DmarcOutcome::Status::unknown:
      break;
  }
  return "unknown";
}

DmarcOutcome dmarc_outcome(const DmarcDiscovery& discovery, spf::Result result,
                           const std::optional<dns::Name>& authenticated) {
  DmarcOutcome out;
  const Alignment mode = discovery.record ? discovery.record->spf : Alignment::relaxed;
  out.is_aligned = authenticated && aligned(*authenticated, discovery.from, mode);
  if (discovery.status == Status::failed) {
    out.status = DmarcOutcome::Status::unknown;
  } else if (discovery.record) {
    out.requested = discovery.requested();
    out.percent = discovery.record->percent;
    out.status = DmarcOutcome::Status::fails;
    // Only what is aligned can still come to pass when the DNS answers again.
    if (out.is_aligned && result == spf::Result::pass) out.status = DmarcOutcome::Status::passes;
    if (out.is_aligned && result == spf::Result::temperror) {
      out.status = DmarcOutcome::Status::unknown;
    }
  }
  return out;
}

std::vector<SendingMode> sending_modes(const dns::Name& from) {
  std::vector<SendingMode> out;
  const auto add = [&](std::string_view id, const dns::Name& mail_from) {
    out.push_back({id, mail_from, aligned(mail_from, from, Alignment::relaxed),
                   aligned(mail_from, from, Alignment::strict)});
  };
  add("apex_include", from);
  if (const auto bounce = below("bounce", from)) add("return_path", *bounce);
  return out;
}

}  // namespace mandate::advice
