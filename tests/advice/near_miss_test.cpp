#include "advice/near_miss.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "mandate/spf/record.h"

namespace mandate::advice {
namespace {

struct Row {
  std::string txt;
  std::string id;
  std::string fixed;
};

TEST(NearMiss, NamesTheFaultAndMendsIt) {
  for (const Row& row : std::vector<Row>{
           {"1v=spf1 mx -all", "version-prefix", "v=spf1 mx -all"},
           {">v=spf1 mx -all", "version-prefix", "v=spf1 mx -all"},
           {" v=spf1 mx -all", "version-prefix", "v=spf1 mx -all"},
           {"\"v=spf1 mx -all", "version-prefix", "v=spf1 mx -all"},
           {"v=v=spf1 mx -all", "version-prefix", "v=spf1 mx -all"},
           {"TXT V=SPF1 mx -all", "version-prefix", "V=SPF1 mx -all"},
           {"1v=spf1", "version-prefix", "v=spf1"},
           {"v=spf10 mx -all", "version-suffix", "v=spf1 mx -all"},
           {"v=spf1; mx ~all", "version-suffix", "v=spf1 mx ~all"},
           {"v=spf1;mx ~all", "version-suffix", "v=spf1 mx ~all"},
           {"v=spf1;", "version-suffix", "v=spf1"},
           {"v=spf1,a,mx", "version-suffix", ""},
           {"v=spf1include:x.example -all", "version-suffix", "v=spf1 include:x.example -all"},
           {"V=SPF1ip4:192.0.2.1 -all", "version-suffix", "V=SPF1 ip4:192.0.2.1 -all"},
           {"v=spf1-all", "version-suffix", "v=spf1 -all"},
           {"v=spf1.0 -all", "version-suffix", "v=spf1 -all"},
           {"v=spf1\tmx\t-all", "version-suffix", "v=spf1 mx -all"},
           {"v=spf1\r\n mx", "version-suffix", "v=spf1   mx"},
           {"v=spf mx -all", "version-typo", "v=spf1 mx -all"},
           {"v=sfp1 mx -all", "version-typo", "v=spf1 mx -all"},
           {"v=spf2 mx -all", "version-typo", "v=spf1 mx -all"},
           {"v=spfl mx -all", "version-typo", "v=spf1 mx -all"},
           {"v = spf1 mx -all", "version-typo", "v=spf1 mx -all"},
           {"v:spf1 mx -all", "version-typo", "v=spf1 mx -all"},
           {"spf1 mx -all", "version-typo", "v=spf1 mx -all"},
           {"v=spf", "version-typo", "v=spf1"},
           {"include:x.example ~all", "version-missing", "v=spf1 include:x.example ~all"},
           {"mx -all", "version-missing", "v=spf1 mx -all"},
           {"ip4:192.0.2.0/24", "version-missing", "v=spf1 ip4:192.0.2.0/24"},
           {"\"v=spf1 mx -all\"", "literal-quotes", "v=spf1 mx -all"},
           {"\\\"v=spf1 mx -all\\\"", "literal-quotes", "v=spf1 mx -all"},
           {"'v=spf1 mx -all'", "literal-quotes", "v=spf1 mx -all"},
           {"\"v=spf1 mx \" \"-all\"", "literal-quotes", "v=spf1 mx -all"},
           {"\xE2\x80\x9Cv=spf1 mx -all\xE2\x80\x9D", "invisible-character", "v=spf1 mx -all"},
           {"\xEF\xBB\xBFv=spf1 mx -all", "invisible-character", "v=spf1 mx -all"},
           {"v=spf1\xC2\xA0mx \xE2\x80\x93"
            "all",
            "invisible-character", "v=spf1 mx -all"},
           {"v=spf1\xA0mx -all", "invisible-character", "v=spf1 mx -all"},
           {"\xE2\x80\x8Bv=spf1;mx -all", "invisible-character", "v=spf1 mx -all"},
           {" 1v=spf1; mx -all", "version-prefix", "v=spf1 mx -all"},
       }) {
    const auto miss = near_miss(row.txt);
    if (row.fixed.empty()) {
      EXPECT_FALSE(miss) << row.txt;
      continue;
    }
    ASSERT_TRUE(miss) << row.txt;
    EXPECT_EQ(miss->id, row.id) << row.txt;
    EXPECT_EQ(miss->fixed, row.fixed) << row.txt;
    EXPECT_FALSE(near_miss(miss->fixed)) << "what is mended is a record: " << miss->fixed;
  }
}

TEST(NearMiss, LeavesRecordsAndOtherPeoplesTextAlone) {
  for (const std::string txt : {"v=spf1 mx -all",
                                "v=spf1",
                                "V=SPF1 MX ~ALL",
                                "v=spf1 nonsense",
                                "",
                                " ",
                                "hello",
                                "a",
                                "mx",
                                "all",
                                "google-site-verification=abcdef",
                                "MS=ms12345678",
                                "v=DMARC1; p=none",
                                "v=DKIM1; k=rsa; p=MIGf",
                                "v=TLSRPTv1; rua=mailto:x@y.example",
                                "v=STSv1; id=1",
                                "v=BIMI1; l=https://x.example",
                                "spf2.0/pra mx -all",
                                "spf2.0/mfrom,pra -all",
                                "v=spf2.0/pra mx -all",
                                "v=spf1foo",
                                "See v=spf1 at our site",
                                "\"hello\"",
                                "v=",
                                "v",
                                "\"",
                                "\\",
                                "redirect=_spf.example",
                                "key=value other=value",
                                "caf\xC3\xA9 \xC3\xA0"}) {
    EXPECT_FALSE(near_miss(txt)) << txt;
  }
}

TEST(NearMiss, TheArticlesExampleIsNamedAndMended) {
  const std::string rest =
      "v=spf1 ip4:38.74.192.64/27 ip4:38.122.106.8/30 ip4:38.102.153.129/27 ip4:38.122.152.32/29 "
      "ip4:159.63.54.50/30 ip4:64.215.193.192/27 include:spf.protection.outlook.com "
      "include:outlook.com a mx -all";
  const auto miss = near_miss("1" + rest);
  ASSERT_TRUE(miss);
  EXPECT_EQ(miss->id, "version-prefix");
  EXPECT_EQ(miss->fixed, rest);
  EXPECT_EQ(miss->message,
            "`1` stands in front of `v=spf1`, so receivers do not see an SPF record (RFC 7208 "
            "section 4.5); remove it.");
}

TEST(NearMiss, HostileTextIsSurvivedAndShownPrintable) {
  std::mt19937 random(4408);
  const std::vector<std::string> pieces = {"v=spf1",   "\"",      "\\",
                                           " ",        ";",       "\t",
                                           "\x1B[31m", "1",       std::string(1, '\0'),
                                           "include:", "~all",    "\xC2\xA0",
                                           "\xFF",     "v = spf", "ip4:1.2.3.4",
                                           "'",        "="};
  int found = 0;
  for (int i = 0; i < 20'000; ++i) {
    std::string txt;
    for (std::size_t k = random() % 7; k > 0; --k) txt += pieces[random() % pieces.size()];
    const auto miss = near_miss(txt);
    if (!miss) continue;
    ++found;
    EXPECT_TRUE(spf::is_spf_record(miss->fixed)) << txt;
    for (const char c : miss->message) EXPECT_TRUE(c >= 0x20 && c < 0x7F) << txt;
  }
  EXPECT_GT(found, 1000);
  for (const std::string piece : {"\"", "v=spf1;", "\xE2\x80\x8B", " ", "\\\"", "a "}) {
    std::string huge;
    while (huge.size() < 65'536) huge += piece;
    (void)near_miss(huge);
    const auto miss = near_miss("\xEF\xBB\xBFv=spf1 " + huge);
    ASSERT_TRUE(miss);
    EXPECT_LT(miss->message.size(), 1000U);
  }
}

}  // namespace
}  // namespace mandate::advice
