#include "advice/publication.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "advice/near_miss.h"
#include "advice/record_merge.h"
#include "dns/printable.h"
#include "mandate/spf/record.h"

namespace mandate::advice {
namespace {

constexpr std::size_t kMaxString = 255;  // octets of a character-string (RFC 1035 section 3.3)
constexpr std::size_t kRoomy = 450;      // below it an answer fits 512 octets (RFC 7208 3.4)

// What stands at the name today.
struct Observed {
  std::vector<std::string> records;
  std::vector<NearMiss> misses;
  std::vector<std::string> texts;  // of both, to show
};

// The texts of an answer, the shorter first: the records of a set have no order (RFC 2181 section
// 5), and advice must not change from one answer to the next.
std::vector<std::string> texts_of(const dns::Fact& fact) {
  std::vector<std::string> out;
  for (const dns::RecordData& data : fact.records) {
    if (const auto* txt = std::get_if<dns::TxtData>(&data)) out.push_back(txt->joined());
  }
  std::ranges::sort(out, [](const std::string& one, const std::string& other) {
    return std::pair(one.size(), std::string_view(one)) <
           std::pair(other.size(), std::string_view(other));
  });
  return out;
}

Observed observe(const dns::Fact& fact) {
  Observed out;
  for (std::string& text : texts_of(fact)) {
    auto miss = near_miss(text);
    const bool is_record = spf::is_spf_record(text);
    if (is_record || miss) out.texts.push_back(dns::printable(text, text.size()));
    if (is_record) out.records.push_back(std::move(text));
    if (miss) out.misses.push_back(std::move(*miss));
  }
  return out;
}

void append(std::vector<std::string>& notes, std::vector<std::string> more) {
  notes.insert(notes.end(), std::move_iterator(more.begin()), std::move_iterator(more.end()));
}

Publication cannot(Publication publication, std::string note) {
  publication.verdict = Publication::Verdict::cannot;
  publication.value.clear();
  publication.notes.push_back(std::move(note));
  return publication;
}

Publication first_record(Publication publication, const dns::Fact& fact,
                         const dns::Name& include_name) {
  const std::string bare = "v=spf1 include:" + include_name.text();
  publication.verdict = Publication::Verdict::add;
  publication.value = bare + " ~all";
  publication.notes.push_back(
      "This is the domain's first SPF record: it turns every other sender of the domain from none "
      "into softfail. Add the other hosts that send for the domain before publishing it.");
  publication.notes.push_back(
      fmt::format("`{}` without `~all` is the form that changes no other sender's standing for the "
                  "worse: they become neutral.",
                  bare));
  if (fact.status == dns::Fact::Status::no_such_name) {
    publication.notes.push_back(
        fmt::format("{} does not exist in the DNS today: check that it is the right name.",
                    fact.question.name.text()));
  }
  return publication;
}

// Of a name that nobody else sends with: what does not come from the provider is forged.
Publication only_record(Publication publication, const dns::Name& include_name) {
  publication.verdict = Publication::Verdict::add;
  publication.value = fmt::format("v=spf1 include:{} -all", include_name.text());
  return publication;
}

// The records, or the mended near misses where there is none. Beside a record a near miss has no
// effect, and mending it would give it one.
std::vector<std::string> records_to_edit(Observed observed, std::vector<std::string>& notes) {
  if (!observed.records.empty()) {
    for (const NearMiss& miss : observed.misses) {
      notes.push_back(
          "Beside the SPF record stands a text that was meant to be one and has no "
          "effect; delete it. " +
          miss.message);
    }
    return std::move(observed.records);
  }
  std::vector<std::string> mended;
  for (NearMiss& miss : observed.misses) {
    notes.push_back(std::move(miss.message));
    mended.push_back(std::move(miss.fixed));
  }
  return mended;
}

void add_notes_on_size(Publication& publication) {
  const std::size_t size = publication.value.size();
  if (size > kMaxString) {
    publication.notes.push_back(
        fmt::format("The record has {} octets: publish it as several character-strings of at most "
                    "{} octets in one TXT record, the spaces between terms kept inside them (RFC "
                    "7208 section 3.3).",
                    size, kMaxString));
  }
  if (size > kRoomy) {
    publication.notes.push_back(
        fmt::format("Beyond {} octets the answer may not fit a UDP packet everywhere (RFC 7208 "
                    "section 3.4): shorten the record.",
                    kRoomy));
  }
}

}  // namespace

bool can_be_included(const dns::Name& name) {
  const std::string text = name.text();
  return text.find_first_of("\\%") == text.npos &&
         spf::parse_record("v=spf1 include:" + text).has_value();
}

std::string cannot_be_included(const dns::Name& name) {
  return fmt::format("`{}` cannot be written in an SPF record: configure another include name.",
                     dns::printable(name.text()));
}

std::string_view text(Publication::Verdict verdict) {
  switch (verdict) {
    case Publication::Verdict::nothing_to_do:
      return "nothing_to_do";
    case Publication::Verdict::add:
      return "add";
    case Publication::Verdict::change:
      return "change";
    case Publication::Verdict::cannot:
      return "cannot";
  }
  return "cannot";
}

Publication publication(const dns::Fact& txt, const dns::Name& include_name,
                        const std::optional<SharedInclude>& shared, bool exclusive) {
  Publication out;
  if (txt.status == dns::Fact::Status::failed) {
    return cannot(std::move(out),
                  fmt::format("The DNS could not be asked for {}, so the record to publish is not "
                              "known: {}. Try again later.",
                              dns::text(txt.question), dns::printable(txt.detail, kMaxString)));
  }
  if (!can_be_included(include_name)) {
    return cannot(std::move(out), cannot_be_included(include_name));
  }
  Observed observed = observe(txt);
  out.observed = std::move(observed.texts);
  if (out.observed.empty()) {
    return exclusive ? only_record(std::move(out), include_name)
                     : first_record(std::move(out), txt, include_name);
  }

  const bool mend = observed.records.empty();
  std::vector<std::string> records = records_to_edit(std::move(observed), out.notes);
  const bool several = records.size() > 1;
  if (several) {
    auto merge = merged(records);
    if (!merge) return cannot(std::move(out), std::move(merge.error()));
    append(out.notes, std::move(merge->notes));
    records = {std::move(merge->text)};
  }
  auto edit = shared ? with_own_include(records.front(), *shared, include_name)
                     : with_include(records.front(), include_name);
  if (!edit) return cannot(std::move(out), std::move(edit.error()));
  append(out.notes, std::move(edit->notes));
  out.value = std::move(edit->text);
  const bool changed = edit->changed || several || mend;
  out.verdict = changed ? Publication::Verdict::change : Publication::Verdict::nothing_to_do;
  if (changed) add_notes_on_size(out);
  return out;
}

}  // namespace mandate::advice
