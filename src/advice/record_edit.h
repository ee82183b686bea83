// One SPF record, edited so that an include is in force; what is not edited stays byte for byte.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mandate/dns/name.h"
#include "mandate/spf/record.h"

namespace mandate::advice {

struct RecordEdit {
  std::string text;                ///< the whole record
  bool changed = false;            ///< false: the include was in force already
  std::vector<std::string> notes;  ///< for people, in order of weight; printable ASCII
};

/// Puts `include:<name>` in force in a text for which `spf::is_spf_record` holds: mends an include
/// of that name that is written wrongly, has another qualifier than pass or stands behind `all`;
/// else adds it before the first `all` and before a run of redirect and exp that stands there or
/// at the end. No other term is touched, unless the record cannot be read: then its terms are
/// mended as `lint` has it. A redirect to that name, where it is followed, is as good as the
/// include. The limits are not looked at. The error says, in a sentence, why no edit is possible.
std::expected<RecordEdit, std::string> with_include(std::string_view record,
                                                    const dns::Name& include_name);

/// The name that all accounts of a provider share, of which an account's own is one below.
struct SharedInclude {
  dns::Name name;
  bool stays = false;  ///< another account relies on it
};

/// The same of an account's own name: an include of the shared one that is in force and passes
/// makes way for it, unless it is to stay. A redirect does not do, since only an include shows
/// whose the domain is.
std::expected<RecordEdit, std::string> with_own_include(std::string_view record,
                                                        const SharedInclude& shared,
                                                        const dns::Name& own_name);

/// A record in which the include is in force, with the include moved in front of the mechanism
/// that begins at that octet; nothing when it stands in front of it already.
std::optional<std::string> with_include_before(const spf::Record& record,
                                               const dns::Name& include_name, std::size_t octet);

/// DNS lookups that the record itself makes certain, whatever its includes add.
int direct_lookups(const spf::Record& record);

/// A sentence on a record that cannot be read: the term, where it stands, why, and the section.
std::string describe(const spf::SyntaxError& error, std::string_view record);

}  // namespace mandate::advice
