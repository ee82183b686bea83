// What a domain's admin is to publish so that the provider's include is in force.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "advice/record_edit.h"
#include "mandate/dns/facts.h"
#include "mandate/dns/name.h"

namespace mandate::advice {

struct Publication {
  enum class Verdict : std::uint8_t {
    nothing_to_do,  ///< the record has the include, in force
    add,            ///< there is no record: publish `value`
    change,         ///< replace `observed` by `value`
    cannot,         ///< no edit can be proposed; `notes` say why
  };
  Verdict verdict = Verdict::cannot;
  std::string value;                  ///< the whole record to publish
  std::vector<std::string> observed;  ///< the SPF records and near misses found today
  std::vector<std::string> notes;     ///< for people, in order of weight
};

/// Whether a record can name it. One with octets that need escapes, or that read as macros, has no
/// form there, and the sentence says so.
bool can_be_included(const dns::Name& name);
std::string cannot_be_included(const dns::Name& name);

/// `nothing_to_do`, `add`, `change`, `cannot`.
std::string_view text(Publication::Verdict verdict);

/// From the TXT answer at the domain alone: neither what other names do nor the limits are looked
/// at, see `plan`. The text outside the edit is kept byte for byte; the include goes before the
/// first `all` and before a trailing redirect or exp; a second record is never proposed: several
/// are merged into one, the shorter first; near misses are mended in place. `shared` is set where
/// the include is an account's own (`with_own_include`). `exclusive`: nobody else sends with the
/// name, so that a first record ends with `-all`.
Publication publication(const dns::Fact& txt, const dns::Name& include_name,
                        const std::optional<SharedInclude>& shared = std::nullopt,
                        bool exclusive = false);

}  // namespace mandate::advice
