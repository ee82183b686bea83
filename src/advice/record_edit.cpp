#include "advice/record_edit.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "advice/lint.h"
#include "advice/near_miss.h"
#include "advice/qualifier.h"
#include "advice/shown.h"
#include "dns/printable.h"
#include "mandate/spf/check_host.h"
#include "spf/ascii.h"

namespace mandate::advice {
namespace {

using spf::Directive;
using spf::Mechanism;
using spf::Result;
using spf::Span;

constexpr std::size_t kVersionEnd = 6;  // of `v=spf1`
constexpr std::size_t kMessage = 240;   // octets of what the reader says of a term

bool names(std::string_view text, const dns::Name& name) {
  return spf::lower(spf::without_final_dot(text)) == name.text();
}

bool includes(const spf::Record& record, const Directive& directive, const dns::Name& name) {
  return directive.mechanism == Mechanism::include && names(record.domain(directive)->text(), name);
}

// Where reading ends: the first `all`, or the end of the text.
std::size_t end_of_reading(const spf::Record& record) {
  const auto all = std::ranges::find(record.directives, Mechanism::all, &Directive::mechanism);
  return all == record.directives.end() ? record.text.size() : all->span.begin;
}

// The include that decides first among those that are read, or nullptr.
const Directive* first_include(const spf::Record& record, const dns::Name& name) {
  const std::size_t end = end_of_reading(record);
  const auto found = std::ranges::find_if(record.directives, [&](const Directive& directive) {
    return includes(record, directive, name) && directive.span.begin < end;
  });
  return found == record.directives.end() ? nullptr : &*found;
}

// A redirect that is followed puts the provider's record in force as an include would.
bool in_force(const spf::Record& record, const dns::Name& name) {
  if (const Directive* include = first_include(record, name); include != nullptr) {
    return include->qualifier == Result::pass;
  }
  const bool followed = record.redirect && end_of_reading(record) == record.text.size();
  return followed && names(record.redirect->value.text(), name);
}

void add_note(std::vector<std::string>& notes, std::string note) {
  if (std::ranges::find(notes, note) == notes.end()) notes.push_back(std::move(note));
}

std::vector<Span> tokens(std::string_view text) {
  std::vector<Span> out;
  for (std::size_t at = text.find_first_not_of(' ', kVersionEnd); at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    out.push_back({at, end});
    at = text.find_first_not_of(' ', end);
  }
  return out;
}

// The keyword `include` at the front of a token, behind a qualifier if there is one: its end.
std::optional<std::size_t> include_keyword_end(std::string_view token) {
  constexpr std::string_view kKeyword = "include";
  const std::size_t begin = qualifier_size(token);
  if (!spf::equals_ignoring_case(token.substr(begin, kKeyword.size()), kKeyword)) {
    return std::nullopt;
  }
  return begin + kKeyword.size();
}

// Mends the ways in which the include itself is commonly misspelt: `include=P`, `include: P` and a
// bare `P`. From the back, so that earlier offsets hold.
void respell_include(RecordEdit& edit, const dns::Name& name) {
  const auto found = tokens(edit.text);
  const std::string before = edit.text;
  for (std::size_t i = found.size(); i-- > 0;) {
    const std::string_view token = found[i].in(before);
    const auto keyword_end = include_keyword_end(token);
    if (keyword_end && *keyword_end < token.size() && token[*keyword_end] == '=' &&
        names(token.substr(*keyword_end + 1), name)) {
      edit.text[found[i].begin + *keyword_end] = ':';
      add_note(edit.notes, fmt::format("`{}` is written with `=`: receivers do not read it as an "
                                       "include. It becomes `:`.",
                                       shown(token)));
    } else if (names(token, name)) {
      const auto previous = i == 0 ? std::string_view() : found[i - 1].in(before);
      const auto end = include_keyword_end(previous);
      const bool split = end && previous.substr(*end) == ":";
      const std::size_t from = split ? found[i - 1].end : found[i].begin;
      edit.text.replace(from, found[i].begin - from, split ? "" : "include:");
      add_note(edit.notes, fmt::format("`{}` is not joined to its mechanism: it becomes "
                                       "`include:{}`.",
                                       shown(token), name.text()));
    }
  }
}

// Applies what lint has for a record that cannot be read; false when that does not suffice. Which
// of two redirects was meant is for a person to say.
bool mend_terms(RecordEdit& edit) {
  const Lint found = lint(edit.text);
  const auto is_doubled = [](const Finding& finding) {
    return finding.rule->id == "duplicate-modifier";
  };
  if (!found.fixed || std::ranges::any_of(found.findings, is_doubled)) return false;
  for (const Finding& finding : found.findings) {
    if (finding.fix) edit.notes.push_back(finding.message);
  }
  edit.text = *found.fixed;
  return true;
}

// Reads the record, mending what keeps it or the include from being read.
std::expected<spf::Record, std::string> read_mended(RecordEdit& edit, const dns::Name& name) {
  auto record = spf::parse_record(edit.text);
  if (record && in_force(*record, name)) return std::move(*record);
  if (!record) {
    if (auto plain = without_invisible_characters(edit.text)) {
      edit.text = std::move(*plain);
      edit.notes.push_back(
          "Characters outside ASCII that look like plain ones or like nothing are "
          "replaced by plain ones.");
    }
  }
  respell_include(edit, name);
  auto again = spf::parse_record(edit.text);
  if (again) return std::move(*again);
  if (mend_terms(edit)) return spf::parse_record(edit.text).value();
  return std::unexpected(describe(again.error(), edit.text));
}

// Takes includes of the name behind `all` away: nothing is read there.
void remove_dead_includes(RecordEdit& edit, const spf::Record& record, const dns::Name& name) {
  const std::size_t end = end_of_reading(record);
  bool removed = false;
  for (auto it = record.directives.rbegin(); it != record.directives.rend(); ++it) {
    if (!includes(record, *it, name) || it->span.begin < end) continue;
    // A term always has a space in front.
    edit.text.erase(it->span.begin - 1, it->span.end - it->span.begin + 1);
    removed = true;
  }
  if (removed) {
    edit.notes.push_back(
        fmt::format("`include:{}` stood behind `all`, where nothing is read (RFC "
                    "7208 section 5.1); it moves in front.",
                    name.text()));
  }
}

// The place of a new mechanism: before the first `all` and before redirect and exp that stand
// directly in front of it, or at the end.
void insert_include(RecordEdit& edit, const spf::Record& record, const dns::Name& name) {
  const auto is_trailing_modifier = [&](const Span& span) {
    return (record.redirect && record.redirect->span == span) ||
           (record.exp && record.exp->span == span);
  };
  const auto terms = tokens(record.text);
  const std::size_t end = end_of_reading(record);
  auto place = std::ranges::find_if(terms, [&](const Span& span) { return span.begin >= end; });
  while (place != terms.begin() && is_trailing_modifier(*std::prev(place))) --place;
  const std::string include = "include:" + name.text();
  if (place != terms.end()) {
    edit.text.insert(place->begin, include + " ");
  } else {
    edit.text.insert(terms.empty() ? kVersionEnd : terms.back().end, " " + include);
  }
}

void edit_record(RecordEdit& edit, const spf::Record& record, const dns::Name& name,
                 bool by_redirect) {
  const Directive* const include = first_include(record, name);
  if (in_force(record, name) && (by_redirect || include != nullptr)) return;
  if (include != nullptr) {
    edit.notes.push_back(
        fmt::format("The qualifier of `{}` makes a match something other than pass; it goes.",
                    shown(include->span.in(record.text))));
    edit.text.erase(include->span.begin, 1);
    return;
  }
  remove_dead_includes(edit, record, name);
  insert_include(edit, record, name);
}

// What stays as it is and is worth knowing; the edit never changes it.
void add_notes_on_meaning(std::vector<std::string>& notes, const spf::Record& before,
                          const spf::Record& after) {
  const auto& directives = after.directives;
  const std::size_t end = end_of_reading(after);
  const bool has_all = end < after.text.size();
  if (before.directives.size() == 1 && has_all &&
      before.directives.front().qualifier == Result::fail) {
    notes.insert(notes.begin(),
                 "The record declares that the domain sends no mail at all: confirm that it is to "
                 "send from now on.");
  }
  const auto all = std::ranges::find(directives, Mechanism::all, &Directive::mechanism);
  if (has_all && all->qualifier == Result::pass) {
    notes.push_back(
        "The record ends in `+all`, so anyone may send in this name; `~all` would end "
        "that.");
  }
  if (has_all && after.redirect) {
    notes.push_back(
        "`redirect=` is without effect beside `all` (RFC 7208 section 6.1) and stays "
        "so.");
  }
  if (has_all && directives.back().span.begin > end) {
    notes.push_back("Mechanisms behind `all` are never read (RFC 7208 section 5.1) and stay so.");
  }
  if (!has_all && after.redirect) {
    notes.push_back("All other addresses are still decided by the redirect.");
  }
  if (!has_all && !after.redirect) {
    notes.push_back(
        "The record has no `all`, so every other sender is neutral; it stays so. "
        "`~all` at the end would mark them as suspicious.");
  }
}

// `by_redirect`: a redirect that is followed does as well.
std::expected<RecordEdit, std::string> put_in_force(std::string_view text,
                                                    const dns::Name& include_name,
                                                    bool by_redirect) {
  RecordEdit edit{.text = std::string(text), .changed = false, .notes = {}};
  const auto record = read_mended(edit, include_name);
  if (!record) return std::unexpected(record.error());
  edit_record(edit, *record, include_name, by_redirect);
  edit.changed = edit.text != text;
  if (!edit.changed) return edit;
  const auto after = spf::parse_record(edit.text);
  if (!after || !in_force(*after, include_name)) {
    return std::unexpected(
        fmt::format("`include:{}` cannot be put into this record.", shown(include_name.text())));
  }
  add_notes_on_meaning(edit.notes, *record, *after);
  return edit;
}

}  // namespace

std::string describe(const spf::SyntaxError& error, std::string_view record) {
  return fmt::format(
      "The SPF record cannot be read at `{}` (octets {} to {}): {} (RFC 7208 section "
      "{}). Correct that term first.",
      shown(error.span.in(record)), error.span.begin + 1, error.span.end,
      dns::printable(error.message, kMessage), error.section);
}

std::expected<RecordEdit, std::string> with_include(std::string_view text,
                                                    const dns::Name& include_name) {
  return put_in_force(text, include_name, true);
}

std::expected<RecordEdit, std::string> with_own_include(std::string_view text,
                                                        const SharedInclude& shared,
                                                        const dns::Name& own_name) {
  const auto record = spf::parse_record(text);
  const Directive* include = record ? first_include(*record, shared.name) : nullptr;
  const bool has_own = record && first_include(*record, own_name) != nullptr;
  if (include == nullptr || has_own) return put_in_force(text, own_name, false);
  if (shared.stays) {
    auto edit = put_in_force(text, own_name, false);
    if (!edit) return edit;
    edit->notes.insert(edit->notes.begin(),
                       fmt::format("`include:{}` stays, since another account relies on it; the "
                                   "account's own name goes beside it.",
                                   shared.name.text()));
    return edit;
  }
  RecordEdit edit{.text = std::string(text), .changed = true, .notes = {}};
  edit.text.replace(include->span.begin, include->span.end - include->span.begin,
                    "include:" + own_name.text());
  edit.notes.push_back(
      fmt::format("`include:{}` is shared by all accounts; the account's own name takes its place.",
                  shared.name.text()));
  add_notes_on_meaning(edit.notes, *record, *record);
  return edit;
}

std::optional<std::string> with_include_before(const spf::Record& record,
                                               const dns::Name& include_name, std::size_t octet) {
  const Directive* include = first_include(record, include_name);
  if (include == nullptr || include->span.begin <= octet) return std::nullopt;
  const std::string term(include->span.in(record.text));
  std::string out = record.text;
  out.erase(include->span.begin - 1, term.size() + 1);
  out.insert(octet, term + " ");
  return out;
}

int direct_lookups(const spf::Record& record) {
  const std::size_t end = end_of_reading(record);
  const auto asked = std::ranges::count_if(record.directives, [&](const Directive& directive) {
    return directive.asks_dns() && directive.span.begin < end;
  });
  const bool redirected = record.redirect && end == record.text.size();
  return static_cast<int>(asked) + (redirected ? 1 : 0);
}

}  // namespace mandate::advice
