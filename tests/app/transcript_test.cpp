// Transcripts: what the real program prints, held against what it printed when a person last read
// it. `MANDATE_RECORD_TRANSCRIPTS=1 build/dev/tests/app_tests --gtest_filter='Transcripts.*'`
// writes them anew; read the difference before it is committed.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "program.h"

namespace mandate::app::testing {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrompt = "$ ";

std::string read(const fs::path& path) {
  std::ifstream file(path);
  std::stringstream out;
  out << file.rdbuf();
  return out.str();
}

/// The commands of a transcript: its lines that begin with a prompt.
std::vector<std::string> commands_of(const std::string& transcript) {
  std::vector<std::string> out;
  std::istringstream lines(transcript);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(kPrompt)) out.push_back(line.substr(kPrompt.size()));
  }
  return out;
}

/// What a shell in the folder of the transcripts shows of a command, the exit code at the end when
/// it is not 0.
std::string shown_of(const std::string& command, const std::string& path) {
  const TemporaryFolder folder;
  const std::string script =
      folder.write("script", "cd '" MANDATE_TRANSCRIPTS "'\nPATH='" + path +
                                 "':$PATH\nexport TERM=dumb\nexec 2>&1\n" + command +
                                 "\nresult=$?\n[ $result -eq 0 ] || echo \"exit $result\"\n");
  FILE* pipe = ::popen(("exec sh '" + script + "' < /dev/null").c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("no shell");
  std::string out;
  std::array<char, 4096> chunk{};
  while (const std::size_t count = std::fread(chunk.data(), 1, chunk.size(), pipe)) {
    out.append(chunk.data(), count);
  }
  ::pclose(pipe);
  return out;
}

std::string run_again(const std::string& transcript, const std::string& path) {
  std::string out;
  for (const std::string& command : commands_of(transcript)) {
    out += std::string(out.empty() ? "" : "\n") + std::string(kPrompt) + command + "\n" +
           shown_of(command, path);
  }
  return out;
}

TEST(Transcripts, AreWhatTheProgramPrints) {
  const TemporaryFolder folder;
  fs::create_symlink(MANDATE_BINARY, folder / "mandate");
  std::size_t commands = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(MANDATE_TRANSCRIPTS)) {
    if (entry.path().extension() != ".txt") continue;
    SCOPED_TRACE(entry.path().filename().string());
    const std::string kept = read(entry.path());
    commands += commands_of(kept).size();
    const std::string now = run_again(kept, folder.path());
    if (std::getenv("MANDATE_RECORD_TRANSCRIPTS") != nullptr) std::ofstream(entry.path()) << now;
    EXPECT_EQ(now, kept);
  }
  EXPECT_GT(commands, 0U);
}

}  // namespace
}  // namespace mandate::app::testing
