#include "mandate/spf/result.h"

#include <array>
#include <utility>

namespace mandate::spf {
namespace {

constexpr std::array<std::pair<Result, std::string_view>, 7> kResults{{
    {Result::none, "none"},
    {Result::neutral, "neutral"},
    {Result::pass, "pass"},
    {Result::fail, "fail"},
    {Result::softfail, "softfail"},
    {Result::temperror, "temperror"},
    {Result::permerror, "permerror"},
}};

}  // namespace

std::string_view text(Result result) {
  for (const auto& [value, name] : kResults) {
    if (value == result) return name;
  }
  return "none";
}

std::optional<Result> parse_result(std::string_view text) {
  for (const auto& [value, name] : kResults) {
    if (name == text) return value;
  }
  return std::nullopt;
}

}  // namespace mandate::spf
