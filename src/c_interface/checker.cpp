#include "c_interface/checker.h"

#include <fmt/format.h>

#include <algorithm>
#include <new>
#include <utility>

#include "c_interface/verdict.h"
#include "mandate/spf/authentication_results.h"
#include "mandate/spf/received_spf.h"

namespace mandate::c_interface {
namespace {

constexpr int kMostOfALimit = 1000;

spf::Request request_of(const mandate_spf_checker& checker, const dns::IpAddress& ip,
                        const char* mail_from, const char* helo) {
  spf::Request request;
  request.ip = ip;
  request.mail_from = mail_from != nullptr ? mail_from : "";
  request.helo = helo != nullptr ? helo : "";
  request.receiver = checker.receiver;
  request.now = std::chrono::sys_seconds(std::chrono::seconds(checker.time));
  return request;
}

mandate_spf_verdict checked(mandate_spf_checker& checker, const spf::Request& request) {
  mandate_spf_verdict out;
  out.verdict = settle(checker, [&](const dns::Facts& facts) {
    return spf::check_host(request, facts, {.limits = checker.limits});
  });
  if (out.verdict.decided_by) out.term = out.verdict.decided_by->term();
  out.received_spf = spf::text(spf::received_spf(request, out.verdict));
  out.authentication_results = spf::text(spf::AuthenticationResults{
      request.receiver, {spf::authentication_result(request, out.verdict)}});
  return out;
}

}  // namespace

void answer(mandate_spf_checker& checker, const spf::Questions& questions, dns::Facts& facts) {
  for (const dns::Question& question : questions) {
    mandate_dns_answer answer = unanswered(question);
    checker.resolve(checker.user, question.name.text().c_str(),
                    static_cast<mandate_dns_type>(question.type), &answer);
    facts.add(std::move(answer.fact));
  }
}

}  // namespace mandate::c_interface

using namespace mandate;
using c_interface::using_checker;

const char* mandate_version(void) {
  return MANDATE_VERSION;
}

const char* mandate_status_text(mandate_status status) {
  switch (status) {
    case MANDATE_OK:
      return "done";
    case MANDATE_INVALID:
      return "an argument is null or makes no sense";
    case MANDATE_NO_MEMORY:
      return "memory ran out";
    case MANDATE_BUSY:
      return "the checker is in use";
    case MANDATE_INTERNAL_ERROR:
      return "a defect of the library";
  }
  return "no status of this library";
}

mandate_spf_checker* mandate_spf_checker_new(mandate_dns_resolve resolve, void* user) {
  mandate_spf_checker* made = nullptr;
  if (resolve == nullptr) return made;
  c_interface::guarded([&] {
    made = new mandate_spf_checker;
    made->resolve = resolve;
    made->user = user;
    return MANDATE_OK;
  });
  return made;
}

void mandate_spf_checker_free(mandate_spf_checker* checker) {
  delete checker;
}

mandate_status mandate_spf_checker_set_limits(mandate_spf_checker* checker, int lookups, int voids,
                                              int mx_names, int ptr_names) {
  return using_checker(checker, [&](mandate_spf_checker& used) -> std::string {
    for (const int limit : {lookups, voids, mx_names, ptr_names}) {
      if (limit < 0 || limit > c_interface::kMostOfALimit) {
        return fmt::format("a limit of {} is not from 0 to {}", limit, c_interface::kMostOfALimit);
      }
    }
    used.limits = {lookups, voids, mx_names, ptr_names};
    return {};
  });
}

mandate_status mandate_spf_checker_set_receiver(mandate_spf_checker* checker, const char* name) {
  return using_checker(checker, [&](mandate_spf_checker& used) -> std::string {
    if (name == nullptr || *name == '\0') return "the receiver's name is missing";
    used.receiver = name;
    return {};
  });
}

mandate_status mandate_spf_checker_set_time(mandate_spf_checker* checker, int64_t seconds) {
  return using_checker(checker, [&](mandate_spf_checker& used) -> std::string {
    used.time = seconds;
    return {};
  });
}

const char* mandate_spf_checker_error(const mandate_spf_checker* checker) {
  return checker == nullptr ? "" : checker->error.c_str();
}

mandate_status mandate_spf_check(mandate_spf_checker* checker, const char* ip,
                                 const char* mail_from, const char* helo,
                                 mandate_spf_verdict** verdict) {
  return using_checker(checker, [&](mandate_spf_checker& used) -> std::string {
    if (ip == nullptr || verdict == nullptr) return "ip or verdict is null";
    const auto address = dns::IpAddress::parse(ip);
    if (!address) return fmt::format("\"{}\" is not an IP address", ip);
    const spf::Request request = c_interface::request_of(used, *address, mail_from, helo);
    if (request.mail_from.empty() && request.helo.empty()) {
      return "there is nobody to check: mail_from and helo are empty";
    }
    *verdict = new mandate_spf_verdict(c_interface::checked(used, request));
    return {};
  });
}
