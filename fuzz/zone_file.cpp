// Octets as a zone file. What is read must answer every question about its own records, and give
// the same records when written out and read again.
#include "mandate/dns/zone_file.h"

#include <string>
#include <string_view>

#include "require.h"

namespace {

using namespace mandate::dns;
using mandate::fuzz::require;

void require_printable(std::string_view text) {
  for (const char c : text) require(c >= 0x20 && c < 0x7f);
}

/// A name of the file for each of its words, so that questions hit what it has.
std::vector<Question> questions_about(std::string_view contents) {
  std::vector<Question> questions;
  while (!contents.empty() && questions.size() < 256) {
    const std::size_t end = contents.find_first_of(" \t\r\n();\"");
    if (const auto name = Name::parse(contents.substr(0, end))) {
      for (const RecordType type : {RecordType::txt, RecordType::a, RecordType::cname}) {
        questions.push_back({*name, type});
      }
    }
    contents.remove_prefix(end == std::string_view::npos ? contents.size() : end + 1);
  }
  return questions;
}

/// Whether a DNAME above a name answers in its place (RFC 6672 section 2.2).
bool is_hidden(const ZoneData& zone, Name name) {
  for (name = name.parent(); !name.is_root(); name = name.parent()) {
    if (zone.find({name, RecordType::dname}) != nullptr) return true;
  }
  return false;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view contents = mandate::fuzz::octets(data, size);
  ZoneData zone;
  const auto added = zone.add_file(contents, "fuzz.zone");
  if (!added) {
    require(zone.size() == 0 && added.error().line >= 1);
    require_printable(added.error().text());
    return 0;
  }
  for (const Question& question : questions_about(contents)) {
    const Fact fact = zone.lookup(question, {});
    require((fact.status == Fact::Status::found) == !fact.records.empty());
    const std::vector<Record>* records = zone.find(question);
    if (records == nullptr || is_hidden(zone, question.name)) continue;
    require(fact.records.size() == records->size());
    std::string written;
    for (const Record& record : *records) written += text(record) + '\n';
    ZoneData copy;
    require(copy.add_file(written, "copy.zone").has_value());
    require(copy.find(question) != nullptr && *copy.find(question) == *records);
  }
  return 0;
}
