#include "registry/zone_answers.h"

#include <set>

namespace mandate::registry {
namespace {

std::set<std::string> records_of(const dns::Fact& fact) {
  std::set<std::string> out;
  for (const dns::RecordData& data : fact.records) out.insert(dns::text(data));
  return out;
}

}  // namespace

bool is_same_answer(const dns::Fact& a, const dns::Fact& b) {
  return a.question == b.question && a.status == b.status && records_of(a) == records_of(b);
}

std::string_view text(ServerAnswers::Standing standing) {
  switch (standing) {
    case ServerAnswers::Standing::answers:
      return "answers";
    case ServerAnswers::Standing::fails:
      return "fails";
    case ServerAnswers::Standing::not_asked:
      return "not_asked";
  }
  return "unknown";
}

std::optional<ServerAnswers::Standing> parse_server_standing(std::string_view name) {
  using enum ServerAnswers::Standing;
  for (const ServerAnswers::Standing standing : {answers, fails, not_asked}) {
    if (text(standing) == name) return standing;
  }
  return std::nullopt;
}

}  // namespace mandate::registry
