#include "advice/term_finding.h"

#include <utility>

namespace mandate::advice {

Finding finding_at(const Term& term, const Rule& rule, std::string message) {
  return {&rule, term.span, std::move(message), std::nullopt};
}

Finding mended(const Term& term, const Rule& rule, std::string message, std::string fix) {
  Finding out = finding_at(term, rule, std::move(message));
  if (reads(fix)) out.fix = std::move(fix);
  return out;
}

Found only_mended(const Term& term, const Rule& rule, std::string message, std::string fix) {
  Finding out = mended(term, rule, std::move(message), std::move(fix));
  if (!out.fix) return std::nullopt;
  return out;
}

}  // namespace mandate::advice
