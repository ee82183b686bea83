// TXT records that were meant to be SPF records and are not.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mandate::advice {

struct NearMiss {
  std::string id;       ///< stable: `version-prefix`, `version-suffix`, `version-typo`, …
  std::string message;  ///< what is wrong, for a person; printable ASCII
  std::string fixed;    ///< the text with the fault mended: `spf::is_spf_record` holds for it
};

/// Looks at a TXT that is not an SPF record (`spf::is_spf_record` is false) and names what is
/// wrong with it when it was evidently meant to be one. Ids: `version-prefix` (`1v=spf1`,
/// `>v=spf1`, a leading space or quote), `version-suffix` (`v=spf10`, `v=spf1;`, `v=spf1include:…`,
/// a tab), `version-typo` (`v=spf`, `v=sfp1`, `v=spf2`, `v = spf1`), `version-missing`,
/// `literal-quotes`, `invisible-character`. Of several faults the first that stands in the way is
/// named; all are mended.
std::optional<NearMiss> near_miss(std::string_view txt);

/// Whether a TXT is an SPF record or was meant to be one: what makes way when the one record of a
/// name is published.
bool is_meant_as_record(std::string_view txt);

/// The text with characters of word processors and web pages made plain: no-break spaces to
/// spaces, zero-width ones and byte order marks removed, curly quotes to straight ones, long
/// dashes to hyphens. Nothing when it has none.
std::optional<std::string> without_invisible_characters(std::string_view text);

}  // namespace mandate::advice
