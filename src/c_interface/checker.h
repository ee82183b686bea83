// A checker: the caller's resolver and settings, and the loop that settles a question of ours.
#pragma once

#include <string>
#include <variant>

#include "c_interface/answer.h"
#include "c_interface/boundary.h"
#include "mandate/spf.h"
#include "mandate/spf/check_host.h"

struct mandate_spf_checker {
  mandate_dns_resolve resolve = nullptr;
  void* user = nullptr;
  mandate::spf::Limits limits;
  std::string receiver = "unknown";
  std::int64_t time = 0;
  std::string error;
  bool busy = false;
};

namespace mandate::c_interface {

/// Marks a checker as in use, so that a resolver that calls it again is refused.
class Use {
 public:
  explicit Use(mandate_spf_checker& checker) : checker_(checker) { checker_.busy = true; }
  ~Use() { checker_.busy = false; }
  Use(const Use&) = delete;
  Use& operator=(const Use&) = delete;

 private:
  mandate_spf_checker& checker_;
};

/// Asks the caller's resolver each question.
void answer(mandate_spf_checker& checker, const spf::Questions& questions, dns::Facts& facts);

/// Drives a pure step to its end.
template <class Step>
auto settle(mandate_spf_checker& checker, const Step& step) {
  dns::Facts facts;
  for (;;) {
    auto outcome = step(facts);
    const auto* questions = std::get_if<spf::Questions>(&outcome);
    if (questions == nullptr) return std::get<0>(std::move(outcome));
    answer(checker, *questions, facts);
  }
}

/// Runs a call that uses a checker, and notes why it was refused: `body` says so, or nothing.
template <class Body>
mandate_status using_checker(mandate_spf_checker* checker, const Body& body) noexcept {
  if (checker == nullptr) return MANDATE_INVALID;
  if (checker->busy) return MANDATE_BUSY;
  return guarded([&] {
    const Use use(*checker);
    checker->error.clear();
    checker->error = body(*checker);
    return checker->error.empty() ? MANDATE_OK : MANDATE_INVALID;
  });
}

}  // namespace mandate::c_interface
