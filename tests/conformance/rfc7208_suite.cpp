// Runs SPF test suites in the format of the published RFC 7208 suite against the engine.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <expected>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

#include "dns/printable.h"
#include "suite_file.h"

using namespace mandate;
using conformance::Case;
using conformance::Scenario;

namespace {

constexpr int kUsage = 64;
constexpr std::string_view kHelp =
    R"(usage: rfc7208_suite FILE…

Runs the cases of SPF test suites, files in the YAML format of the published RFC 7208 suite.
Prints each failing case as `name: expected …, got …, because …`, then `N passed, N failed`.
Where several results are listed each is accepted; an explanation is compared when it is fail.

Exit codes: 0 every case passed, 1 a case failed, 64 the call or a file is wrong.

Example: rfc7208_suite tests/conformance/mandate.yml
)";

spf::Verdict evaluate(const Scenario& scenario, const spf::Request& request) {
  dns::Facts facts;
  for (;;) {
    auto outcome = spf::check_host(request, facts);
    if (auto* verdict = std::get_if<spf::Verdict>(&outcome)) return std::move(*verdict);
    for (const auto& question : std::get<spf::Questions>(outcome)) {
      facts.add(scenario.ask(question));
    }
  }
}

std::string reason_of(const spf::Verdict& verdict) {
  if (!verdict.problem.empty()) return dns::printable(verdict.problem);
  if (!verdict.decided_by) return "no term matched";
  return fmt::format("of {} in the record of {}", dns::printable(verdict.decided_by->term()),
                     dns::printable(verdict.decided_by->domain()));
}

/// Nothing when the case passes, else why it does not.
std::optional<std::string> failure(const Scenario& scenario, const Case& test) {
  const spf::Verdict verdict = evaluate(scenario, test.request);
  if (std::ranges::find(test.acceptable, verdict.result) == test.acceptable.end()) {
    std::vector<std::string_view> acceptable;
    acceptable.reserve(test.acceptable.size());
    for (const spf::Result result : test.acceptable) acceptable.push_back(spf::text(result));
    return fmt::format("expected {}, got {}, because {}", fmt::join(acceptable, " or "),
                       spf::text(verdict.result), reason_of(verdict));
  }
  if (!test.explanation || verdict.result != spf::Result::fail) return std::nullopt;
  const std::string explained = verdict.explanation.empty() ? "DEFAULT" : verdict.explanation;
  if (explained == *test.explanation) return std::nullopt;
  return fmt::format(R"(expected the explanation "{}", got "{}", because {})",
                     dns::printable(*test.explanation), dns::printable(explained),
                     reason_of(verdict));
}

/// The error is a line for a person.
std::expected<std::vector<Scenario>, std::string> read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path)) {
    return std::unexpected(
        fmt::format("{}: the file cannot be read; give the path of a suite in YAML", path));
  }
  const std::string contents{std::istreambuf_iterator<char>(file), {}};
  auto scenarios = conformance::read_suite(contents, path);
  if (!scenarios) return std::unexpected(scenarios.error().text());
  return std::move(*scenarios);
}

int run(const std::vector<Scenario>& scenarios) {
  int passed = 0;
  int failed = 0;
  for (const Scenario& scenario : scenarios) {
    for (const Case& test : scenario.cases) {
      const auto why = failure(scenario, test);
      ++(why ? failed : passed);
      if (why) fmt::print("{}: {}\n", dns::printable(test.name), *why);
    }
  }
  fmt::print("{} passed, {} failed\n", passed, failed);
  return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  if (std::ranges::any_of(arguments, [](const auto& a) { return a == "--help" || a == "-h"; })) {
    fmt::print("{}", kHelp);
    return EXIT_SUCCESS;
  }
  if (arguments.empty()) {
    fmt::print(stderr, "{}", kHelp);
    return kUsage;
  }
  std::vector<Scenario> scenarios;
  for (const std::string& argument : arguments) {
    if (argument.starts_with('-')) {
      fmt::print(stderr, "{}\nrfc7208_suite: {} is not understood\n", kHelp, argument);
      return kUsage;
    }
    auto read = read_file(argument);
    if (!read) {
      fmt::print(stderr, "rfc7208_suite: {}\n", read.error());
      return kUsage;
    }
    std::ranges::move(*read, std::back_inserter(scenarios));
  }
  return run(scenarios);
}
