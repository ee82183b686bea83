#include "advice/provider_zone.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "advice/character_strings.h"
#include "advice/networks.h"
#include "advice/publication.h"
#include "advice/term_packing.h"
#include "mandate/spf/check_host.h"

namespace mandate::advice {
namespace {

using Purpose = ProviderRecord::Purpose;
using Failure = std::unexpected<std::string>;
using Networks = std::vector<dns::Prefix>;

constexpr std::size_t kMostNames = spf::Limits{}.lookups;
constexpr std::string_view kVersion = "v=spf1";
constexpr std::string_view kAll = " -all";

/// Of an answer but for the data: the header, the question, and the record with its owner as a
/// pointer (RFC 1035 sections 4.1.1 to 4.1.4). Of a name without the final zero octet.
std::size_t frame_octets(std::size_t name) {
  return 12 + (name + 1 + 4) + 12;
}

std::size_t data_octets(std::string_view record) {
  std::size_t out = 0;
  for (const std::string& string : character_strings(record)) out += 1 + string.size();
  return out;
}

/// Of the longest name that an account may have below the include name, likewise.
std::size_t account_name_octets(const dns::Name& include_name) {
  constexpr std::size_t kLongestLabel = 64;  // with its length octet
  constexpr std::size_t kLongestName = 254;
  return std::min(include_name.wire().size() + kLongestLabel, kLongestName);
}

/// The octets of text that fit into so many of data: a length octet comes before every 255.
std::size_t text_octets(std::size_t data) {
  return data - (data + 255) / 256;
}

std::size_t less(std::size_t from, std::size_t amount) {
  return from - std::min(from, amount);
}

/// The records of one number of names, if that many hold the pool.
class Split {
 public:
  Split(const dns::Name& include_name, const dns::Name& wildcard, std::vector<dns::Name> parts,
        std::size_t most_octets)
      : include_name_(include_name),
        wildcard_(wildcard),
        parts_(std::move(parts)),
        most_octets_(most_octets) {
    for (const dns::Name& part : parts_) includes_ += " include:" + part.text();
  }

  std::optional<std::vector<ProviderRecord>> of(const Networks& pool) const {
    // Strings are cut at spaces, which may take one more of them than their text would.
    constexpr std::size_t kMoreStrings = 4;
    for (std::size_t spare = 0; spare < kMoreStrings; ++spare) {
      const std::vector<std::size_t> rooms = rooms_with(spare);
      std::size_t room = 0;
      for (const std::size_t octets : rooms) room += octets;
      if (term_octets(pool) > room) return std::nullopt;
      const auto networks = packed(pool, rooms);
      if (!networks) continue;
      std::vector<ProviderRecord> out = records_of(*networks);
      const bool fits = std::ranges::all_of(
          out, [&](const ProviderRecord& record) { return record.answer_octets <= most_octets_; });
      if (fits) return out;
    }
    return std::nullopt;
  }

 private:
  std::vector<std::size_t> rooms_with(std::size_t spare) const {
    const auto room = [&](std::size_t name, std::size_t more) {
      const std::size_t data = less(most_octets_, frame_octets(name) + spare);
      return less(text_octets(data), kVersion.size() + more + kAll.size());
    };
    std::vector<std::size_t> out{room(account_name_octets(include_name_), includes_.size())};
    for (const dns::Name& part : parts_) out.push_back(room(part.wire().size(), 0));
    return out;
  }

  std::vector<ProviderRecord> records_of(const std::vector<Networks>& networks) const {
    std::vector<ProviderRecord> out;
    for (std::size_t i = 0; i < parts_.size(); ++i) {
      add(out, Purpose::part, parts_[i], networks[i + 1], "", parts_[i].wire().size());
    }
    const std::size_t longest = account_name_octets(include_name_);
    add(out, Purpose::include, include_name_, networks.front(), includes_,
        include_name_.wire().size());
    add(out, Purpose::accounts, wildcard_, networks.front(), includes_, longest);
    return out;
  }

  static void add(std::vector<ProviderRecord>& records, Purpose purpose, const dns::Name& name,
                  const Networks& networks, const std::string& includes, std::size_t asked) {
    std::string value(kVersion);
    for (const dns::Prefix& network : networks) value += " " + network_term(network);
    value += includes;
    value += kAll;
    const std::size_t octets = frame_octets(asked) + data_octets(value);
    records.push_back({purpose, name, std::move(value), octets});
  }

  const dns::Name& include_name_;
  const dns::Name& wildcard_;
  std::vector<dns::Name> parts_;
  std::string includes_;
  std::size_t most_octets_;
};

std::expected<Networks, std::string> networks_of(const Networks& pool) {
  for (const dns::Prefix& network : pool) {
    if (!mixes_families(network)) continue;
    return Failure(fmt::format(
        "The pool has {}, which holds ::ffff:0:0/96, whose addresses are IPv4 clients (RFC 7208 "
        "section 5): name the networks that mail leaves from, of each family its own.",
        network.text()));
  }
  return aggregated(pool);
}

void add_helo(ProviderZone& zone, const ProviderNames& names) {
  for (const dns::Name& helo : names.helo_names) {
    const auto there = std::ranges::find(zone.records, helo, &ProviderRecord::name);
    if (there != zone.records.end()) continue;
    std::string value = fmt::format("{} include:{}{}", kVersion, names.include_name.text(), kAll);
    const std::size_t octets = frame_octets(helo.wire().size()) + data_octets(value);
    zone.records.push_back({Purpose::helo, helo, std::move(value), octets});
  }
}

}  // namespace

std::string_view text(Purpose purpose) {
  switch (purpose) {
    case Purpose::part:
      return "part";
    case Purpose::include:
      return "include";
    case Purpose::accounts:
      return "accounts";
    case Purpose::helo:
      break;
  }
  return "helo";
}

std::expected<ProviderZone, std::string> provider_zone(const ProviderNames& names,
                                                       std::size_t most_octets) {
  const std::string include = names.include_name.text();
  const auto wildcard = dns::Name::parse("*." + include);
  const auto last_part = dns::Name::parse("_9." + include);
  if (!wildcard || !last_part) {
    return Failure(
        fmt::format("{} is too long to have names below it: take a shorter one.", include));
  }
  if (!can_be_included(names.include_name)) return Failure(cannot_be_included(names.include_name));
  auto pool = networks_of(names.pool);
  if (!pool) return Failure(std::move(pool.error()));

  for (const std::size_t most : {most_octets, std::max(most_octets, kEdnsAnswer)}) {
    std::vector<dns::Name> parts;
    while (parts.size() < kMostNames) {
      auto records = Split(names.include_name, *wildcard, parts, most).of(*pool);
      if (records) {
        ProviderZone zone{std::move(*pool), std::move(*records), 1 + static_cast<int>(parts.size()),
                          most};
        add_helo(zone, names);
        return zone;
      }
      parts.push_back(dns::Name::parse(fmt::format("_{}.{}", parts.size() + 1, include)).value());
    }
  }
  return Failure(fmt::format(
      "The pool of {} networks needs more than {} names, and receivers stop at {} DNS lookups (RFC "
      "7208 section 4.6.4): use fewer, wider networks.",
      pool->size(), kMostNames, kMostNames));
}

}  // namespace mandate::advice
