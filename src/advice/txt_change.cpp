#include "advice/txt_change.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "advice/character_strings.h"
#include "advice/near_miss.h"
#include "advice/zone_apex.h"

namespace mandate::advice {
namespace {

/// A name with its final dot, as zone files and nsupdate want it.
std::string absolute(const dns::Name& name) {
  return name.is_root() ? "." : name.text() + ".";
}

std::string line(const TxtChange& change, const dns::TxtData& text) {
  return fmt::format("{} {} IN TXT {}", absolute(change.name), change.ttl,
                     dns::text(dns::RecordData(text)));
}

std::vector<dns::TxtData> whole_set(const TxtChange& change) {
  std::vector<dns::TxtData> out = change.kept;
  out.push_back(change.added);
  return out;
}

/// The octets with a backslash in front of each of those, and others as `\DDD`.
std::string escaped(std::string_view octets, std::string_view special) {
  std::string out;
  for (const char c : octets) {
    const bool plain = c >= ' ' && c < '\x7f';
    if (!plain) {
      out += fmt::format("\\{:03}", static_cast<unsigned char>(c));
    } else {
      if (special.contains(c)) out += '\\';
      out += c;
    }
  }
  return out;
}

/// A string of HCL, in which `${` and `%{` begin a template; SPF macros begin with `%{`. The
/// provider reads its value as a zone file has it between quotes.
std::string hcl_string(std::string_view octets) {
  std::string out;
  for (const char c : escaped(octets, "\"\\")) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '{' && (out.ends_with('$') || out.ends_with('%')))
      out.insert(out.size() - 1, 1, out.back());
    out += c;
  }
  return "\"" + out + "\"";
}

/// A single-quoted scalar of YAML; octoDNS wants `;` with a backslash.
std::string yaml_string(std::string_view octets) {
  std::string out;
  for (const char c : escaped(octets, ";")) {
    if (c == '\'') out += '\'';
    out += c;
  }
  return "'" + out + "'";
}

/// A string of JavaScript.
std::string js_string(std::string_view octets) {
  std::string out;
  for (const char c : octets) {
    const bool plain = c >= ' ' && c < '\x7f';
    if (!plain) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      if (c == '"' || c == '\\') out += '\\';
      out += c;
    }
  }
  return "\"" + out + "\"";
}

/// What a resource of Terraform may be called.
std::string identifier(std::string_view name) {
  std::string out = "spf_";
  for (const char c : name) out += (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : '_';
  return out;
}

}  // namespace

TxtChange txt_change(const dns::Name& zone, const dns::Name& name, std::uint32_t ttl,
                     const std::vector<dns::TxtData>& today, const std::string& record) {
  TxtChange out{zone, name, ttl, today, {}, {}, {character_strings(record)}};
  for (const dns::TxtData& text : today) {
    (is_meant_as_record(text.joined()) ? out.removed : out.kept).push_back(text);
  }
  return out;
}

std::string as_zone_lines(const TxtChange& change) {
  std::string out;
  for (const dns::TxtData& text : change.removed) out += "; remove  " + line(change, text) + "\n";
  return out + line(change, change.added) + "\n";
}

std::string as_nsupdate(const TxtChange& change) {
  const std::string name = absolute(change.name);
  std::string out = fmt::format("zone {}\n", absolute(change.zone));
  if (change.today.empty()) out += fmt::format("prereq nxrrset {} IN TXT\n", name);
  for (const dns::TxtData& text : change.today) {
    out += fmt::format("prereq yxrrset {} IN TXT {}\n", name, dns::text(dns::RecordData(text)));
  }
  for (const dns::TxtData& text : change.removed) {
    out += fmt::format("update delete {} IN TXT {}\n", name, dns::text(dns::RecordData(text)));
  }
  return out + fmt::format("update add {}\nsend\n", line(change, change.added));
}

std::string as_terraform(const TxtChange& change) {
  const std::string host = host_in_zone(change.name, change.zone);
  std::string out = fmt::format("resource \"dns_txt_record_set\" \"{}\" {{\n  zone = {}\n",
                                identifier(change.name.text()), hcl_string(absolute(change.zone)));
  if (host != "@") out += fmt::format("  name = {}\n", hcl_string(host));
  out += fmt::format("  ttl  = {}\n  txt = [\n", change.ttl);
  for (const dns::TxtData& text : whole_set(change)) {
    out += fmt::format("    {},\n", hcl_string(text.joined()));
  }
  return out + "  ]\n}\n";
}

std::string as_octodns(const TxtChange& change) {
  const std::string host = host_in_zone(change.name, change.zone);
  std::string out = fmt::format("{}:\n  type: TXT\n  ttl: {}\n  values:\n",
                                yaml_string(host == "@" ? "" : host), change.ttl);
  for (const dns::TxtData& text : whole_set(change)) {
    out += fmt::format("  - {}\n", yaml_string(text.joined()));
  }
  return out;
}

std::string as_dnscontrol(const TxtChange& change) {
  const std::string host = js_string(host_in_zone(change.name, change.zone));
  std::string out;
  for (const dns::TxtData& text : change.removed) {
    out += fmt::format("// remove  TXT({}, {})\n", host, js_string(text.joined()));
  }
  return out + fmt::format("D_EXTEND({},\n  TXT({}, {}, TTL({}))\n);\n",
                           js_string(change.zone.text()), host, js_string(change.added.joined()),
                           change.ttl);
}

}  // namespace mandate::advice
