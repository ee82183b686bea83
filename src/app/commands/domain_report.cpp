#include "app/commands/domain_report.h"

#include <fmt/core.h>

#include <algorithm>
#include <boost/json/array.hpp>

#include "app/api_object.h"

namespace mandate::app {
namespace {

std::string shown(const boost::json::object& object, std::string_view name) {
  return escaped(field_text(object, name));
}

/// `label  value` when there is a value.
std::string line(std::string_view label, const std::string& value, std::size_t indent = 2) {
  return value.empty() ? std::string() : fmt::format("{:{}}{:<10} {}\n", "", indent, label, value);
}

std::string headline(const boost::json::object& object, const Palette& palette) {
  const bool may_send = field_is_true(object, "may_send");
  const std::string status = shown(object, "status");
  return fmt::format("{}  {}  account {} {} send as it\n", palette.strong(shown(object, "domain")),
                     may_send ? palette.good(status) : palette.doubtful(status),
                     shown(object, "account"), may_send ? "may" : "may not");
}

/// That another account claims the domain, and from when on it may send as well.
std::string contest_text(const boost::json::object& domain, const Palette& palette) {
  const std::string since = shown(domain, "contested_at");
  if (since.empty()) return {};
  return line("contested",
              palette.doubtful(fmt::format(
                  "since {}: the DNS names another account as well, which may send from {} on; if "
                  "that is not meant, take what names it out of the DNS",
                  since, shown(domain, "contested_until"))));
}

const boost::json::array* list_of(const boost::json::object& object, std::string_view name) {
  const boost::json::value* value = object.if_contains(name);
  return value == nullptr ? nullptr : value->if_array();
}

/// What changed and what is coming, a line each.
std::string outlook_text(const boost::json::object& object, const Palette& palette) {
  std::string out;
  for (const std::string& change : field_list(object, "changes")) {
    out += line("changed", escaped(change));
  }
  out += line("changed at", shown(object, "changed_at"));
  const boost::json::array* warnings = list_of(object, "warnings");
  if (warnings == nullptr) return out;
  for (const boost::json::value& warning : *warnings) {
    if (!warning.is_object()) continue;
    out += line("warning", palette.doubtful(shown(warning.get_object(), "message")));
  }
  return out;
}

/// What is to be done about one record, as a heading.
std::string task(const boost::json::object& record, bool is_chosen) {
  const std::string action = field_text(record, "action");
  const std::string purpose = field_text(record, "purpose");
  if (purpose == "spf_and_bounces") {
    return "Or publish this one record in the place of the TXT and the MX there:";
  }
  if (action == "nothing_to_do") return "The record is published; nothing is to be done:";
  if (is_chosen && !field_is_true(record, "required")) return "Not needed as things are:";
  // The TXT of an account takes nothing from those of others.
  if (action == "add" && purpose == "ownership" && !field_list(record, "observed").empty()) {
    return "Publish this record beside what is found there today, not in its place:";
  }
  if (action == "add") return "Publish this record:";
  if (action == "change") return "Change the record found today to this one:";
  return "No record can be proposed as things are:";
}

/// What a further choice is, before its records.
std::string other_choice(std::string_view choice) {
  if (choice == "token") return "Or, in place of that, these two records:";
  if (choice == "own_include") return "Or, in place of both, one record:";
  return "Or, in place of that:";
}

/// `is_chosen`: of the first choice, so that it is to be there unless it says otherwise.
std::string record_text(const boost::json::object& record, bool is_chosen, const Palette& palette) {
  std::string out = palette.strong(task(record, is_chosen)) + "\n";
  out += line("type", shown(record, "type"));
  const std::string fqdn = shown(record, "fqdn");
  out += line("host", shown(record, "host") + (fqdn.empty() ? "" : "  (" + fqdn + ")"));
  const std::string value = shown(record, "value");
  if (!value.empty()) out += line("value", palette.good(value));
  out += line("ttl", shown(record, "ttl"));
  for (const std::string& observed : field_list(record, "observed")) {
    out += line("today", escaped(observed));
  }
  for (const std::string& note : field_list(record, "notes")) out += line("note", escaped(note));
  return out;
}

std::string evaluation_text(const boost::json::object& check, const Palette& palette) {
  const std::string result = shown(check, "result");
  std::string out = fmt::format(
      "  {}  {} from {} as {}\n", result == "pass" ? palette.good(result) : palette.bad(result),
      shown(check, "mail_from"), shown(check, "ip"), shown(check, "helo"));
  out += line("decided by", shown(check, "decided_by"), 4);
  out += line("problem", shown(check, "problem"), 4);
  return out;
}

/// A server of the zone, and what its answer came to.
std::string server_text(const boost::json::object& server) {
  const std::string finding = shown(server, "finding");
  const std::string code = shown(server, "reason_code");
  std::string said = finding.empty() ? shown(server, "detail") : finding;
  if (!code.empty()) said += " " + code;
  return fmt::format("{} {}  {}", shown(server, "name"), shown(server, "address"), said);
}

/// Records go by the resolver's answer, and the status by that of the zone's servers: until when
/// the two may differ, where the records ask for something. Times are of one form, so that texts of
/// them have their order.
std::string older_answer(const boost::json::object& domain, const boost::json::array& records) {
  const std::string until = shown(domain, "visible_by");
  const bool differs = std::ranges::any_of(records, [&](const boost::json::value& value) {
    const boost::json::object* record = value.if_object();
    return record != nullptr && field_is_true(*record, "required") &&
           field_text(*record, "action") != "nothing_to_do" &&
           field_text(*record, "checked_at") < until;
  });
  if (!differs) return {};
  return fmt::format(
      "The zone's servers were found to let the mail pass. Until {} the resolver may still\nhave "
      "what stood there before, and what follows goes by its answer.\n\n",
      until);
}

}  // namespace

std::string domain_text(const boost::json::object& domain, const Palette& palette) {
  std::string out = headline(domain, palette);
  out += line("reason", shown(domain, "reason"));
  out += line("envelope", shown(domain, "return_path"));
  out += line("since", shown(domain, "status_since"));
  out += line("checked", shown(domain, "last_checked_at"));
  out += line("visible by", shown(domain, "visible_by"));
  out += line("grace ends", shown(domain, "grace_expires_at"));
  out += contest_text(domain, palette);
  for (const std::string& sender : field_list(domain, "senders")) {
    out += line("sender", escaped(sender));
  }
  out += outlook_text(domain, palette);
  const boost::json::array* records = list_of(domain, "records");
  if (records != nullptr && !records->empty()) {
    out += "\n" + older_answer(domain, *records) + records_text(*records, palette);
  }
  return out;
}

std::string records_text(const boost::json::array& records, const Palette& palette) {
  std::string out;
  std::string choice;
  bool is_chosen = true;
  for (const boost::json::value& value : records) {
    const boost::json::object* record = value.if_object();
    if (record == nullptr) continue;
    const std::string next = field_text(*record, "choice");
    if (!choice.empty() && next != choice) {
      out += fmt::format("\n{}\n", palette.strong(other_choice(next)));
      is_chosen = false;
    }
    choice = next;
    if (!out.empty()) out += "\n";
    out += record_text(*record, is_chosen, palette);
  }
  return out;
}

std::string verification_text(const boost::json::object& check, const Palette& palette) {
  std::string out = headline(check, palette);
  out += line("finding", shown(check, "finding"));
  if (field_is_true(check, "held")) {
    out +=
        line("held",
             "the domain stays as it was: the breaker holds it, until the provider's own fault is "
             "mended or a person has looked");
  }
  out += line("reason", shown(check, "reason"));
  out += line("evidence", shown(check, "evidence_id"));
  out += line("visible by", shown(check, "visible_by"));
  if (const boost::json::array* servers = list_of(check, "servers")) {
    for (const boost::json::value& server : *servers) {
      if (server.is_object()) out += line("server", server_text(server.get_object()));
    }
  }
  out += outlook_text(check, palette);
  if (const boost::json::array* evaluations = list_of(check, "checks")) {
    for (const boost::json::value& evaluation : *evaluations) {
      if (evaluation.is_object()) out += evaluation_text(evaluation.get_object(), palette);
    }
  }
  return out;
}

}  // namespace mandate::app
