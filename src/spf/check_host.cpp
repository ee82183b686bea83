#include "mandate/spf/check_host.h"

#include <utility>

#include "spf/progress_state.h"
#include "spf/record_tree.h"

namespace mandate::spf {

Progress::Progress() = default;
Progress::~Progress() = default;
Progress::Progress(Progress&&) noexcept = default;
Progress& Progress::operator=(Progress&&) noexcept = default;

void Progress::clear() {
  state_.reset();
}

std::string_view text(Step::Kind kind) {
  switch (kind) {
    case Step::Kind::record:
      return "record";
    case Step::Kind::matched:
      return "matched";
    case Step::Kind::no_match:
      return "no_match";
    case Step::Kind::redirect:
      return "redirect";
    case Step::Kind::include:
      return "include";
    case Step::Kind::result:
      return "result";
    case Step::Kind::error:
      return "error";
    case Step::Kind::note:
      return "note";
  }
  return "note";
}

bool check_host(const Request& request, const dns::Facts& facts, const Options& options,
                Verdict& verdict, Questions& lacking, Progress* progress) {
  Evaluation evaluation(request, facts, options, verdict, lacking);
  const auto reached = RecordTree(evaluation, nullptr, progress).run();
  if (evaluation.range()) verdict.range = evaluation.range()->range();
  if (!reached) return false;
  evaluation.finish(*reached);
  return true;
}

Outcome check_host(const Request& request, const dns::Facts& facts, const Options& options) {
  Outcome out;
  Questions lacking;
  if (!check_host(request, facts, options, std::get<Verdict>(out), lacking)) {
    out = std::move(lacking);
  }
  return out;
}

}  // namespace mandate::spf
