#include "app/commands/domain_report.h"

#include <fmt/core.h>

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

const boost::json::array* list_of(const boost::json::object& object, std::string_view name) {
  const boost::json::value* value = object.if_contains(name);
  return value == nullptr ? nullptr : value->if_array();
}

/// What is to be done about one record, as a heading.
std::string task(const boost::json::object& record) {
  const std::string action = field_text(record, "action");
  if (!field_is_true(record, "required")) return "Or publish this one in the place of the others:";
  if (action == "nothing_to_do") return "The record is published; nothing is to be done:";
  if (action == "add") return "Publish this record:";
  if (action == "change") return "Change the record found today to this one:";
  return "No record can be proposed as things are:";
}

std::string record_text(const boost::json::object& record, const Palette& palette) {
  std::string out = palette.strong(task(record)) + "\n";
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

}  // namespace

std::string domain_text(const boost::json::object& domain, const Palette& palette) {
  std::string out = headline(domain, palette);
  out += line("reason", shown(domain, "reason"));
  out += line("envelope", shown(domain, "return_path"));
  out += line("since", shown(domain, "status_since"));
  out += line("checked", shown(domain, "last_checked_at"));
  out += line("grace ends", shown(domain, "grace_expires_at"));
  for (const std::string& sender : field_list(domain, "senders")) {
    out += line("sender", escaped(sender));
  }
  const boost::json::array* records = list_of(domain, "records");
  if (records != nullptr && !records->empty()) out += "\n" + records_text(*records, palette);
  return out;
}

std::string records_text(const boost::json::array& records, const Palette& palette) {
  std::string out;
  for (const boost::json::value& record : records) {
    if (!record.is_object()) continue;
    if (!out.empty()) out += "\n";
    out += record_text(record.get_object(), palette);
  }
  return out;
}

std::string verification_text(const boost::json::object& check, const Palette& palette) {
  std::string out = headline(check, palette);
  out += line("finding", shown(check, "finding"));
  out += line("reason", shown(check, "reason"));
  out += line("evidence", shown(check, "evidence_id"));
  if (const boost::json::array* evaluations = list_of(check, "checks")) {
    for (const boost::json::value& evaluation : *evaluations) {
      if (evaluation.is_object()) out += evaluation_text(evaluation.get_object(), palette);
    }
  }
  return out;
}

}  // namespace mandate::app
