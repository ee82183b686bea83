#include "app/commands/scan_state.h"

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/json.hpp>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "app/exit_code.h"
#include "app/input_file.h"
#include "app/json_writer.h"

namespace mandate::app {
namespace {

constexpr std::size_t kStateLimit = std::size_t{64} << 20;

std::string text_of(const ScanState& state) {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  json.number("version", 1);
  json.string("scan", state.scan);
  json.number("lines", state.lines);
  json.key("ahead");
  json.begin_array();
  for (const std::uint64_t line : state.ahead) json.number(line);
  json.end_array();
  json.key("output");
  if (state.output) {
    json.begin_object();
    json.number("device", state.output->device);
    json.number("file", state.output->file);
    json.number("octets", state.output->octets);
    json.end_object();
  } else {
    json.null();
  }
  json.end_object();
  return out + "\n";
}

/// Throws boost::system::system_error, or std::exception of another kind, when it is no state.
ScanState state_of(const std::string& text) {
  const boost::json::object object = boost::json::parse(text).as_object();
  if (object.at("version").to_number<int>() != 1) throw std::invalid_argument("version");
  ScanState state{.scan = std::string(object.at("scan").as_string())};
  state.lines = object.at("lines").to_number<std::uint64_t>();
  for (const auto& line : object.at("ahead").as_array()) {
    state.ahead.insert(line.to_number<std::uint64_t>());
  }
  if (const auto* output = object.at("output").if_object()) {
    state.output = {.device = output->at("device").to_number<std::uint64_t>(),
                    .file = output->at("file").to_number<std::uint64_t>(),
                    .octets = output->at("octets").to_number<std::uint64_t>()};
  }
  return state;
}

std::unexpected<Failure> cannot_write(const std::string& path) {
  return fail(exit_code::output,
              fmt::format("cannot write --resume {}: {}", path, std::strerror(errno)));
}

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(file, text.data(), text.size());
    if (count < 0 && errno != EINTR) return false;
    text.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
  }
  return true;
}

/// So that a name that was put into a folder is there after a loss of power.
bool sync_folder_of(const std::string& path) {
  const std::filesystem::path folder = std::filesystem::path(path).parent_path();
  const int file =
      ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file < 0) return false;
  const bool done = ::fsync(file) == 0;
  ::close(file);
  return done;
}

}  // namespace

Attempt<std::optional<ScanState>> load_state(const std::string& path) {
  if (::access(path.c_str(), F_OK) != 0 && errno == ENOENT) return std::nullopt;
  const auto contents = read_input_file(path, kStateLimit);
  if (!contents) return fail(exit_code::no_input, contents.error() + "; --resume needs it");
  try {
    return state_of(*contents);
  } catch (const std::exception&) {
    return fail(exit_code::data,
                fmt::format("{} is no state of a scan; to begin anew, remove it", path));
  }
}

Attempt<void> save_state(const std::string& path, const ScanState& state) {
  const std::string draft = path + ".new";
  const int file = ::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (file < 0) return cannot_write(draft);
  const bool written = write_all(file, text_of(state)) && ::fsync(file) == 0;
  const auto failed = cannot_write(draft);
  ::close(file);
  if (!written) return failed;
  if (::rename(draft.c_str(), path.c_str()) != 0 || !sync_folder_of(path)) {
    return cannot_write(path);
  }
  return {};
}

std::optional<OutputPlace> place_of_output() {
  struct stat file{};
  if (::fstat(STDOUT_FILENO, &file) != 0 || !S_ISREG(file.st_mode)) return std::nullopt;
  // Where it is open for appending the offset says nothing before the first write.
  return OutputPlace{.device = file.st_dev,
                     .file = file.st_ino,
                     .octets = static_cast<std::uint64_t>(file.st_size)};
}

Attempt<void> cut_output(const ScanState& state) {
  if (!state.output) return {};
  const auto here = place_of_output();
  const bool is_same =
      here && here->device == state.output->device && here->file == state.output->file;
  if (!is_same) {
    if (!state.has_begun()) return {};
    return fail(exit_code::usage,
                "scan: the answers so far are in another file than this output: append to that "
                "one with >>, or begin anew without the file of --resume");
  }
  if (here->octets < state.output->octets) {
    return fail(exit_code::usage,
                fmt::format("scan: the output has {} octets, where {} were written: append to it "
                            "with >>, or begin anew without the file of --resume",
                            here->octets, state.output->octets));
  }
  const auto octets = static_cast<off_t>(state.output->octets);
  if (::ftruncate(STDOUT_FILENO, octets) != 0 || ::lseek(STDOUT_FILENO, octets, SEEK_SET) < 0) {
    return fail(exit_code::output, fmt::format("cannot write: {}", std::strerror(errno)));
  }
  return {};
}

}  // namespace mandate::app
