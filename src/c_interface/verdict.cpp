#include "c_interface/verdict.h"

using namespace mandate;

namespace mandate::c_interface {

// The two enumerations have the same numbers.
static_assert(static_cast<int>(spf::Result::none) == MANDATE_SPF_NONE);
static_assert(static_cast<int>(spf::Result::neutral) == MANDATE_SPF_NEUTRAL);
static_assert(static_cast<int>(spf::Result::pass) == MANDATE_SPF_PASS);
static_assert(static_cast<int>(spf::Result::fail) == MANDATE_SPF_FAIL);
static_assert(static_cast<int>(spf::Result::softfail) == MANDATE_SPF_SOFTFAIL);
static_assert(static_cast<int>(spf::Result::temperror) == MANDATE_SPF_TEMPERROR);
static_assert(static_cast<int>(spf::Result::permerror) == MANDATE_SPF_PERMERROR);

mandate_spf_result result_of(spf::Result result) {
  return static_cast<mandate_spf_result>(result);
}

}  // namespace mandate::c_interface

const char* mandate_spf_result_text(mandate_spf_result result) {
  // `text` gives literals, which end in NUL, and `none` for a number that is no result.
  return spf::text(static_cast<spf::Result>(result)).data();
}

void mandate_spf_verdict_free(mandate_spf_verdict* verdict) {
  delete verdict;
}

mandate_spf_result mandate_spf_verdict_result(const mandate_spf_verdict* verdict) {
  return verdict == nullptr ? MANDATE_SPF_NONE : c_interface::result_of(verdict->verdict.result);
}

const char* mandate_spf_verdict_problem(const mandate_spf_verdict* verdict) {
  return verdict == nullptr ? "" : verdict->verdict.problem.c_str();
}

const char* mandate_spf_verdict_explanation(const mandate_spf_verdict* verdict) {
  return verdict == nullptr ? "" : verdict->verdict.explanation.c_str();
}

const char* mandate_spf_verdict_term(const mandate_spf_verdict* verdict) {
  return verdict == nullptr ? "" : verdict->term.c_str();
}

const char* mandate_spf_verdict_term_domain(const mandate_spf_verdict* verdict) {
  if (verdict == nullptr || !verdict->verdict.decided_by) return "";
  return verdict->verdict.decided_by->domain().c_str();
}

int mandate_spf_verdict_lookups(const mandate_spf_verdict* verdict) {
  return verdict == nullptr ? 0 : verdict->verdict.lookups;
}

int mandate_spf_verdict_voids(const mandate_spf_verdict* verdict) {
  return verdict == nullptr ? 0 : verdict->verdict.voids;
}

uint32_t mandate_spf_verdict_ttl(const mandate_spf_verdict* verdict) {
  return verdict == nullptr ? 0 : verdict->verdict.ttl;
}

const char* mandate_spf_verdict_received_spf(const mandate_spf_verdict* verdict) {
  return verdict == nullptr ? "" : verdict->received_spf.c_str();
}

const char* mandate_spf_verdict_authentication_results(const mandate_spf_verdict* verdict) {
  return verdict == nullptr ? "" : verdict->authentication_results.c_str();
}
