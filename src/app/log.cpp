#include "app/log.h"

#include <fmt/chrono.h>
#include <fmt/core.h>
#include <spdlog/formatter.h>
#include <spdlog/sinks/stdout_sinks.h>

#include <boost/json.hpp>
#include <chrono>

#include "app/terminal.h"

namespace mandate::app {
namespace {

std::string utc(spdlog::log_clock::time_point time) {
  const auto since = time.time_since_epoch();
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(since).count() % 1000;
  return fmt::format("{:%Y-%m-%dT%H:%M:%S}.{:03}Z", fmt::gmtime(spdlog::log_clock::to_time_t(time)),
                     milliseconds);
}

/// What a payload says: a JSON object (`event`, or a line with fields of another room) as it is,
/// any other text as the message. Every such object is made by this program, never copied from
/// outside.
boost::json::object fields_of(std::string_view payload) {
  if (payload.starts_with('{')) {
    boost::json::error_code error;
    boost::json::value value = boost::json::parse(payload, error);
    if (!error && value.is_object()) return std::move(value.get_object());
  }
  return {{"message", json_text(payload)}};
}

std::string_view level_name(spdlog::level::level_enum level) {
  const spdlog::string_view_t name = spdlog::level::to_string_view(level);
  return {name.data(), name.size()};
}

class JsonLines final : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& line, spdlog::memory_buf_t& out) override {
    boost::json::object object{{"time", utc(line.time)}, {"level", level_name(line.level)}};
    const boost::json::object fields = fields_of({line.payload.data(), line.payload.size()});
    for (const auto& [name, value] : fields) object.emplace(name, value);  // keeps time and level
    const std::string text = boost::json::serialize(object) + '\n';
    out.append(text.data(), text.data() + text.size());
  }
  std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<JsonLines>();
  }
};

class TextLines final : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& line, spdlog::memory_buf_t& out) override {
    const boost::json::object fields = fields_of({line.payload.data(), line.payload.size()});
    std::string text = fmt::format("{} {}", utc(line.time), level_name(line.level));
    if (const auto* message = fields.if_contains("message"); message && message->is_string()) {
      text += " " + printable(std::string_view(message->get_string()));
    }
    for (const auto& [name, value] : fields) {
      if (name == "message") continue;
      text += fmt::format(" {}={}", printable(std::string_view(name)),
                          printable(boost::json::serialize(value)));
    }
    text += '\n';
    out.append(text.data(), text.data() + text.size());
  }
  std::unique_ptr<spdlog::formatter> clone() const override {
    return std::make_unique<TextLines>();
  }
};

spdlog::level::level_enum level_of(LogLevel level) {
  switch (level) {
    case LogLevel::debug:
      return spdlog::level::debug;
    case LogLevel::info:
      return spdlog::level::info;
    case LogLevel::warning:
      return spdlog::level::warn;
    case LogLevel::error:
      break;
  }
  return spdlog::level::err;
}

}  // namespace

std::shared_ptr<spdlog::logger> make_logger(LogLevel level, LogFormat format) {
  auto sink = std::make_shared<spdlog::sinks::stderr_sink_mt>();
  auto logger = std::make_shared<spdlog::logger>("mandate", std::move(sink));
  if (format == LogFormat::json) {
    logger->set_formatter(std::make_unique<JsonLines>());
  } else {
    logger->set_formatter(std::make_unique<TextLines>());
  }
  logger->set_level(level_of(level));
  logger->flush_on(spdlog::level::debug);
  return logger;
}

std::string event(std::string_view message, LogFields fields) {
  boost::json::object object{{"message", json_text(message)}};
  for (const auto& [name, value] : fields) object.emplace(name, json_text(value));
  return boost::json::serialize(object);
}

}  // namespace mandate::app
