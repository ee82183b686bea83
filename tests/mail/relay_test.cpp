#include "mail/relay.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

#include "mail/message.h"
#include "smtp_sink.h"

namespace mandate::mail {
namespace {

using namespace std::chrono_literals;
using namespace std::string_view_literals;
using Kind = HandOver::Kind;
using test::Act;
using test::say;
using test::SmtpSink;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

const std::string kContent = "Subject: hello\r\n\r\nHello.\r\n";

RelayOptions options(const std::string& url) {
  RelayOptions out;
  out.url = url;
  out.helo = "out.mailer.provider.example";
  out.timeout = 20s;
  return out;
}

HandOver send(const RelayOptions& to, const std::string& what = kContent) {
  return make_smtp_relay(to)->hand_over("news@customer.example", "reader@receiver.example", what);
}

TEST(SmtpRelay, HandsAMessageOver) {
  const SmtpSink sink;
  const HandOver outcome = send(options(sink.url()));
  EXPECT_EQ(outcome.kind, Kind::accepted);
  EXPECT_EQ(outcome.code, 250);
  EXPECT_EQ(outcome.reply, "2.0.0 taken as 42");
  const auto session = sink.only_session();
  ASSERT_GE(session.commands.size(), 4U);
  EXPECT_THAT(std::vector(session.commands.begin(), session.commands.begin() + 4),
              ElementsAre("EHLO out.mailer.provider.example", "MAIL FROM:<news@customer.example>",
                          "RCPT TO:<reader@receiver.example>", "DATA"));
  EXPECT_THAT(session.contents, ElementsAre(kContent));
}

TEST(SmtpRelay, GivesAnAddressLiteralInEhlo) {
  const SmtpSink sink;
  RelayOptions with_literal = options(sink.url() + "/");
  with_literal.helo = "[IPv6:2001:db8::25]";
  EXPECT_EQ(send(with_literal).kind, Kind::accepted);
  EXPECT_EQ(sink.only_session().commands.front(), "EHLO [IPv6:2001:db8::25]");
}

TEST(SmtpRelay, SaysTheSizeWhereItIsAskedFor) {
  const SmtpSink sink({{"EHLO", {.text = "250-sink.test\r\n250 SIZE 1000000\r\n"}}});
  EXPECT_EQ(send(options(sink.url())).kind, Kind::accepted);
  EXPECT_THAT(sink.only_session().commands,
              Contains(fmt::format("MAIL FROM:<news@customer.example> SIZE={}", kContent.size())));
}

TEST(SmtpRelay, LeavesFromTheAddressGiven) {
  const SmtpSink sink;
  RelayOptions from_here = options(sink.url());
  from_here.source_address = "127.0.0.2";
  EXPECT_EQ(send(from_here).kind, Kind::accepted);
  from_here.source_address = "192.0.2.77";
  const HandOver outcome = send(from_here);
  EXPECT_EQ(outcome.kind, Kind::deferred);
  EXPECT_THAT(outcome.reply, HasSubstr("relay.source_address"));
}

struct Fault {
  std::string_view name;
  std::map<std::string, Act> script;
  Kind kind;
  int code;
  std::string_view reply;  // a part of it
};

TEST(SmtpRelay, EndsEachFaultAsItMust) {
  const std::vector<Fault> faults{
      {"4yz greeting", {{"greeting", say("421 busy")}}, Kind::deferred, 421, "busy"},
      {"5yz greeting", {{"greeting", say("554 no service")}}, Kind::deferred, 554, "no service"},
      {"dropped greeting", {{"greeting", test::drop()}}, Kind::deferred, 0, "connection"},
      {"4yz EHLO",
       {{"EHLO", say("451 later")}, {"HELO", say("451 later")}},
       Kind::deferred,
       451,
       "later"},
      {"5yz EHLO",
       {{"EHLO", say("550 bad name")}, {"HELO", say("550 bad name")}},
       Kind::deferred,
       550,
       "bad name"},
      {"4yz MAIL", {{"MAIL", say("451 4.3.0 later")}}, Kind::deferred, 451, "4.3.0 later"},
      {"5yz MAIL", {{"MAIL", say("550 5.7.1 not you")}}, Kind::refused, 550, "5.7.1 not you"},
      {"login wanted", {{"MAIL", say("530 5.7.0 log in")}}, Kind::deferred, 530, "relay.user"},
      {"dropped MAIL", {{"MAIL", test::drop()}}, Kind::deferred, 0, "MAIL"},
      {"4yz RCPT", {{"RCPT", say("450 4.2.1 greylisted")}}, Kind::deferred, 450, "greylisted"},
      {"5yz RCPT", {{"RCPT", say("550 5.1.1 no such user")}}, Kind::refused, 550, "no such user"},
      {"dropped RCPT", {{"RCPT", test::drop()}}, Kind::deferred, 0, "RCPT"},
      {"4yz DATA", {{"DATA", say("451 not now")}}, Kind::deferred, 451, "not now"},
      {"5yz DATA", {{"DATA", say("554 no valid recipients")}}, Kind::refused, 554, "no valid"},
      {"dropped DATA", {{"DATA", test::drop()}}, Kind::deferred, 0, "DATA"},
      {"4yz content", {{"content", say("452 4.3.1 full")}}, Kind::deferred, 452, "4.3.1 full"},
      {"5yz content", {{"content", say("554 5.6.0 spam")}}, Kind::refused, 554, "5.6.0 spam"},
      {"dropped content", {{"content", test::drop()}}, Kind::deferred, 0, "the content"},
      {"cut content", {{"half-content", test::drop()}}, Kind::deferred, 0, "the content"},
      {"several lines",
       {{"RCPT", {.text = "550-one\r\n550-two\r\n550 three\r\n"}}},
       Kind::refused,
       550,
       "one two three"},
      {"dropped QUIT", {{"QUIT", test::drop()}}, Kind::accepted, 250, "taken"},
  };
  for (const Fault& fault : faults) {
    const SmtpSink sink(fault.script);
    const HandOver outcome = send(options(sink.url()));
    EXPECT_EQ(outcome.kind, fault.kind) << fault.name << ": " << outcome.reply;
    EXPECT_EQ(outcome.code, fault.code) << fault.name << ": " << outcome.reply;
    EXPECT_THAT(outcome.reply, HasSubstr(std::string(fault.reply))) << fault.name;
    EXPECT_FALSE(outcome.reply.empty()) << fault.name;
  }
}

TEST(SmtpRelay, GivesASilentRelayItsTimeAndNoMore) {
  for (const auto& [step, act] : std::initializer_list<std::pair<const std::string, Act>>{
           {"greeting", test::silence()},
           {"greeting", say("SSH-2.0-no mail here")},
           {"MAIL", test::silence()},
           {"content", test::silence()}}) {
    const SmtpSink sink({{step, act}});
    RelayOptions hasty = options(sink.url());
    hasty.timeout = 1s;
    const auto begin = std::chrono::steady_clock::now();
    const HandOver outcome = send(hasty);
    EXPECT_EQ(outcome.kind, Kind::deferred) << step;
    EXPECT_EQ(outcome.code, 0) << step;
    EXPECT_LT(std::chrono::steady_clock::now() - begin, 10s) << step;
  }
}

TEST(SmtpRelay, TakenIsTakenThoughQuitIsNotAnswered) {
  const SmtpSink sink({{"QUIT", test::silence()}});
  RelayOptions hasty = options(sink.url());
  hasty.timeout = 2s;
  const auto relay = make_smtp_relay(hasty);
  const auto begin = std::chrono::steady_clock::now();
  EXPECT_EQ(relay->hand_over("a@b.example", "c@d.example", kContent).kind, Kind::accepted);
  EXPECT_LT(std::chrono::steady_clock::now() - begin, relay->longest_hand_over() + 1s);
}

TEST(SmtpRelay, DefersWhenNobodyListens) {
  const HandOver outcome = send(options(test::url_of_nobody()));
  EXPECT_EQ(outcome.kind, Kind::deferred);
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.reply, HasSubstr("onnect"));
}

TEST(SmtpRelay, DefersWhatItsSettingsCannotReach) {
  for (const char* url :
       {"", "not a url", "http://127.0.0.1:1/", "file:///dev/null", "smtp://nobody.invalid:25"}) {
    const HandOver outcome = send(options(url));
    EXPECT_EQ(outcome.kind, Kind::deferred) << url;
    EXPECT_EQ(outcome.code, 0) << url;
    EXPECT_FALSE(outcome.reply.empty()) << url;
  }
}

TEST(SmtpRelay, RequiredTlsThatIsNotOfferedIsDeferredWithNothingSent) {
  const SmtpSink sink;
  RelayOptions strict = options(sink.url());
  strict.tls = RelayOptions::Tls::always;
  const HandOver outcome = send(strict);
  EXPECT_EQ(outcome.kind, Kind::deferred);
  EXPECT_THAT(outcome.reply, AllOf(HasSubstr("offers no STARTTLS"), HasSubstr("relay.tls")));
  EXPECT_THAT(sink.only_session().contents, IsEmpty());
  EXPECT_THAT(sink.only_session().commands, Not(Contains(testing::StartsWith("MAIL"))));
}

TEST(SmtpRelay, RefusedLoginIsOurFaultNotTheMessages) {
  const SmtpSink sink({{"EHLO", {.text = "250-sink.test\r\n250 AUTH PLAIN\r\n"}},
                       {"AUTH", say("535 5.7.8 wrong")}});
  RelayOptions known = options(sink.url());
  known.user = "mandate";
  known.password = "hunter2-secret";
  const HandOver outcome = send(known);
  EXPECT_EQ(outcome.kind, Kind::deferred);
  EXPECT_EQ(outcome.code, 535);
  EXPECT_THAT(outcome.reply, AllOf(HasSubstr("relay.password"), Not(HasSubstr("hunter2"))));
}

TEST(SmtpRelay, RefusalWithoutTheLoginThatWasMeantIsDeferred) {
  const SmtpSink sink({{"RCPT", say("554 5.7.1 relay access denied")}});
  RelayOptions known = options(sink.url());
  known.user = "mandate";
  known.password = "secret";
  const HandOver outcome = send(known);
  EXPECT_EQ(outcome.kind, Kind::deferred);
  EXPECT_EQ(outcome.code, 554);
  EXPECT_THAT(outcome.reply, HasSubstr("no login"));
}

TEST(SmtpRelay, SendsNothingThatCannotStandInACommand) {
  const SmtpSink sink;
  const auto relay = make_smtp_relay(options(sink.url()));
  const std::string good = "a@b.example";
  for (const std::string& bad :
       {std::string("a@b.example>\r\nRCPT TO:<x@y.example"), std::string("a@b.example\r\nDATA"),
        std::string("a b@c.example"), std::string("a\0@b.example", 12),
        std::string("<a@b.example>"), std::string("a@b\xC3\xA9.example")}) {
    EXPECT_EQ(relay->hand_over(bad, good, kContent).kind, Kind::refused);
    EXPECT_EQ(relay->hand_over(good, bad, kContent).kind, Kind::refused);
  }
  EXPECT_EQ(relay->hand_over(good, "", kContent).kind, Kind::refused);
  EXPECT_THAT(sink.sessions(), IsEmpty());
}

TEST(SmtpRelay, SendsNoContentWithOtherLineEndsThanCrlf) {
  const SmtpSink sink;
  for (const std::string& bad :
       {std::string(), std::string("a"), std::string("a\n"), std::string("a\r"),
        std::string("a\n.\r\nb\r\n"), std::string("a\r\n.\rb\r\n"), std::string("a\r\r\n"),
        std::string("a\n\r\n"), std::string("a\0\r\n", 4)}) {
    const HandOver outcome = send(options(sink.url()), bad);
    EXPECT_EQ(outcome.kind, Kind::refused) << testing::PrintToString(bad);
    EXPECT_EQ(outcome.code, 0);
  }
  EXPECT_THAT(sink.sessions(), IsEmpty());
}

TEST(SmtpRelay, DoublesDotsSoThatContentArrivesWhole) {
  for (const std::string& body :
       {std::string(".\r\n"), std::string("..\r\n.\r\n...\r\n"), std::string("a\r\n.\r\nb\r\n"),
        std::string("x\r\n.\r\nMAIL FROM:<forged@customer.example>\r\n.\r\n"),
        std::string("\r\n.\r\n"), std::string(".a\r\n"), std::string("a.\r\n.\r\n.\r\n")}) {
    const SmtpSink sink;
    EXPECT_EQ(send(options(sink.url()), body).kind, Kind::accepted);
    const auto contents = sink.only_session().contents;
    ASSERT_EQ(contents.size(), 1U);
    EXPECT_EQ(test::without_dot_stuffing(contents.front()), body);
  }
}

TEST(SmtpRelay, CarriesMegabytes) {
  std::string body;
  for (int line = 0; line < 40'000; ++line) body += fmt::format(".line {} of many\r\n.\r\n", line);
  const SmtpSink sink;
  ASSERT_EQ(send(options(sink.url()), body).kind, Kind::accepted);
  EXPECT_EQ(test::without_dot_stuffing(sink.only_session().contents.at(0)), body);
}

// CVE-2023-51764 to 51766 and kin: ends of data that some servers see where others see none. What
// is composed arrives as one message, and the wire holds nothing that any of them could split at.
TEST(Smuggling, PublishedSequencesEndAsOneMessage) {
  const std::string second =
      "MAIL FROM:<forged@bank.example>\r\nRCPT TO:<reader@receiver.example>\r\nDATA\r\n"
      "From: forged@bank.example\r\n\r\nforged\r\n.\r\n";
  for (const std::string_view end :
       {"\n.\n"sv, "\n.\r\n"sv, "\r.\r"sv, "\r.\r\n"sv, "\r\n.\r"sv, "\r\n.\n"sv, "\r\n.\r\n"sv,
        "\r\n\0.\r\n"sv, "\r\n.\0\r\n"sv, "\n\n.\r\n"sv, "\r\r\n.\r\r\n"sv, "\n.\r"sv, "\r.\n"sv}) {
    const Draft draft{.from = "news@customer.example",
                      .from_name = {},
                      .to = "reader@receiver.example",
                      .subject = "hello",
                      .text = "before" + std::string(end) + second,
                      .html = "<p>before" + std::string(end) + second};
    ASSERT_TRUE(check(draft).has_value());
    const SmtpSink sink;
    const std::string message = compose(draft, "<1@provider.example>", {});
    ASSERT_EQ(send(options(sink.url()), message).kind, Kind::accepted);
    const auto session = sink.only_session();
    EXPECT_THAT(session.contents, ElementsAre(message)) << testing::PrintToString(end);
    const auto transactions = std::ranges::count_if(
        session.commands, [](const std::string& c) { return c.starts_with("MAIL"); });
    EXPECT_EQ(transactions, 1);
    for (const std::string_view split : {"\n.", "\r.", "\r\r", "\n\n"}) {
      EXPECT_THAT(session.contents.front(), Not(HasSubstr(std::string(split))));
    }
  }
}

TEST(SmtpRelay, ServesSeveralThreadsAtOnce) {
  const SmtpSink sink;
  const auto relay = make_smtp_relay(options(sink.url()));
  std::vector<HandOver> outcomes(8);
  std::vector<std::thread> threads;
  for (HandOver& outcome : outcomes) {
    threads.emplace_back([&relay, &outcome] {
      outcome = relay->hand_over("news@customer.example", "reader@receiver.example", kContent);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const HandOver& outcome : outcomes) EXPECT_EQ(outcome.kind, Kind::accepted) << outcome.reply;
  EXPECT_EQ(sink.sessions().size(), outcomes.size());
}

}  // namespace
}  // namespace mandate::mail
