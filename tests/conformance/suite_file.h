// Files in the YAML format of the published RFC 7208 suite.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "mandate/dns/zone_file.h"
#include "mandate/spf/check_host.h"

namespace mandate::conformance {

struct Case {
  std::string name;
  spf::Request request;
  std::vector<spf::Result> acceptable;
  /// Compared when the result is fail; `DEFAULT` where the domain's own is not to be had.
  std::optional<std::string> explanation;
};

/// The DNS of one document, and the cases that are put to it.
struct Scenario {
  dns::ZoneData zones;
  std::set<dns::Name> silent;          ///< the whole name times out
  std::set<dns::Question> unanswered;  ///< one type of it does
  std::set<dns::Question> known;       ///< types given beside a time-out
  std::vector<Case> cases;

  dns::Fact ask(const dns::Question& question) const;
};

struct SuiteError {
  std::string file;
  std::size_t line = 0;  ///< from 1
  std::string message;   ///< what is wrong and how to mend it
  /// `FILE:LINE: MESSAGE`
  std::string text() const;
};

/// Reads a suite whole: what is not understood is an error, so that no case is left out unseen.
/// Texts stand for octets, code points up to U+00FF for one each: UTF-8 is written `\xc3\xa9`.
std::expected<std::vector<Scenario>, SuiteError> read_suite(std::string_view contents,
                                                            const std::string& file);

}  // namespace mandate::conformance
