#include "app/commands/batch.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/json.hpp>
#include <cerrno>
#include <cstring>
#include <expected>
#include <optional>

#include "app/commands/check_report.h"
#include "app/commands/line_answers.h"
#include "app/exit_code.h"
#include "app/failure.h"
#include "app/line_reader.h"

namespace mandate::app {
namespace {

using Given = std::optional<std::string>;

std::expected<Given, std::string> string_field(const boost::json::object& object,
                                               std::string_view name) {
  const boost::json::value* value = object.if_contains(name);
  if (value == nullptr || value->is_null()) return std::nullopt;
  if (!value->is_string()) return std::unexpected(fmt::format("{} is not a string", name));
  return std::string(std::string_view(value->get_string()));
}

std::expected<spf::Request, std::string> parse_line(std::string_view line) {
  constexpr std::array<std::string_view, 3> known = {"ip", "mail_from", "helo"};
  boost::json::error_code error;
  const boost::json::value parsed = boost::json::parse(line, error);
  if (error) return std::unexpected(fmt::format("the line is not JSON: {}", error.message()));
  if (!parsed.is_object()) return std::unexpected("the line is not a JSON object");
  const boost::json::object& object = parsed.get_object();
  for (const auto& [name, value] : object) {
    if (std::ranges::count(known, std::string_view(name)) == 0) {
      return std::unexpected(fmt::format("\"{}\" is not a known field: ip, mail_from, helo are",
                                         std::string_view(name)));
    }
  }
  const auto ip = string_field(object, "ip");
  if (!ip) return std::unexpected(ip.error());
  if (!*ip) return std::unexpected("ip is missing");
  const auto mail_from = string_field(object, "mail_from");
  if (!mail_from) return std::unexpected(mail_from.error());
  const auto helo = string_field(object, "helo");
  if (!helo) return std::unexpected(helo.error());
  return receiver_request(**ip, *mail_from, *helo);
}

std::expected<spf::Request, std::string> read_request(const LineReader::Line& line) {
  if (line.too_long) return std::unexpected(line_too_long().message);
  return parse_line(line.text);
}

}  // namespace

int check_batch(const std::string& file, resolver::Lookup& lookup,
                std::chrono::milliseconds timeout) {
  auto reader = LineReader::open(file, line_limit);
  if (!reader) return report({exit_code::no_input, reader.error() + "; --batch needs a file"});
  std::size_t number = 0;
  std::size_t wrong = 0;
  for (;;) {
    const auto line = reader->next();
    if (!line) return report({exit_code::no_input, line.error()});
    if (!*line) break;
    ++number;
    std::string answer;
    if (const auto request = read_request(**line)) {
      answer =
          check_json(check_as_receiver(*request, lookup, timeout, Detail::brief), Detail::brief);
    } else {
      ++wrong;
      answer =
          boost::json::serialize(boost::json::object{{"error", request.error()}, {"line", number}});
    }
    fmt::print("{}\n", answer);
    if (std::fflush(stdout) != 0) {
      return report({exit_code::output, fmt::format("cannot write: {}", std::strerror(errno))});
    }
  }
  if (wrong != 0) fmt::print(stderr, "mandate: {} of {} lines were wrong\n", wrong, number);
  return wrong == 0 ? exit_code::done : exit_code::refused;
}

}  // namespace mandate::app
