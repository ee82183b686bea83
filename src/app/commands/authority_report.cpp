#include "app/commands/authority_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "app/duration.h"
#include "mandate/spf/record.h"

namespace mandate::app {
namespace {

using resolver::AuthorityView;
using resolver::ServerAnswer;
using resolver::ServerStatus;
using resolver::ServerView;

using Row = std::array<std::string, 4>;  // server, address, serial, what it says

std::string name_text(const dns::Name& name) {
  return escaped(name.text());
}

/// Of TXT records those that are SPF: the others are many, and say nothing of mail.
std::string spf_text(const dns::Fact& fact) {
  std::string shown;
  for (const dns::RecordData& data : fact.records) {
    const auto* const txt = std::get_if<dns::TxtData>(&data);
    if (txt == nullptr || !spf::is_spf_record(txt->joined())) continue;
    shown += (shown.empty() ? "" : "  and  ") + escaped(txt->joined());
  }
  if (!shown.empty()) return shown;
  return fmt::format("no SPF record among {} TXT", fact.records.size());
}

std::string answer_text(const ServerAnswer& answer) {
  if (answer.alias) return "alias of " + name_text(*answer.alias);
  switch (answer.fact.status) {
    case dns::Fact::Status::found:
      return spf_text(answer.fact);
    case dns::Fact::Status::no_data:
      return "no TXT";
    case dns::Fact::Status::no_such_name:
      return "no such name";
    case dns::Fact::Status::failed:
      break;
  }
  return "no answer";
}

/// `server_failure` in words.
std::string status_words(ServerStatus status) {
  if (status == ServerStatus::no_edns) return "no EDNS";
  if (status == ServerStatus::no_tcp) return "no TCP";
  std::string words(resolver::text(status));
  std::ranges::replace(words, '_', ' ');
  return words;
}

Row row_of(const ServerView& server) {
  return {name_text(server.name), server.address ? server.address->text() : "-",
          server.serial ? fmt::format("{}", *server.serial) : "-",
          server.is_answering() && !server.answers.empty() ? answer_text(server.answers.front())
                                                           : status_words(server.standing.status)};
}

std::string table_text(const AuthorityReport& report, const Palette& palette) {
  std::vector<Row> rows{{"server", "address", "serial", "TXT"}};
  for (const ServerView& server : report.view.servers) rows.push_back(row_of(server));
  std::array<std::size_t, 3> widths{};
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < widths.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  std::string out;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const Row& row = rows[i];
    const std::string before = fmt::format("{:<{}}  {:<{}}  {:>{}}  ", row[0], widths[0], row[1],
                                           widths[1], row[2], widths[2]);
    const bool is_heading = i == 0;
    const bool is_well = !is_heading && report.view.servers[i - 1].is_answering();
    if (is_heading) out += palette.faint(before + row[3]) + "\n";
    if (!is_heading) out += before + (is_well ? row[3] : palette.bad(row[3])) + "\n";
  }
  return out;
}

std::string way_text(const AuthorityView& view) {
  std::string out;
  for (const resolver::ZoneCut& cut : view.way.cuts) {
    out += (out.empty() ? "" : " -> ") + name_text(cut.zone);
  }
  return out;
}

bool is_not_asked(const ServerView& server) {
  return server.standing.status == ServerStatus::not_asked;
}

std::string headline(const AuthorityReport& report, const Palette& palette) {
  const AuthorityView& view = report.view;
  const std::string domain = name_text(view.domain);
  const auto answering = std::ranges::count_if(view.servers, &ServerView::is_answering);
  if (!view.problem.empty()) return palette.bad(domain + ": its zone was not found");
  if (std::ranges::all_of(view.servers, is_not_asked)) {
    return palette.bad(domain + ": no server of its zone was asked");
  }
  if (answering == 0) return palette.bad(domain + ": no server of its zone answers");
  if (report.findings.empty()) {
    const auto all = static_cast<std::ptrdiff_t>(view.servers.size());
    return palette.good(domain + (answering == all
                                      ? ": all servers answer alike"
                                      : ": all servers that could be asked answer alike"));
  }
  const bool differ = std::ranges::any_of(
      view.agreements,
      [](const resolver::Agreement& agreement) { return agreement.groups.size() > 1; });
  return palette.bad(domain + (differ ? ": its servers differ"
                                      : ": what its servers answer is alike, but not all is well"));
}

/// Servers that may be well, and why nobody knows.
std::string not_asked_text(const AuthorityView& view) {
  std::map<std::string, std::vector<std::string>> servers;  // by the reason
  for (const ServerView& server : view.servers) {
    if (!is_not_asked(server)) continue;
    servers[server.standing.detail].push_back(
        fmt::format("{} ({})", name_text(server.name), server.address->text()));
  }
  std::string out;
  for (const auto& [detail, names] : servers) {
    constexpr std::string_view one = "was ";  // as the details begin
    std::string reason = printable(detail);
    if (names.size() > 1 && reason.starts_with(one)) reason.replace(0, one.size(), "were ");
    out += fmt::format("\nnot asked\n  {} {}\n", fmt::join(names, ", "), reason);
  }
  return out;
}

/// When whoever asks anywhere has what the servers have now.
std::string caches_text(const AuthorityView& view) {
  if (!view.turned_within) return "";
  const std::string time = duration_text(std::chrono::seconds{*view.turned_within});
  const bool all = std::ranges::all_of(view.servers, [&](const ServerView& server) {
    return !server.is_answering() || server.serial == view.serial;
  });
  if (all) {
    return fmt::format(
        "Every server that answers serves serial {}: {} after its last change no "
        "cache has anything older.",
        view.serial.value_or(0), time);
  }
  return fmt::format(
      "Until every server serves serial {}, caches may take in older answers; {} "
      "after that none has them.",
      view.serial.value_or(0), time);
}

boost::json::value answer_json(const ServerAnswer& answer) {
  boost::json::array records;
  for (const dns::RecordData& data : answer.fact.records) {
    records.push_back(boost::json::value(dns::text(data)));
  }
  return boost::json::object{
      {"type", dns::text(answer.fact.question.type)},
      {"name", answer.fact.question.name.text()},
      {"status", dns::text(answer.fact.status)},
      {"records", std::move(records)},
      {"alias", answer.alias ? boost::json::value(answer.alias->text()) : nullptr},
      {"ttl", answer.fact.ttl},
      {"detail", json_text(answer.fact.detail)}};
}

boost::json::value server_json(const ServerView& server) {
  boost::json::array answers;
  for (const ServerAnswer& answer : server.answers) answers.push_back(answer_json(answer));
  const double milliseconds = std::chrono::duration<double, std::milli>(server.round_trip).count();
  return boost::json::object{
      {"name", server.name.text()},
      {"address", server.address ? boost::json::value(server.address->text()) : nullptr},
      {"delegated", server.delegated},
      {"listed", server.listed},
      {"status", resolver::text(server.standing.status)},
      {"detail", json_text(server.standing.detail)},
      {"serial", server.serial ? boost::json::value(*server.serial) : nullptr},
      {"round_trip_ms", server.is_answering() ? boost::json::value(milliseconds) : nullptr},
      {"answers", std::move(answers)}};
}

boost::json::value agreement_json(const AuthorityView& view, const resolver::Agreement& agreement) {
  boost::json::array groups;
  for (const resolver::AnswerGroup& group : agreement.groups) {
    boost::json::array servers;
    for (const std::size_t at : group.servers) {
      servers.push_back(boost::json::value(view.servers[at].address->text()));
    }
    boost::json::array records(group.records.begin(), group.records.end());
    groups.push_back(boost::json::object{
        {"status", dns::text(group.status)},
        {"alias", group.alias ? boost::json::value(group.alias->text()) : nullptr},
        {"records", std::move(records)},
        {"ttl", group.ttl},
        {"servers", std::move(servers)}});
  }
  return boost::json::object{{"type", dns::text(agreement.question.type)},
                             {"name", agreement.question.name.text()},
                             {"groups", std::move(groups)}};
}

boost::json::array way_json(const AuthorityView& view) {
  boost::json::array way;
  for (const resolver::ZoneCut& cut : view.way.cuts) {
    boost::json::array servers;
    for (const resolver::NameServer& server : cut.named.servers) {
      boost::json::array addresses;
      for (const dns::IpAddress& address : server.addresses) {
        addresses.push_back(boost::json::value(address.text()));
      }
      servers.push_back(
          boost::json::object{{"name", server.name.text()}, {"addresses", std::move(addresses)}});
    }
    way.push_back(boost::json::object{
        {"zone", cut.zone.text()}, {"delegated", cut.delegated}, {"servers", std::move(servers)}});
  }
  return way;
}

}  // namespace

std::string authority_text(const AuthorityReport& report, const Palette& palette) {
  const AuthorityView& view = report.view;
  std::string out = headline(report, palette) + "\n" + way_text(view) + "\n";
  if (!view.problem.empty()) return out + printable(view.problem) + "\n";
  out += "\n" + table_text(report, palette);
  for (const resolver::AuthorityFinding& finding : report.findings) {
    out += fmt::format("\n{}\n  {}\n", palette.doubtful(finding.id), printable(finding.message));
  }
  out += not_asked_text(view);
  if (view.way.alias) {
    const std::string target = name_text(*view.way.alias);
    out += fmt::format("\n{} is an alias of {}: run `mandate dns {}` for what stands there.\n",
                       name_text(view.domain), target, target);
  }
  const std::string caches = caches_text(view);
  return caches.empty() ? out : out + "\n" + caches + "\n";
}

boost::json::value authority_json(const AuthorityReport& report) {
  const AuthorityView& view = report.view;
  boost::json::array servers;
  for (const ServerView& server : view.servers) servers.push_back(server_json(server));
  boost::json::array agreements;
  for (const auto& agreement : view.agreements) {
    agreements.push_back(agreement_json(view, agreement));
  }
  boost::json::array findings;
  for (const resolver::AuthorityFinding& finding : report.findings) {
    findings.push_back(boost::json::object{
        {"id", finding.id},
        {"server", finding.server.is_root() ? nullptr : boost::json::value(finding.server.text())},
        {"message", json_text(finding.message)}});
  }
  return boost::json::object{
      {"version", 1},
      {"domain", view.domain.text()},
      {"zone", view.problem.empty() ? boost::json::value(view.zone().text()) : nullptr},
      {"problem", json_text(view.problem)},
      {"alias", view.way.alias ? boost::json::value(view.way.alias->text()) : nullptr},
      {"way", way_json(view)},
      {"servers", std::move(servers)},
      {"answers", std::move(agreements)},
      {"serial", view.serial ? boost::json::value(*view.serial) : nullptr},
      {"turned_within", view.turned_within ? boost::json::value(*view.turned_within) : nullptr},
      {"findings", std::move(findings)},
      {"questions", view.asked}};
}

}  // namespace mandate::app
