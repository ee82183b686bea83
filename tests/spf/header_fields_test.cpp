// Received-SPF (RFC 7208 section 9.1) and Authentication-Results (RFC 8601): written, and read
// back.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "mandate/spf/authentication_results.h"
#include "mandate/spf/received_spf.h"

namespace mandate::spf {
namespace {

Request request_of(std::string mail_from, std::string helo, std::string_view ip = "192.0.2.1") {
  Request request;
  request.ip = dns::IpAddress::parse(ip).value();
  request.mail_from = std::move(mail_from);
  request.helo = std::move(helo);
  request.receiver = "mx.example.org";
  return request;
}

Verdict verdict_of(Result result, std::string term = {}) {
  Verdict verdict;
  verdict.result = result;
  if (!term.empty()) {
    const Span span{0, term.size()};
    verdict.decided_by = {.record = std::move(term), .span = span, .path = {"example.com"}};
  }
  return verdict;
}

TEST(ReceivedSpf, TellsResultIdentityAndDecidingTerm) {
  const auto field =
      received_spf(request_of("a@example.com", "mail.example.com"), verdict_of(Result::pass, "mx"));
  EXPECT_EQ(text(field),
            "Received-SPF: pass (mx.example.org: domain of a@example.com designates\r\n"
            " 192.0.2.1 as permitted sender) client-ip=192.0.2.1;\r\n"
            " envelope-from=\"a@example.com\"; identity=mailfrom; receiver=mx.example.org;\r\n"
            " helo=mail.example.com; mechanism=mx\r\n");
}

TEST(ReceivedSpf, TellsWhyThereIsAnError) {
  Verdict verdict = verdict_of(Result::permerror);
  verdict.problem = "example.com has more than one SPF record; keep one";
  const auto field = received_spf(request_of("", "h.example.com", "2001:db8::1"), verdict);
  EXPECT_EQ(text(field),
            "Received-SPF: permerror (mx.example.org: the SPF policy for HELO\r\n"
            " h.example.com is in error) client-ip=\"2001:db8::1\"; envelope-from=\"\";\r\n"
            " identity=helo; receiver=mx.example.org; helo=h.example.com;\r\n"
            " problem=\"example.com has more than one SPF record; keep one\"\r\n");
}

TEST(ReceivedSpf, EveryResultHasItsSentence) {
  for (const Result result : {Result::none, Result::neutral, Result::pass, Result::fail,
                              Result::softfail, Result::temperror, Result::permerror}) {
    const auto field = received_spf(request_of("a@example.com", "h"), verdict_of(result));
    EXPECT_TRUE(field.comment.contains("a@example.com")) << field.comment;
    const auto read = parse_received_spf(text(field));
    ASSERT_TRUE(read.has_value()) << read.error().message;
    EXPECT_EQ(*read, field);
  }
}

// The examples of RFC 7208 section 9.1.
TEST(ReceivedSpf, ReadsTheExamplesOfTheRfc) {
  const auto pass = parse_received_spf(
      "Received-SPF: pass (mybox.example.org: domain of\r\n"
      " myname@example.com designates 192.0.2.1 as permitted sender)\r\n"
      "   receiver=mybox.example.org; client-ip=192.0.2.1;\r\n"
      "   envelope-from=\"myname@example.com\"; helo=foo.example.com;\r\n");
  ASSERT_TRUE(pass.has_value()) << pass.error().message;
  EXPECT_EQ(pass->result, Result::pass);
  EXPECT_EQ(*pass->find("Envelope-From"), "myname@example.com");
  EXPECT_EQ(*pass->find("helo"), "foo.example.com");
  const auto fail = parse_received_spf(
      "Received-SPF: fail (mybox.example.org: domain of\n"
      "                     myname@example.com does not designate\n"
      "                     192.0.2.1 as permitted sender)\n"
      "                     identity=mailfrom; client-ip=192.0.2.1;\n"
      "                     envelope-from=\"myname@example.com\";\n");
  ASSERT_TRUE(fail.has_value()) << fail.error().message;
  EXPECT_EQ(fail->result, Result::fail);
  EXPECT_EQ(*fail->find("identity"), "mailfrom");
  EXPECT_EQ(fail->find("helo"), nullptr);
}

TEST(ReceivedSpf, SaysWhatCannotBeRead) {
  struct Case {
    const char* field;
    const char* says;
  };
  const Case cases[] = {
      {"Received: pass", "this is no Received-SPF field"},
      {"Received-SPF", "this is no Received-SPF field"},
      {"Received-SPF:", "it does not begin with a result of SPF"},
      {"Received-SPF: passed", "it does not begin with a result of SPF"},
      {"Received-SPF: pass =x", "a key is missing"},
      {"Received-SPF: pass helo", "there is no = behind a key"},
      {"Received-SPF: pass helo=", "a value is missing"},
      {"Received-SPF: pass helo=\"x", "a quoted string does not end"},
      {"Received-SPF: pass helo=\"x\r\ny\"", "a quoted string does not end"},
      {"Received-SPF: pass a=b c=d", "there is no ; between two pairs"},
      {"Received-SPF: pass (never ends", "a key is missing"},
      {"Received-SPF: pass helo=x\r\nSubject: forged", "there is no ; between two pairs"},
  };
  for (const Case& test : cases) {
    const auto read = parse_received_spf(test.field);
    ASSERT_FALSE(read.has_value()) << test.field;
    EXPECT_EQ(read.error().message, test.says) << test.field;
  }
}

TEST(AuthenticationResults, TellsMailFromOrHelo) {
  AuthenticationResults field{"mx.example.org", {}};
  field.results.push_back(authentication_result(request_of("a+b@example.com", "h.example.com"),
                                                verdict_of(Result::fail, "-all")));
  field.results.push_back(
      authentication_result(request_of("", "h.example.com"), verdict_of(Result::none)));
  EXPECT_EQ(text(field),
            "Authentication-Results: mx.example.org; spf=fail reason=\"-all of example.com\"\r\n"
            " smtp.mailfrom=a+b@example.com; spf=none smtp.helo=h.example.com\r\n");
}

TEST(AuthenticationResults, WithoutAResultItSaysNone) {
  const AuthenticationResults field{"mx.example.org", {}};
  EXPECT_EQ(text(field), "Authentication-Results: mx.example.org; none\r\n");
  EXPECT_EQ(parse_authentication_results(text(field)).value(), field);
}

// The examples of RFC 8601 appendix B.
TEST(AuthenticationResults, ReadsWhatTheRfcShows) {
  EXPECT_TRUE(parse_authentication_results("Authentication-Results: example.org 1; none")
                  .value()
                  .results.empty());
  const auto one = parse_authentication_results(
      "Authentication-Results: example.com;\r\n"
      "          spf=pass smtp.mailfrom=example.net\r\n");
  ASSERT_TRUE(one.has_value()) << one.error().message;
  EXPECT_EQ(one->results.at(0).properties.at(0).value, "example.net");
  const auto several = parse_authentication_results(
      "Authentication-Results: example.com;\r\n"
      "          auth=pass (cram-md5) smtp.auth=sender@example.net;\r\n"
      "          spf=pass smtp.mailfrom=example.net;\r\n"
      "          dkim/1=pass reason=\"good signature\" header.i=@mail-router.example.net;\r\n"
      "          dkim=fail (bad) header.i=a@example.net policy . x = y");
  ASSERT_TRUE(several.has_value()) << several.error().message;
  ASSERT_EQ(several->results.size(), 4U);
  EXPECT_EQ(several->results[0].properties.at(0),
            (AuthenticatedProperty{"smtp", "auth", "sender@example.net"}));
  EXPECT_EQ(several->results[2].reason, "good signature");
  EXPECT_EQ(several->results[2].properties.at(0).value, "@mail-router.example.net");
  EXPECT_EQ(several->results[3].properties.size(), 2U);
}

TEST(AuthenticationResults, SaysWhatCannotBeRead) {
  struct Case {
    const char* field;
    const char* says;
  };
  const Case cases[] = {
      {"Received-SPF: pass", "this is no Authentication-Results field"},
      {"Authentication-Results:", "a value is missing"},
      {"Authentication-Results: a", "there is no ; where one belongs"},
      {"Authentication-Results: a 2; none", "its version is not 1"},
      {"Authentication-Results: a;", "a method is missing"},
      {"Authentication-Results: a; spf", "there is no = where one belongs"},
      {"Authentication-Results: a; spf=", "a result is missing"},
      {"Authentication-Results: a; spf=pass smtp", "there is no . where one belongs"},
      {"Authentication-Results: a; spf=pass smtp.", "a property has no name"},
      {"Authentication-Results: a; spf=pass smtp.helo=", "a value is missing"},
      {"Authentication-Results: a; spf=pass \"x\"", "this is no part of a result"},
      {"Authentication-Results: a; spf=pass\r\nSubject: forged", "this is no part of a result"},
  };
  for (const Case& test : cases) {
    const auto read = parse_authentication_results(test.field);
    ASSERT_FALSE(read.has_value()) << test.field;
    EXPECT_EQ(read.error().message, test.says) << test.field;
  }
}

/// Octets that are apt to break something.
std::string hostile_text(std::mt19937_64& random, std::size_t most) {
  constexpr std::string_view kOften = "\r\n\t \"\\();=@.:%a1\x80\xc3\xa9\x7f";
  std::string out(std::uniform_int_distribution<std::size_t>(0, most)(random), ' ');
  for (char& c : out) {
    const auto choice = random() % 3;
    c = choice == 0 ? static_cast<char>(random() & 0xff) : kOften[random() % kOften.size()];
    if (choice == 2) c = static_cast<char>('a' + random() % 26);
  }
  return out;
}

/// One field: every line within its bound, begun by white space from the second on, and nothing in
/// it but what the field may hold.
void expect_one_field(const std::string& field, FieldText kind) {
  ASSERT_TRUE(field.ends_with("\r\n"));
  for (std::size_t at = 0; at < field.size();) {
    const std::size_t end = field.find("\r\n", at);
    ASSERT_NE(end, std::string::npos);
    const std::string line = field.substr(at, end - at);
    ASSERT_LE(line.size(), 998U) << "RFC 5322 section 2.1.1";
    ASSERT_EQ(at != 0, line.starts_with(' ')) << field;
    ASSERT_FALSE(std::ranges::all_of(line, [](char c) { return c == ' '; })) << field;
    for (const char c : line) {
      const auto octet = static_cast<unsigned char>(c);
      ASSERT_TRUE(octet >= 0x20 && octet != 0x7f) << field;
      ASSERT_TRUE(kind == FieldText::utf8 || octet < 0x80) << field;
    }
    at = end + 2;
  }
}

bool is_plain(const std::string& value) {
  return value.size() <= 400 &&
         std::ranges::all_of(value, [](char c) { return c >= 0x20 && c < 0x7f; });
}

TEST(HeaderFields, HostileTextStaysInsideAndPlainTextComesBack) {
  std::mt19937_64 random(9);
  std::size_t plain = 0;
  for (int round = 0; round < 20'000; ++round) {
    const FieldText kind = round % 2 == 0 ? FieldText::ascii : FieldText::utf8;
    const std::size_t most = round % 100 == 0 ? 3000 : 24;
    Verdict verdict = verdict_of(Result::fail, hostile_text(random, most));
    if (round % 3 == 0) verdict.decided_by.reset();
    verdict.problem = hostile_text(random, most);
    Request request = request_of(hostile_text(random, most), hostile_text(random, most));
    if (round % 5 == 0) request.receiver = hostile_text(random, most);

    const ReceivedSpf written = received_spf(request, verdict);
    const std::string field = text(written, kind);
    expect_one_field(field, kind);
    const auto read = parse_received_spf(field);
    ASSERT_TRUE(read.has_value()) << read.error().message << "\n" << field;
    ASSERT_EQ(read->pairs.size(), written.pairs.size());
    for (std::size_t i = 0; i < read->pairs.size(); ++i) {
      if (!is_plain(written.pairs[i].second)) continue;
      ASSERT_EQ(read->pairs[i], written.pairs[i]) << field;
      ++plain;
    }
    // What was read is written the same again: nothing is escaped twice.
    ASSERT_EQ(text(*read, kind), field);

    const AuthenticationResults results{request.receiver,
                                        {authentication_result(request, verdict)}};
    const std::string results_field = text(results, kind);
    expect_one_field(results_field, kind);
    const auto results_read = parse_authentication_results(results_field);
    ASSERT_TRUE(results_read.has_value()) << results_read.error().message << results_field;
    ASSERT_EQ(text(*results_read, kind), results_field);
  }
  EXPECT_GT(plain, 50'000U);
}

TEST(HeaderFields, TextCutToALineIsNotCutAgain) {
  for (std::size_t size = 90; size < 410; ++size) {
    for (const char c : {'a', '\\', '\xff'}) {
      Verdict verdict = verdict_of(Result::permerror, "all");
      verdict.problem = std::string(size, c);
      const std::string field = text(received_spf(request_of("a@b.example", "h.example"), verdict));
      const auto read = parse_received_spf(field);
      ASSERT_TRUE(read.has_value()) << field;
      ASSERT_EQ(text(*read), field) << size << " of " << static_cast<int>(c);
    }
  }
}

TEST(HeaderFields, AnInternationalizedFieldKeepsUtf8AndAnAsciiOneDoesNot) {
  const auto field = received_spf(request_of("jos\u00e9@b\u00fccher.example", "h.example"),
                                  verdict_of(Result::pass, "mx"));
  EXPECT_TRUE(text(field, FieldText::utf8).contains("jos\u00e9@b\u00fccher.example"));
  EXPECT_TRUE(text(field).contains(R"(envelope-from="jos\\195\\169@b\\195\\188cher.example")"));
}

}  // namespace
}  // namespace mandate::spf
