// The authoritative view as a person reads it, and as JSON.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <utility>
#include <vector>

#include "app/terminal.h"
#include "resolver/authority_client.h"
#include "resolver/authority_finding.h"

namespace mandate::app {

/// A view, and what is wrong in it.
struct AuthorityReport {
  explicit AuthorityReport(resolver::AuthorityView seen)
      : view(std::move(seen)), findings(resolver::findings_of(view)) {}

  resolver::AuthorityView view;
  std::vector<resolver::AuthorityFinding> findings;
};

/// The way of delegation, a table of server and record, what is wrong, and when caches will have
/// turned.
std::string authority_text(const AuthorityReport& report, const Palette& palette);

/// The object of docs/cli.md.
boost::json::value authority_json(const AuthorityReport& report);

}  // namespace mandate::app
