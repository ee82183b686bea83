// Which of a name's TXT records is its SPF record, and what it says (RFC 7208 sections 4.4 to 4.6).
#pragma once

#include <optional>
#include <string_view>

#include "mandate/dns/facts.h"
#include "mandate/spf/known_records.h"
#include "mandate/spf/readings.h"

namespace mandate::spf {

/// Into `out`, which is as new: it is large, and each check has several.
void select_record(const dns::Fact& txt, Readings readings, SelectedRecord& out);

/// `is_spf_record`, under other readings.
bool is_record(std::string_view text, Readings readings);

/// Reads the terms of an SPF record into `record`; on an error `record` has those before it.
std::optional<SyntaxError> parse_terms(std::string_view text, Record& record,
                                       Readings readings = {});

}  // namespace mandate::spf
