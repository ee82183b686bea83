// The chain of the audit log: what its hashes are over, and that it shows what was done to it.
#include "registry/audit_chain.h"

#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "registry/sha256.h"

namespace mandate::registry {
namespace {

using Kind = ChainFault::Kind;

std::chrono::sys_seconds at(std::int64_t seconds) {
  return std::chrono::sys_seconds(std::chrono::seconds(seconds));
}

std::vector<AuditEntry> chain(int length) {
  std::vector<AuditEntry> entries;
  AuditHead head;
  for (int i = 0; i < length; ++i) {
    const Change change{.account_id = "4321",
                        .subject = "domain:d" + std::to_string(i) + ".example",
                        .action = "domain.verified",
                        .evidence_id = "e" + std::to_string(i),
                        .details = R"({"from":"pending","to":"verified"})"};
    entries.push_back(next_entry(head, change, {"key:k1", at(1000 + i)}));
    head = {entries.back().sequence, entries.back().hash};
  }
  return entries;
}

std::optional<ChainFault> follow(const std::vector<AuditEntry>& entries) {
  AuditChain walked;
  for (const AuditEntry& entry : entries) {
    if (auto fault = walked.follow(entry)) return fault;
  }
  return std::nullopt;
}

TEST(Sha256, GivesThePublishedHashes) {  // FIPS 180-4, examples of NIST
  EXPECT_EQ(sha256(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST(AuditEntry, IsHashedAsDocumented) {
  const Change change{.account_id = "4321",
                      .subject = "domain:customer.example",
                      .action = "domain.added",
                      .evidence_id = "",
                      .details = R"({"status":"pending","senders":[]})"};
  const AuditEntry entry = next_entry({}, change, {"key:k1", at(1'795'435'200)});
  const std::string octets = "15:mandate-audit-1,64:" + std::string(64, '0') +
                             ",1:1,10:1795435200,6:key:k1,4:4321,23:domain:customer.example,"
                             "12:domain.added,0:,33:{\"status\":\"pending\",\"senders\":[]},";
  EXPECT_EQ(entry.hash, sha256(octets));
  EXPECT_EQ(entry.hash, "d9a6bcf15bb1142cfa96e6779e09cc94ee69efb38d9dd18d7213bfb1a6f6f3f8")
      << "as Python's hashlib has it";
}

TEST(AuditEntry, NoOctetCanMoveIntoTheNextField) {
  const std::string text = "1:2,a,:";
  std::string AuditEntry::* const fields[] = {&AuditEntry::actor,       &AuditEntry::account_id,
                                              &AuditEntry::subject,     &AuditEntry::action,
                                              &AuditEntry::evidence_id, &AuditEntry::details};
  std::set<std::string> hashes;
  std::size_t hashed = 0;
  for (std::size_t field = 0; field + 1 < std::size(fields); ++field) {
    for (std::size_t cut = 0; cut <= text.size(); ++cut) {
      if (cut == 0 && field > 0) continue;  // that is the whole text in the field before
      AuditEntry entry;
      entry.*fields[field] = text.substr(0, text.size() - cut);
      entry.*fields[field + 1] = text.substr(text.size() - cut);
      hashes.insert(chained_hash(entry, std::string(64, '0')));
      ++hashed;
    }
  }
  EXPECT_EQ(hashes.size(), hashed);
}

TEST(AuditEntry, DetailsThatAreNoJsonAreShownAsText) {
  AuditEntry entry = chain(1).front();
  entry.details = "{\"from\":\xff";
  EXPECT_EQ(to_json(entry).at("details").as_string(), R"({"from":\255)");
}

TEST(AuditChain, OfWhatWasWrittenIsWholeAndEndsAtItsLastEntry) {
  EXPECT_FALSE(follow({}));
  AuditChain walked;
  EXPECT_EQ(walked.head(), AuditHead());
  for (const AuditEntry& entry : chain(20)) EXPECT_FALSE(walked.follow(entry));
  EXPECT_EQ(walked.head().sequence, 20);
  EXPECT_EQ(walked.head().hash, chain(20).back().hash);
}

TEST(AuditChain, ShowsEveryBitOfEveryTextThatIsAltered) {
  const auto whole = chain(3);
  std::string AuditEntry::* const fields[] = {&AuditEntry::actor,         &AuditEntry::account_id,
                                              &AuditEntry::subject,       &AuditEntry::action,
                                              &AuditEntry::evidence_id,   &AuditEntry::details,
                                              &AuditEntry::previous_hash, &AuditEntry::hash};
  for (std::size_t i = 0; i < whole.size(); ++i) {
    for (std::string AuditEntry::* const field : fields) {
      for (std::size_t bit = 0; bit < (whole[i].*field).size() * 8; ++bit) {
        auto altered = whole;
        char& octet = (altered[i].*field)[bit / 8];
        octet = static_cast<char>(octet ^ (1 << (bit % 8)));
        const auto fault = follow(altered);
        ASSERT_TRUE(fault) << i << " " << altered[i].*field;
        EXPECT_EQ(fault->sequence, static_cast<std::int64_t>(i) + 1);
        EXPECT_EQ(fault->kind, Kind::altered);
      }
    }
  }
}

TEST(AuditChain, SaysWhereAndHowItIsBrokenFirst) {
  const auto renumbered = [](std::vector<AuditEntry> entries) {
    for (std::size_t i = 0; i < entries.size(); ++i) {
      entries[i].sequence = static_cast<std::int64_t>(i) + 1;
    }
    return entries;
  };
  const auto rehashed = [](AuditEntry& entry) {
    entry.hash = chained_hash(entry, entry.previous_hash);
  };
  struct Row {
    const char* what;
    std::function<void(std::vector<AuditEntry>&)> damage;
    std::int64_t sequence;
    Kind kind;
  };
  const Row rows[] = {
      {"a time", [](auto& log) { log[4].at += std::chrono::seconds{1}; }, 5, Kind::altered},
      {"a time by one high bit", [](auto& log) { log[4].at = at(1004 - (1LL << 62)); }, 5,
       Kind::altered},
      {"a sequence", [](auto& log) { log[9].sequence = 99; }, 10, Kind::missing},
      {"a number below the first", [](auto& log) { log[0].sequence = 0; }, 0, Kind::altered},
      {"an entry taken out", [](auto& log) { log.erase(log.begin() + 4); }, 5, Kind::missing},
      {"the first taken out", [](auto& log) { log.erase(log.begin()); }, 1, Kind::missing},
      {"taken out and renumbered",
       [&](auto& log) {
         log.erase(log.begin() + 4);
         log = renumbered(log);
       },
       5, Kind::detached},
      {"two exchanged",
       [&](auto& log) {
         std::swap(log[4], log[5]);
         log = renumbered(log);
       },
       5, Kind::detached},
      {"one repeated",
       [&](auto& log) {
         log.insert(log.begin() + 4, log[1]);
         log = renumbered(log);
       },
       5, Kind::detached},
      {"one altered with a hash that fits",
       [&](auto& log) {
         log[4].actor = "key:k2";
         rehashed(log[4]);
       },
       6, Kind::detached}};
  for (const Row& row : rows) {
    auto log = chain(10);
    row.damage(log);
    const auto fault = follow(log);
    ASSERT_TRUE(fault) << row.what;
    EXPECT_EQ(fault->sequence, row.sequence) << row.what;
    EXPECT_EQ(fault->kind, row.kind) << row.what;
  }
}

}  // namespace
}  // namespace mandate::registry
