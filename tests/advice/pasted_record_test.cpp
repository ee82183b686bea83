// Records as people paste them: each row has the text, and the strings that are read from it.
#include "advice/pasted_record.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace mandate::advice {
namespace {

using Strings = std::vector<std::string>;

TEST(PastedRecord, IsReadAsZoneFilesShowIt) {
  const struct {
    std::string text;
    Strings strings;  // empty: the text stands for itself
  } rows[] = {
      {R"("v=spf1 mx -all")", {"v=spf1 mx -all"}},
      {R"("v=spf1 a " "mx -all")", {"v=spf1 a ", "mx -all"}},
      {R"("v=spf1 a ""mx -all")", {"v=spf1 a ", "mx -all"}},
      {"\"v=spf1 a \"\n\t\"mx -all\"\n", {"v=spf1 a ", "mx -all"}},
      {R"( "v=spf1 \"x\" \065" )", {"v=spf1 \"x\" A"}},
      {R"(d.test. 3600 IN TXT "v=spf1 -all")", {"v=spf1 -all"}},
      {R"(d.test. in 1h txt "v=spf1 -all")", {"v=spf1 -all"}},
      {R"(@ TXT "v=spf1 -all" ; the policy)", {"v=spf1 -all"}},
      {"d.test IN TXT ( \"v=spf1 a \"\n  \"mx -all\" )", {"v=spf1 a ", "mx -all"}},
      {R"(IN TXT "v=spf1 -all")", {"v=spf1 -all"}},
      {R"(3600 TXT "v=spf1 -all")", {"v=spf1 -all"}},
      {"d.test. TXT v=spf1 mx -all", {"v=spf1", "mx", "-all"}},
      {R"(d.test. TXT "hello")", {"hello"}},
      {"\"" + std::string(300, 'x') + "\"", {std::string(300, 'x')}},
      // Texts, and what is no TXT record.
      {"v=spf1 mx -all", {}},
      {"TXT v=spf1 mx -all", {}},
      {"v=spf1 txt mx -all", {}},
      {"include:a.test TXT -all", {}},
      {R"(\"v=spf1 mx -all\")", {}},
      {R"("v=spf1 mx -all)", {}},
      {R"("v=spf1 mx" -all)", {}},
      {"'v=spf1 mx -all'", {}},
      {R"(d.test. MX "v=spf1 mx")", {}},
      {R"(d.test. CH TXT "v=spf1 mx")", {}},
      {R"("d.test." TXT "v=spf1 mx")", {}},
      {"d.test. TXT", {}},
      {"d.test. TXT ( \"v=spf1 mx\"", {}},
      {"d.test. TXT \"v=spf1 mx\"\ne.test. TXT \"v=spf1 a\"", {}},
      {"v=spf1 mx\n-all", {}},
      {"\"\\999\"", {}},
      {"", {}},
      {" ; nothing", {}},
  };
  for (const auto& row : rows) {
    const auto read = pasted_record(row.text);
    EXPECT_EQ(read ? read->strings : Strings{}, row.strings) << row.text;
    EXPECT_EQ(read.has_value(), !row.strings.empty()) << row.text;
  }
}

TEST(PastedRecordProperty, WhatPresentationFormatShowsIsReadAgain) {
  std::mt19937_64 random(11);
  for (int round = 0; round < 10'000; ++round) {
    dns::TxtData txt;
    for (std::size_t left = 1 + random() % 4; left > 0; --left) {
      std::string& string = txt.strings.emplace_back();
      for (std::size_t octets = random() % 300; octets > 0; --octets) {
        string += static_cast<char>(random() % 256);
      }
    }
    const std::string shown = dns::text(dns::RecordData(txt));
    ASSERT_EQ(pasted_record(shown), txt) << shown;
    ASSERT_EQ(pasted_record("d.test. 60 IN TXT " + shown), txt) << shown;
  }
}

}  // namespace
}  // namespace mandate::advice
