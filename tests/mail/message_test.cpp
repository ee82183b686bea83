#include "mail/message.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mandate::mail {
namespace {

using namespace std::chrono_literals;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr std::chrono::sys_seconds kNoon =
    std::chrono::sys_days{std::chrono::year{2024} / 5 / 17} + 12h;
const std::string kMessageId = "<0190.1@mailer.provider.example>";

Draft good_draft() {
  return {.from = "news@customer.example",
          .from_name = "Customer News",
          .to = "reader@receiver.example",
          .subject = "Your report",
          .text = "Hello,\nit is ready.\n",
          .html = {}};
}

Draft with(const std::function<void(Draft&)>& change) {
  Draft draft = good_draft();
  change(draft);
  return draft;
}

// `FIELD CODE` of the refusal, or nothing.
std::string refusal(const Draft& draft) {
  const auto checked = check(draft);
  return checked ? "" : checked.error().field + " " + checked.error().error.code;
}

TEST(Compose, WritesAPlainMessage) {
  EXPECT_EQ(compose(good_draft(), kMessageId, kNoon),
            "From: \"Customer News\" <news@customer.example>\r\n"
            "To: reader@receiver.example\r\n"
            "Subject: Your report\r\n"
            "Date: Fri, 17 May 2024 12:00:00 +0000\r\n"
            "Message-ID: <0190.1@mailer.provider.example>\r\n"
            "MIME-Version: 1.0\r\n"
            "Content-Type: text/plain; charset=utf-8\r\n"
            "Content-Transfer-Encoding: quoted-printable\r\n"
            "\r\n"
            "Hello,\r\nit is ready.\r\n");
}

TEST(Compose, WritesHtmlAlone) {
  const Draft draft = with([](Draft& d) { d.text.clear(), d.html = "<p>Hello</p>"; });
  EXPECT_THAT(compose(draft, kMessageId, kNoon),
              EndsWith("Content-Type: text/html; charset=utf-8\r\n"
                       "Content-Transfer-Encoding: quoted-printable\r\n\r\n<p>Hello</p>\r\n"));
}

TEST(Compose, WritesBothAsAlternativesThePlainerFirst) {
  const std::string message =
      compose(with([](Draft& d) { d.html = "<p>Hello</p>"; }), kMessageId, kNoon);
  EXPECT_THAT(message, HasSubstr("Content-Type: multipart/alternative; boundary=\"=_"));
  EXPECT_LT(message.find("text/plain"), message.find("text/html"));
}

TEST(Compose, TextCannotEndItsPartByTheBoundary) {
  Draft draft = with([](Draft& d) { d.html = "<p>Hello</p>"; });
  const std::string once = compose(draft, kMessageId, kNoon);
  const std::size_t at = once.find("boundary=\"") + 10;
  const std::string boundary = once.substr(at, once.find('"', at) - at);
  draft.text = "--" + boundary + "--\n\n--" + boundary + "\nContent-Type: text/html\n\nforged";
  const std::string message = compose(draft, kMessageId, kNoon);
  std::size_t count = 0;
  for (std::size_t i = 0; (i = message.find("--" + boundary, i)) != std::string::npos; ++i) ++count;
  EXPECT_EQ(count, 3U);
}

TEST(Compose, WritesAddressesNormalised) {
  const Draft draft = with([](Draft& d) {
    d.from = "News@B\u00DCCHER.example";
    d.to = "Reader@RECEIVER.example";
  });
  const std::string message = compose(draft, kMessageId, kNoon);
  EXPECT_THAT(message, HasSubstr("<News@xn--bcher-kva.example>\r\n"));
  EXPECT_THAT(message, HasSubstr("To: Reader@receiver.example\r\n"));
}

TEST(Compose, RefusesWhatWasNotChecked) {
  EXPECT_THROW(compose(Draft{}, kMessageId, kNoon), std::invalid_argument);
  for (const char* id : {"", "bare@x", "<a@b>\r\nBcc: <x@y>", "<a b@c>", "<a@b\n>"}) {
    EXPECT_THROW(compose(good_draft(), id, kNoon), std::invalid_argument) << id;
  }
}

TEST(Check, AcceptsWhatIsAllowed) {
  EXPECT_EQ(refusal(good_draft()), "");
  EXPECT_EQ(refusal(with([](Draft& d) { d.from_name.clear(), d.subject.clear(); })), "");
  EXPECT_EQ(refusal(with([](Draft& d) { d.subject.assign(998, 's'); })), "");
  EXPECT_EQ(refusal(with([](Draft& d) { d.text.assign(1U << 20U, 't'), d.html = d.text; })), "");
  EXPECT_EQ(refusal(with([](Draft& d) { d.text = std::string("\0\r\x1B\n\r", 5); })), "");
}

TEST(Check, NamesTheFieldAndTheFault) {
  const struct {
    std::function<void(Draft&)> change;
    std::string_view refused;
  } cases[]{
      {[](Draft& d) { d.from.clear(); }, "/from address_empty"},
      {[](Draft& d) { d.to.clear(); }, "/to address_empty"},
      {[](Draft& d) { d.from = "News <news@customer.example>"; }, "/from address_invalid"},
      {[](Draft& d) { d.to = "no-at-sign"; }, "/to address_invalid"},
      {[](Draft& d) { d.to = "a@b.example, c@d.example"; }, "/to address_several"},
      {[](Draft& d) { d.from = std::string(65, 'a') + "@b.example"; }, "/from address_too_long"},
      {[](Draft& d) { d.from = "=?utf-8?q?boss?=@b.example"; }, "/from address_invalid"},
      {[](Draft& d) { d.from_name = "\xC3"; }, "/from_name not_utf8"},
      {[](Draft& d) { d.from_name.assign(999, 'n'); }, "/from_name name_too_long"},
      {[](Draft& d) { d.subject = "\xED\xA0\x80"; }, "/subject not_utf8"},
      {[](Draft& d) { d.subject.assign(999, 's'); }, "/subject subject_too_long"},
      {[](Draft& d) { d.text.clear(); }, "/text body_missing"},
      {[](Draft& d) { d.text = "\xFF"; }, "/text not_utf8"},
      {[](Draft& d) { d.html = "\xC0\x80"; }, "/html not_utf8"},
      {[](Draft& d) { d.text.assign((1U << 20U) + 1, 't'); }, "/text body_too_large"},
      {[](Draft& d) { d.html.assign((1U << 20U) + 1, 'h'); }, "/html body_too_large"},
  };
  for (const auto& [change, refused] : cases) EXPECT_EQ(refusal(with(change)), refused);
}

TEST(Check, RefusesADisplayNameThatLooksLikeAnAddress) {
  for (const char* name : {"ceo@bank.example", "CEO <ceo@bank.example>", "@", "ceo \uFF20 bank",
                           "ceo\uFE6Bbank.example"}) {
    EXPECT_EQ(refusal(with([&](Draft& d) { d.from_name = name; })),
              "/from_name display_name_is_address");
  }
}

struct HeaderText {
  std::string_view name;
  std::string Draft::* member;
};
constexpr HeaderText kHeaderTexts[]{{"/from", &Draft::from},
                                    {"/from_name", &Draft::from_name},
                                    {"/to", &Draft::to},
                                    {"/subject", &Draft::subject}};

// Every field that becomes part of the header × every control character × every place.
TEST(HeaderInjection, IsRefusedInEveryFieldByEveryControlCharacter) {
  std::vector<std::string> controls{"\r\nBcc: victim@other.example", "\u2028", "\u2029", "\r\n "};
  for (int octet = 0; octet < 0x20; ++octet) controls.emplace_back(1, static_cast<char>(octet));
  for (int octet = 0x7F; octet < 0xA0; ++octet) {
    controls.push_back(octet == 0x7F ? "\x7F" : std::string("\xC2") + static_cast<char>(octet));
  }
  for (const auto& [name, member] : kHeaderTexts) {
    for (const std::string& control : controls) {
      const std::string value = good_draft().*member;
      for (const std::size_t at : {std::size_t{0}, value.size() / 2, value.size()}) {
        const Draft draft = with([&](Draft& d) { (d.*member).insert(at, control); });
        EXPECT_EQ(refusal(draft), fmt::format("{} control_character", name))
            << testing::PrintToString(control) << " at " << at;
      }
    }
  }
}

// The header of what is composed holds exactly our fields, whatever printable text is in them.
TEST(HeaderInjection, NoPrintableTextAddsAField) {
  for (const char* text : {"x: y", "Bcc: v", "=?utf-8?q?a=0D=0ABcc:_v?=", "\\r\\nBcc: v",
                           "\u560A\u560DBcc: v", "a=0D=0Ab", "%0d%0aBcc: v"}) {
    const Draft draft = with([&](Draft& d) { d.subject = d.from_name = text; });
    ASSERT_EQ(refusal(draft), "");
    const std::string message = compose(draft, kMessageId, kNoon);
    std::string names;
    for (std::size_t at = 0; !message.substr(at).starts_with("\r\n");
         at = message.find("\r\n", at) + 2) {
      if (message[at] != ' ') names += message.substr(at, message.find(':', at) - at) + " ";
    }
    EXPECT_EQ(names,
              "From To Subject Date Message-ID MIME-Version Content-Type "
              "Content-Transfer-Encoding ")
        << text;
  }
}

TEST(Compose, GivesNothingButPrintableLinesWithinLimits) {
  const Draft draft = with([](Draft& d) {
    d.from =
        std::string(64, 'l') + "@" + std::string(63, 'x') + "." + std::string(63, 'y') + ".example";
    d.from_name = std::string(400, 'n') + "\u65E5\u672C";
    d.subject = std::string(990, 's');
    d.text = std::string("\0\n.\n\r.\r\r\n.\r\n\x01", 14) + std::string(3000, 'x');
    d.html = std::string(3000, ' ') + "\t\u65E5\u672C";
  });
  std::string left = compose(draft, kMessageId, kNoon);
  ASSERT_THAT(left, EndsWith("\r\n"));
  while (!left.empty()) {
    const std::string line = left.substr(0, left.find("\r\n"));
    EXPECT_LE(line.size(), 998U);
    EXPECT_TRUE(std::ranges::all_of(line, [](char c) { return c >= 0x20 && c < 0x7f; })) << line;
    EXPECT_THAT(line, Not(StartsWith(".")));
    left.erase(0, line.size() + 2);
  }
}

}  // namespace
}  // namespace mandate::mail
