#include "mail/smtp_dialogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace mandate::mail {
namespace {

using Kind = HandOver::Kind;
using ::testing::HasSubstr;

// `>` a command, `<` a reply line, `.` the content.
SmtpDialogue after(const std::vector<std::string_view>& lines, bool login = false) {
  SmtpDialogue dialogue(login);
  for (const std::string_view line : lines) {
    if (line == ".") {
      dialogue.content_sent();
    } else if (line.starts_with('>')) {
      dialogue.command_sent(line.substr(1));
    } else {
      dialogue.line_received(line.substr(1));
    }
  }
  return dialogue;
}

TEST(SmtpDialogue, JudgesByTheStepThatWasAnswered) {
  const std::string_view mail = ">MAIL FROM:<a@b>", rcpt = ">RCPT TO:<c@d>", ehlo = ">EHLO x";
  const struct {
    std::vector<std::string_view> lines;
    bool login;
    Kind kind;
    int code;
  } cases[]{
      {{}, false, Kind::deferred, 0},
      {{"<554 no service"}, false, Kind::deferred, 554},
      {{"<220 hi", ehlo, "<550 who are you"}, false, Kind::deferred, 550},
      {{"<220 hi", ehlo, "<250 fine", ">STARTTLS", "<554 no"}, false, Kind::deferred, 554},
      {{"<220 hi", ehlo, "<250 AUTH PLAIN", ">AUTH PLAIN", "<334 ", ">AHgAeQ==", "<535 no"},
       true,
       Kind::deferred,
       535},
      {{"<220 hi", ehlo, "<250 fine", mail, "<550 no"}, false, Kind::refused, 550},
      {{"<220 hi", ehlo, "<250 fine", mail, "<450 later"}, false, Kind::deferred, 450},
      {{"<220 hi", ehlo, "<250 fine", mail, "<530 log in first"}, false, Kind::deferred, 530},
      {{"<220 hi", ehlo, "<250 fine", mail, "<250 ok", rcpt, "<550 no"}, false, Kind::refused, 550},
      {{"<220 hi", ehlo, "<250 fine", mail, "<250 ok", rcpt, "<554 no relaying"},
       true,
       Kind::deferred,
       554},
      {{"<220 hi", ehlo, "<250 fine", mail, "<250 ok", rcpt}, false, Kind::deferred, 0},
      {{"<220 hi", ehlo, "<250 fine", mail, "<250 ok", rcpt, "<550-half"},
       false,
       Kind::deferred,
       0},
      {{ehlo, "<250 fine", mail, "<250 ok", rcpt, "<250 ok", ">DATA", "<554 no"},
       false,
       Kind::refused,
       554},
      {{ehlo, mail, "<250 ok", rcpt, "<250 ok", ">DATA", "<354 go", ".", "<554 spam"},
       false,
       Kind::refused,
       554},
      {{ehlo, mail, "<250 ok", rcpt, "<250 ok", ">DATA", "<354 go", ".", "<452 full"},
       false,
       Kind::deferred,
       452},
      {{ehlo, mail, "<250 ok", rcpt, "<250 ok", ">DATA", "<354 go", "."}, false, Kind::deferred, 0},
      // What comes behind QUIT changes nothing.
      {{"<554 no service", ">QUIT", "<221 bye"}, false, Kind::deferred, 554},
      {{ehlo, mail, "<550 no", ">QUIT", "<221 bye"}, false, Kind::refused, 550},
  };
  for (const auto& [lines, login, kind, code] : cases) {
    const HandOver outcome = after(lines, login).conclude(false, "the line broke");
    EXPECT_EQ(outcome.kind, kind) << testing::PrintToString(lines);
    EXPECT_EQ(outcome.code, code) << testing::PrintToString(lines);
    EXPECT_FALSE(outcome.reply.empty()) << testing::PrintToString(lines);
  }
}

TEST(SmtpDialogue, AcceptsOnlyAnAnsweredContent) {
  const SmtpDialogue whole = after({">DATA", "<354 go", ".", "<250 taken\r\n", ">QUIT", "<500 eh"});
  const SmtpDialogue unanswered = after({">MAIL FROM:<a@b>", "<250 ok", ">DATA", "<354 go", "."});
  EXPECT_EQ(whole.conclude(true, "").kind, Kind::accepted);
  EXPECT_EQ(whole.conclude(true, "").code, 250);
  EXPECT_EQ(whole.conclude(true, "").reply, "taken");
  EXPECT_EQ(whole.conclude(false, "broke").kind, Kind::deferred);
  EXPECT_EQ(unanswered.conclude(true, "").kind, Kind::deferred);
}

TEST(SmtpDialogue, TellsOurFaultsFromTheMessages) {
  const auto reply = [](const SmtpDialogue& dialogue) {
    return dialogue.conclude(false, "fault").reply;
  };
  EXPECT_THAT(reply(after({"<220 hi", ">AUTH PLAIN x", "<535 bad"}, true)),
              HasSubstr("relay.password: bad"));
  EXPECT_THAT(reply(after({">MAIL FROM:<a@b>", "<530 first STARTTLS"})), HasSubstr("relay.tls"));
  EXPECT_THAT(reply(after({">MAIL FROM:<a@b>", "<550 no"}, true)), HasSubstr("offered no login"));
  EXPECT_EQ(reply(after({">MAIL FROM:<a@b>", "<550 5.1.0 no such sender"})),
            "5.1.0 no such sender");
}

TEST(SmtpDialogue, MakesHostileRepliesPrintable) {
  const std::string line = "<550 \x1B[2J\x01\xFF\"<script>" + std::string(2000, 'x');
  const std::string reply = after({">MAIL FROM:<a@b>", line}).conclude(false, "").reply;
  EXPECT_TRUE(reply.starts_with("\\027[2J\\001\\255\"<script>")) << reply;
  EXPECT_LT(reply.size(), 600U);
  std::vector<std::string_view> endless{">MAIL FROM:<a@b>"};
  endless.resize(5000, "<550-again and again");
  endless.push_back("<550 end");
  EXPECT_LT(after(endless).conclude(false, "").reply.size(), 600U);
}

TEST(SmtpDialogue, JoinsTheLinesOfAReply) {
  EXPECT_EQ(
      after({">MAIL FROM:<a@b>", "<550-first", "<550-", "<550 last"}).conclude(false, "").reply,
      "first last");
  EXPECT_EQ(after({">MAIL FROM:<a@b>", "<550"}).conclude(false, "").code, 550);
  EXPECT_EQ(after({">MAIL FROM:<a@b>", "<5500 x", "<x", "<", "<55"}).conclude(false, "").code, 0);
}

}  // namespace
}  // namespace mandate::mail
