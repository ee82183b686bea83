// The C interface as a C program uses it.
#include <gtest/gtest.h>

#include <cstring>
#include <map>
#include <string>
#include <thread>
#include <vector>

#include "mandate/dns/message.h"
#include "mandate/spf.h"

namespace {

/// A DNS of one policy, with what a test does to it.
struct Dns {
  int asked = 0;
  std::map<std::string, std::string> texts{
      {"example.com", "v=spf1 ip4:192.0.2.0/24 include:b.example.com mx -all exp=why.example.com"},
      {"b.example.com", "v=spf1 ip6:2001:db8::/32 ?all"},
      {"why.example.com", "%{i} is not ours"}};
  mandate_spf_checker* calls_again = nullptr;
  mandate_status again = MANDATE_OK;
};

void resolve(void* user, const char* name, mandate_dns_type type, mandate_dns_answer* answer) {
  auto& dns = *static_cast<Dns*>(user);
  ++dns.asked;
  mandate_dns_answer_set_ttl(answer, 60);
  if (dns.calls_again != nullptr) {
    mandate_spf_map* map = nullptr;
    dns.again = mandate_spf_compile(dns.calls_again, "example.com", &map);
  }
  const auto found = dns.texts.find(name);
  if (found == dns.texts.end()) {
    mandate_dns_answer_no_such_name(answer);
  } else if (type == MANDATE_DNS_TXT) {
    mandate_dns_answer_add_text(answer, found->second.data(), found->second.size());
  } else {
    mandate_dns_answer_no_data(answer);
  }
}

class CInterface : public ::testing::Test {
 protected:
  ~CInterface() override { mandate_spf_checker_free(checker_); }
  mandate_spf_verdict* check(const char* ip, const char* mail_from = "a@example.com") {
    mandate_spf_verdict* verdict = nullptr;
    EXPECT_EQ(mandate_spf_check(checker_, ip, mail_from, "", &verdict), MANDATE_OK)
        << mandate_spf_checker_error(checker_);
    return verdict;
  }
  Dns dns_;
  mandate_spf_checker* checker_ = mandate_spf_checker_new(resolve, &dns_);
};

TEST_F(CInterface, ChecksASenderWithTheCallersResolver) {
  mandate_spf_verdict* pass = check("192.0.2.7");
  EXPECT_EQ(mandate_spf_verdict_result(pass), MANDATE_SPF_PASS);
  EXPECT_STREQ(mandate_spf_verdict_term(pass), "ip4:192.0.2.0/24");
  EXPECT_STREQ(mandate_spf_verdict_term_domain(pass), "example.com");
  EXPECT_EQ(mandate_spf_verdict_lookups(pass), 0);
  EXPECT_EQ(mandate_spf_verdict_ttl(pass), 60U);
  EXPECT_STREQ(mandate_spf_verdict_problem(pass), "");
  EXPECT_EQ(dns_.asked, 1);
  mandate_spf_verdict_free(pass);

  mandate_spf_checker_set_receiver(checker_, "mx.example.org");
  mandate_spf_verdict* fail = check("203.0.113.1");
  EXPECT_EQ(mandate_spf_verdict_result(fail), MANDATE_SPF_FAIL);
  EXPECT_STREQ(mandate_spf_verdict_explanation(fail), "203.0.113.1 is not ours");
  EXPECT_EQ(mandate_spf_verdict_lookups(fail), 2);
  EXPECT_EQ(mandate_spf_verdict_voids(fail), 1);
  EXPECT_EQ(std::string(mandate_spf_verdict_received_spf(fail)).find("Received-SPF: fail (mx."),
            0U);
  EXPECT_EQ(std::string(mandate_spf_verdict_authentication_results(fail)),
            "Authentication-Results: mx.example.org; spf=fail reason=\"-all of example.com\"\r\n"
            " smtp.mailfrom=a@example.com\r\n");
  mandate_spf_verdict_free(fail);
}

TEST_F(CInterface, ErrorsOfTheDnsAndThePolicyAreResults) {
  dns_.texts["example.com"] = "v=spf1 moo";
  mandate_spf_verdict* verdict = check("192.0.2.7");
  EXPECT_EQ(mandate_spf_verdict_result(verdict), MANDATE_SPF_PERMERROR);
  EXPECT_NE(std::string(mandate_spf_verdict_problem(verdict)), "");
  EXPECT_STREQ(mandate_spf_verdict_term(verdict), "");
  mandate_spf_verdict_free(verdict);
}

TEST_F(CInterface, RefusesWhatMakesNoSenseAndSaysWhy) {
  mandate_spf_verdict* verdict = nullptr;
  mandate_spf_map* map = nullptr;
  EXPECT_EQ(mandate_spf_check(checker_, "192.0.2", "a@example.com", "", &verdict), MANDATE_INVALID);
  EXPECT_STREQ(mandate_spf_checker_error(checker_), "\"192.0.2\" is not an IP address");
  EXPECT_EQ(mandate_spf_check(checker_, "192.0.2.1", "", nullptr, &verdict), MANDATE_INVALID);
  EXPECT_EQ(mandate_spf_check(checker_, nullptr, "a@b.c", "", &verdict), MANDATE_INVALID);
  EXPECT_EQ(mandate_spf_check(checker_, "192.0.2.1", "a@b.c", "", nullptr), MANDATE_INVALID);
  EXPECT_EQ(verdict, nullptr);
  EXPECT_EQ(mandate_spf_compile(checker_, "", &map), MANDATE_INVALID);
  EXPECT_EQ(mandate_spf_compile(checker_, "example.com", nullptr), MANDATE_INVALID);
  EXPECT_EQ(mandate_spf_checker_set_limits(checker_, 10, -1, 10, 10), MANDATE_INVALID);
  EXPECT_STREQ(mandate_spf_checker_error(checker_), "a limit of -1 is not from 0 to 1000");
  EXPECT_EQ(mandate_spf_checker_set_receiver(checker_, ""), MANDATE_INVALID);
  EXPECT_EQ(mandate_spf_checker_set_time(checker_, 0), MANDATE_OK);
  EXPECT_STREQ(mandate_spf_checker_error(checker_), "");
}

TEST_F(CInterface, TakesNullHandlesWithoutHarm) {
  mandate_spf_verdict* verdict = nullptr;
  mandate_spf_map* map = nullptr;
  mandate_spf_outcome outcome;
  std::size_t size = 0;
  EXPECT_EQ(mandate_spf_checker_new(nullptr, nullptr), nullptr);
  EXPECT_EQ(mandate_spf_check(nullptr, "192.0.2.1", "a@b.c", "", &verdict), MANDATE_INVALID);
  EXPECT_EQ(mandate_spf_compile(nullptr, "example.com", &map), MANDATE_INVALID);
  EXPECT_EQ(mandate_spf_checker_set_limits(nullptr, 1, 1, 1, 1), MANDATE_INVALID);
  EXPECT_STREQ(mandate_spf_checker_error(nullptr), "");
  EXPECT_EQ(mandate_spf_verdict_result(nullptr), MANDATE_SPF_NONE);
  for (const auto text :
       {mandate_spf_verdict_problem, mandate_spf_verdict_explanation, mandate_spf_verdict_term,
        mandate_spf_verdict_term_domain, mandate_spf_verdict_received_spf,
        mandate_spf_verdict_authentication_results}) {
    EXPECT_STREQ(text(nullptr), "");
  }
  EXPECT_EQ(mandate_spf_verdict_lookups(nullptr) + mandate_spf_verdict_voids(nullptr), 0);
  EXPECT_EQ(mandate_spf_verdict_ttl(nullptr), 0U);
  EXPECT_EQ(mandate_spf_map_at(nullptr, "\0\0\0\0", 4, &outcome), MANDATE_INVALID);
  EXPECT_EQ(mandate_spf_map_size(nullptr), 0U);
  EXPECT_EQ(mandate_spf_map_save(nullptr, nullptr, &size), MANDATE_INVALID);
  EXPECT_EQ(mandate_spf_map_load(nullptr, 0, &map), MANDATE_INVALID);
  EXPECT_EQ(mandate_dns_answer_add_address(nullptr, "192.0.2.1"), MANDATE_INVALID);
  EXPECT_EQ(mandate_dns_answer_add_name(nullptr, "a"), MANDATE_INVALID);
  EXPECT_EQ(mandate_dns_answer_add_exchanger(nullptr, 1, "a"), MANDATE_INVALID);
  EXPECT_EQ(mandate_dns_answer_add_text(nullptr, "a", 1), MANDATE_INVALID);
  EXPECT_EQ(mandate_dns_answer_set_ttl(nullptr, 1), MANDATE_INVALID);
  EXPECT_EQ(mandate_dns_answer_no_such_name(nullptr), MANDATE_INVALID);
  EXPECT_EQ(mandate_dns_answer_no_data(nullptr), MANDATE_INVALID);
  EXPECT_EQ(mandate_dns_answer_failed(nullptr, nullptr), MANDATE_INVALID);
  EXPECT_EQ(mandate_dns_answer_from_message(nullptr, "a", 1), MANDATE_INVALID);
  mandate_spf_verdict_free(nullptr);
  mandate_spf_map_free(nullptr);
  mandate_spf_checker_free(nullptr);
}

TEST_F(CInterface, AResolverThatCallsItsCheckerAgainIsRefused) {
  dns_.calls_again = checker_;
  mandate_spf_verdict_free(check("192.0.2.7"));
  EXPECT_EQ(dns_.again, MANDATE_BUSY);
}

TEST_F(CInterface, AnswersFitTheirQuestion) {
  const auto ask = [](const std::string& record, mandate_dns_resolve resolver) {
    struct Asked {
      std::string record;
      mandate_dns_resolve resolver;
    } asked{record, resolver};
    mandate_spf_checker* checker = mandate_spf_checker_new(
        [](void* user, const char* name, mandate_dns_type type, mandate_dns_answer* answer) {
          const auto& given = *static_cast<Asked*>(user);
          if (type == MANDATE_DNS_TXT) {
            mandate_dns_answer_add_text(answer, given.record.data(), given.record.size());
          } else {
            given.resolver(nullptr, name, type, answer);
          }
        },
        &asked);
    mandate_spf_verdict* verdict = nullptr;
    EXPECT_EQ(mandate_spf_check(checker, "192.0.2.7", "a@example.com", "", &verdict), MANDATE_OK);
    const auto result = mandate_spf_verdict_result(verdict);
    mandate_spf_verdict_free(verdict);
    mandate_spf_checker_free(checker);
    return result;
  };
  // Left as it is given: failed.
  EXPECT_EQ(ask("v=spf1 a -all", [](void*, const char*, mandate_dns_type, mandate_dns_answer*) {}),
            MANDATE_SPF_TEMPERROR);
  EXPECT_EQ(ask("v=spf1 a -all",
                [](void*, const char*, mandate_dns_type, mandate_dns_answer* answer) {
                  EXPECT_EQ(mandate_dns_answer_add_address(answer, "2001:db8::1"), MANDATE_INVALID);
                  EXPECT_EQ(mandate_dns_answer_add_address(answer, "no"), MANDATE_INVALID);
                  EXPECT_EQ(mandate_dns_answer_add_name(answer, "a.example"), MANDATE_INVALID);
                  EXPECT_EQ(mandate_dns_answer_add_exchanger(answer, 1, "a"), MANDATE_INVALID);
                  EXPECT_EQ(mandate_dns_answer_add_text(answer, "a", 1), MANDATE_INVALID);
                  EXPECT_EQ(mandate_dns_answer_failed(answer, "SERVFAIL"), MANDATE_OK);
                  EXPECT_EQ(mandate_dns_answer_add_address(answer, "192.0.2.7"), MANDATE_OK);
                }),
            MANDATE_SPF_PASS);
  EXPECT_EQ(ask("v=spf1 ptr:h.example -all",
                [](void*, const char*, mandate_dns_type type, mandate_dns_answer* answer) {
                  if (type == MANDATE_DNS_PTR) {
                    EXPECT_EQ(mandate_dns_answer_add_name(answer, "a..b"), MANDATE_INVALID);
                    EXPECT_EQ(mandate_dns_answer_add_name(answer, "x.h.example"), MANDATE_OK);
                  } else {
                    EXPECT_EQ(mandate_dns_answer_add_address(answer, "192.0.2.7"), MANDATE_OK);
                  }
                }),
            MANDATE_SPF_PASS);
}

TEST_F(CInterface, TakesAWholeResponseOfADnsServer) {
  dns_.texts["example.com"] = "v=spf1 a -all";
  mandate_spf_checker* checker = mandate_spf_checker_new(
      [](void*, const char* name, mandate_dns_type type, mandate_dns_answer* answer) {
        using namespace mandate::dns;
        Message message;
        message.is_response = true;
        const Question question{Name::parse(name).value(), static_cast<RecordType>(type)};
        message.questions = {question};
        Record record;
        record.owner = question.name;
        record.type = question.type;
        record.ttl = 5;
        record.data = TxtData{{"v=spf1 ip4:192.0.2.7 -all"}};
        message.answers = {record};
        const std::string wire = encode(message);
        EXPECT_EQ(mandate_dns_answer_from_message(answer, wire.data(), wire.size() - 1),
                  MANDATE_INVALID);
        EXPECT_EQ(mandate_dns_answer_from_message(answer, wire.data(), wire.size()), MANDATE_OK);
      },
      nullptr);
  mandate_spf_verdict* verdict = nullptr;
  ASSERT_EQ(mandate_spf_check(checker, "192.0.2.7", "a@example.com", "", &verdict), MANDATE_OK);
  EXPECT_EQ(mandate_spf_verdict_result(verdict), MANDATE_SPF_PASS);
  EXPECT_EQ(mandate_spf_verdict_ttl(verdict), 5U);
  mandate_spf_verdict_free(verdict);
  mandate_spf_checker_free(checker);
}

TEST_F(CInterface, AMapAnswersManyClientsSavedAndLoaded) {
  mandate_spf_map* map = nullptr;
  ASSERT_EQ(mandate_spf_compile(checker_, "example.com", &map), MANDATE_OK);
  std::size_t size = 0;
  EXPECT_EQ(mandate_spf_map_save(map, nullptr, &size), MANDATE_INVALID);
  std::string octets(size, '\0');
  EXPECT_EQ(mandate_spf_map_save(map, octets.data(), &size), MANDATE_OK);
  mandate_spf_map* loaded = nullptr;
  ASSERT_EQ(mandate_spf_map_load(octets.data(), size, &loaded), MANDATE_OK);
  EXPECT_EQ(mandate_spf_map_size(loaded), mandate_spf_map_size(map));
  EXPECT_EQ(mandate_spf_map_load(octets.data(), size - 1, &loaded), MANDATE_INVALID);
  const unsigned char inside[] = {192, 0, 2, 7};
  const unsigned char mapped[] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 192, 0, 3, 7};
  mandate_spf_outcome outcome;
  ASSERT_EQ(mandate_spf_map_at(loaded, inside, sizeof inside, &outcome), MANDATE_OK);
  EXPECT_EQ(outcome.result, MANDATE_SPF_PASS);
  EXPECT_EQ(outcome.dynamic, 0);
  ASSERT_EQ(mandate_spf_map_at(loaded, mapped, sizeof mapped, &outcome), MANDATE_OK);
  EXPECT_EQ(outcome.result, MANDATE_SPF_FAIL);
  EXPECT_EQ(outcome.lookups, 2);
  EXPECT_EQ(mandate_spf_map_at(loaded, inside, 5, &outcome), MANDATE_INVALID);
  EXPECT_EQ(mandate_spf_map_at(loaded, inside, 4, nullptr), MANDATE_INVALID);
  mandate_spf_map_free(map);
  mandate_spf_map_free(loaded);
}

TEST_F(CInterface, ThreadsShareAMapAndHaveCheckersOfTheirOwn) {
  mandate_spf_map* map = nullptr;
  ASSERT_EQ(mandate_spf_compile(checker_, "example.com", &map), MANDATE_OK);
  std::vector<std::thread> threads;
  for (int number = 0; number < 4; ++number) {
    threads.emplace_back([map] {
      Dns dns;
      mandate_spf_checker* checker = mandate_spf_checker_new(resolve, &dns);
      for (unsigned char last = 0; last < 200; ++last) {
        const unsigned char address[] = {192, 0, 2, last};
        mandate_spf_outcome outcome;
        EXPECT_EQ(mandate_spf_map_at(map, address, 4, &outcome), MANDATE_OK);
        EXPECT_EQ(outcome.result, MANDATE_SPF_PASS);
        mandate_spf_verdict* verdict = nullptr;
        EXPECT_EQ(mandate_spf_check(checker, "203.0.113.9", "a@example.com", "", &verdict),
                  MANDATE_OK);
        EXPECT_EQ(mandate_spf_verdict_result(verdict), MANDATE_SPF_FAIL);
        mandate_spf_verdict_free(verdict);
      }
      mandate_spf_checker_free(checker);
    });
  }
  for (std::thread& thread : threads) thread.join();
  mandate_spf_map_free(map);
}

TEST_F(CInterface, ResultsAndStatusesHaveTexts) {
  EXPECT_STREQ(mandate_spf_result_text(MANDATE_SPF_SOFTFAIL), "softfail");
  EXPECT_STREQ(mandate_spf_result_text(static_cast<mandate_spf_result>(7)), "none");
  EXPECT_STREQ(mandate_status_text(MANDATE_BUSY), "the checker is in use");
  EXPECT_STREQ(mandate_status_text(static_cast<mandate_status>(7)), "no status of this library");
  EXPECT_EQ(std::string(mandate_version()).find_first_not_of("0123456789."), std::string::npos);
}

}  // namespace
