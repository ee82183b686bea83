#include "verification/zone_inquiry.h"

#include <fmt/format.h>

#include <utility>

#include "registry/ownership.h"

namespace mandate::verification {
namespace {

using registry::ServerAnswers;

// The server's word on each question. Where its CNAMEs lead out of the zone, or the name is
// delegated further, it has none, and the resolver's stands.
std::vector<dns::Fact> facts_of(const resolver::ServerView& server) {
  std::vector<dns::Fact> out;
  for (const resolver::ServerAnswer& answer : server.answers) {
    if (answer.alias || answer.fact.status == dns::Fact::Status::failed) continue;
    out.push_back(answer.fact);
  }
  return out;
}

ServerAnswers::Standing standing_of(const resolver::ServerView& server) {
  if (server.standing.status == resolver::ServerStatus::no_address ||
      server.standing.status == resolver::ServerStatus::not_asked) {
    return ServerAnswers::Standing::not_asked;
  }
  return server.is_answering() ? ServerAnswers::Standing::answers : ServerAnswers::Standing::fails;
}

std::string detail_of(const resolver::ServerView& server) {
  const std::string_view status = resolver::text(server.standing.status);
  if (server.standing.detail.empty()) return std::string(status);
  return fmt::format("{}: {}", status, server.standing.detail);
}

}  // namespace

registry::ZoneAnswers zone_answers_of(const resolver::AuthorityView& view) {
  registry::ZoneAnswers out;
  out.zone = view.zone();
  out.problem = view.problem;
  out.turned_within = view.turned_within;
  for (const resolver::ServerView& server : view.servers) {
    ServerAnswers answers;
    answers.name = server.name;
    if (!server.answers.empty()) answers.address = server.answers.front().fact.source;
    if (answers.address.empty() && server.address) answers.address = server.address->text();
    answers.standing = standing_of(server);
    answers.serial = server.serial;
    answers.newest = server.serial && server.serial == view.serial;
    if (answers.standing == ServerAnswers::Standing::answers) {
      answers.facts = facts_of(server);
    } else {
      answers.detail = detail_of(server);
    }
    out.servers.push_back(std::move(answers));
  }
  return out;
}

registry::ZoneAnswers ask_zone(const dns::Name& domain, const dns::Name& return_path,
                               const resolver::AuthorityOptions& options,
                               resolver::Deadline deadline) {
  std::vector<dns::Question> questions{{domain, dns::RecordType::txt}};
  if (auto name = registry::ownership_name(domain)) {
    questions.push_back({std::move(*name), dns::RecordType::txt});
  }
  if (!return_path.is_root()) {
    questions.push_back({return_path, dns::RecordType::txt});
    questions.push_back({return_path, dns::RecordType::mx});
  }
  return zone_answers_of(resolver::view_authority(domain, std::move(questions), options, deadline));
}

}  // namespace mandate::verification
