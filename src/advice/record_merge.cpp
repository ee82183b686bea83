#include "advice/record_merge.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "advice/record_edit.h"
#include "mandate/spf/record.h"
#include "spf/ascii.h"

namespace mandate::advice {
namespace {

using spf::Mechanism;

// The union, growing record by record.
class Union {
 public:
  void add(const spf::Record& record) {
    const auto& directives = record.directives;
    const auto all = std::ranges::find(directives, Mechanism::all, &spf::Directive::mechanism);
    for (auto it = directives.begin(); it != all; ++it) {
      add_once(mechanisms_, it->span.in(record.text));
    }
    for (const spf::Modifier& modifier : record.unknown) {
      add_once(unknown_, modifier.span.in(record.text));
    }
    if (record.exp) add_once(exps_, record.exp->span.in(record.text));
    const bool has_all = all != directives.end();
    if (has_all) {
      add_once(alls_, all->span.in(record.text));
      qualifiers_.insert(all->qualifier);
    } else if (record.redirect) {
      add_once(redirects_, record.redirect->span.in(record.text));
    }
    ++(has_all ? with_all_ : record.redirect ? with_redirect_ : open_);
  }

  std::expected<RecordMerge, std::string> result(std::string_view version) const {
    if (redirects_.size() > 1 || (with_redirect_ > 0 && with_all_ > 0)) {
      return std::unexpected(
          "The SPF records exclude each other: one hands over by `redirect=`, which another record "
          "contradicts. Decide which policy holds and delete the other records.");
    }
    RecordMerge merge{.text = std::string(version), .notes = {}};
    merge.notes.push_back(
        "There are several SPF records, so receivers use none of them (RFC 7208 section 4.5). Put "
        "this one in the place of one of them and delete the others, at the same time.");
    for (const auto* terms : {&mechanisms_, &unknown_, &redirects_}) {
      for (const std::string& term : *terms) append(merge.text, term);
    }
    if (!exps_.empty()) append(merge.text, exps_.front());
    if (exps_.size() > 1) merge.notes.push_back("Of several `exp=` the first is kept.");
    if (with_all_ > 0) append(merge.text, merged_all(merge.notes));
    return merge;
  }

 private:
  static void append(std::string& text, std::string_view term) {
    text += ' ';
    text += term;
  }

  void add_once(std::vector<std::string>& terms, std::string_view term) {
    // The case of a macro letter has a meaning (RFC 7208 section 7.3).
    const bool has_macro = term.find('%') != term.npos;
    if (seen_.insert(has_macro ? std::string(term) : spf::lower(term)).second) {
      terms.emplace_back(term);
    }
  }

  std::string merged_all(std::vector<std::string>& notes) const {
    if (qualifiers_.size() == 1 && open_ == 0) return alls_.front();
    notes.push_back(
        "The records end differently for all other senders; `~all` is the middle way. "
        "Confirm it, or choose one of theirs.");
    return "~all";
  }

  std::set<std::string> seen_;  // terms as they are compared
  std::vector<std::string> mechanisms_;
  std::vector<std::string> unknown_;
  std::vector<std::string> redirects_;
  std::vector<std::string> exps_;
  std::vector<std::string> alls_;
  std::set<spf::Result> qualifiers_;  // of `all`
  int with_all_ = 0;                  // records, by how they end
  int with_redirect_ = 0;
  int open_ = 0;
};

}  // namespace

std::expected<RecordMerge, std::string> merged(const std::vector<std::string>& records) {
  Union all_terms;
  for (const std::string& text : records) {
    const auto record = spf::parse_record(text);
    if (!record) return std::unexpected(describe(record.error(), text));
    all_terms.add(*record);
  }
  constexpr std::size_t kVersionEnd = 6;  // of `v=spf1`
  const std::string_view version = records.empty()
                                       ? std::string_view("v=spf1")
                                       : std::string_view(records.front()).substr(0, kVersionEnd);
  return all_terms.result(version);
}

}  // namespace mandate::advice
