#include "mandate/dns/name.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>
#include <string>

namespace mandate::dns {
namespace {

TEST(Name, FoldsCaseAndDropsTheTrailingDot) {  // RFC 4343
  EXPECT_EQ(Name::parse("WWW.Example.COM.").value().text(), "www.example.com");
  EXPECT_EQ(Name::parse("a.b").value(), Name::parse("A.B.").value());
}

TEST(Name, OfNothingOrADotIsTheRoot) {
  for (const std::string_view text : {"", "."}) {
    const Name name = Name::parse(text).value();
    EXPECT_TRUE(name.is_root());
    EXPECT_EQ(name.text(), ".");
    EXPECT_EQ(name.parent(), name);
  }
}

struct Refused {
  std::string text;
  NameError error;
};

class NameRefusal : public testing::TestWithParam<Refused> {};

TEST_P(NameRefusal, SaysWhy) {  // RFC 1035 section 2.3.4
  const auto name = Name::parse(GetParam().text);
  ASSERT_FALSE(name.has_value());
  EXPECT_EQ(name.error(), GetParam().error);
  EXPECT_FALSE(describe(name.error()).empty());
}

const std::string kLabel63(63, 'a');

INSTANTIATE_TEST_SUITE_P(
    Table, NameRefusal,
    testing::Values(Refused{"a..b", NameError::empty_label}, Refused{".a", NameError::empty_label},
                    Refused{"..", NameError::empty_label}, Refused{"a..", NameError::empty_label},
                    Refused{kLabel63 + "a.b", NameError::label_too_long},
                    Refused{kLabel63 + "." + kLabel63 + "." + kLabel63 + "." + kLabel63,
                            NameError::name_too_long},
                    Refused{"a\\", NameError::bad_escape}, Refused{"a\\25", NameError::bad_escape},
                    Refused{"a\\256", NameError::bad_escape},
                    Refused{"a\\2x5", NameError::bad_escape}));

TEST(Name, AcceptsTheLongestLabelAndName) {
  const std::string longest =
      kLabel63 + "." + kLabel63 + "." + kLabel63 + "." + std::string(61, 'b');
  EXPECT_EQ(Name::parse(longest).value().wire().size(), 254U);
}

TEST(Name, ComparesWholeLabelsBelowAnAncestor) {
  const auto name = [](std::string_view text) { return Name::parse(text).value(); };
  EXPECT_TRUE(name("a.example.com").is_at_or_below(name("example.com")));
  EXPECT_TRUE(name("example.com").is_at_or_below(name("example.com")));
  EXPECT_TRUE(name("com").is_at_or_below(Name()));
  EXPECT_FALSE(name("evilexample.com").is_at_or_below(name("example.com")));
  EXPECT_FALSE(name("example.com.evil").is_at_or_below(name("example.com")));
  EXPECT_FALSE(name("com").is_at_or_below(name("example.com")));
  // An escaped dot is no label boundary.
  EXPECT_FALSE(name("a\\.example.com").is_at_or_below(name("example.com")));
}

TEST(Name, IsReadFromItsWireFormatInEitherCase) {
  EXPECT_EQ(Name::from_wire("\3WwW\4test").value(), Name::parse("www.test").value());
  EXPECT_TRUE(Name::from_wire("").value().is_root());
  const std::string longest =
      Name::parse(kLabel63 + "." + kLabel63 + "." + kLabel63 + "." + std::string(61, 'b'))
          .value()
          .wire();
  EXPECT_EQ(Name::from_wire(longest).value().wire(), longest);
}

TEST(Name, IsNotReadFromWireFormatWhoseLengthsDoNotFit) {
  using namespace std::string_view_literals;
  const std::string label = "\x3f" + kLabel63;
  for (const std::string& wire :
       {std::string("\0"sv), std::string("\1a\0"sv), std::string("\2a"), std::string("\1"),
        "\x40" + std::string(64, 'a'), "\xc0" + std::string(192, 'a'),
        label + label + label + "\x3e" + std::string(62, 'b')}) {
    EXPECT_FALSE(Name::from_wire(wire).has_value()) << wire.size();
  }
}

// A text without escapes is read another way than one with them: both ways are the same, also in
// what they refuse.
TEST(Name, WithAndWithoutEscapesIsTheSame) {
  std::mt19937 random(1035);
  for (int round = 0; round < 20'000; ++round) {
    std::string text(random() % 8 == 0 ? random() % 300 : random() % 20 + 1, 'x');
    for (char& c : text) {
      const auto lot = random() % 12;
      c = lot == 0 ? '.' : lot == 1 ? static_cast<char>(random() % 256) : "aZ-_09"[random() % 6];
      if (c == '\\') c = '.';
    }
    // An escape in front, of an octet that is no dot, means the octet itself.
    if (text.empty() || text.front() == '.') continue;
    const auto plain = Name::parse(text);
    const auto escaped = Name::parse(
        fmt::format("\\{:03}", static_cast<unsigned char>(text.front())) + text.substr(1));
    ASSERT_EQ(plain, escaped) << text;
  }
}

TEST(Name, TextAndParseAreInverse) {
  std::mt19937 random(1035);
  for (int round = 0; round < 20000; ++round) {
    std::vector<std::string> labels(random() % 5);
    std::vector<std::string_view> views;
    for (std::string& label : labels) {
      for (auto n = random() % 12 + 1; n > 0; --n) label += static_cast<char>(random() % 256);
      views.push_back(label);
    }
    const Name name = Name::from_labels(views).value();
    const std::string text = name.text();
    for (const char c : text) ASSERT_TRUE(c > 0x20 && c < 0x7f) << text;
    ASSERT_EQ(Name::parse(text).value(), name) << text;
    ASSERT_EQ(name.labels().size(), labels.size());
    ASSERT_EQ(Name::from_wire(name.wire()).value(), name) << text;
  }
}

}  // namespace
}  // namespace mandate::dns
