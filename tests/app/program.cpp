#include "program.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>

extern char** environ;

namespace mandate::app::testing {
namespace {

constexpr int patience_milliseconds = 30'000;  // far above what anything here takes

struct Pipe {
  int read = -1;
  int write = -1;
  Pipe() {
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    read = ends[0];
    write = ends[1];
  }
};

void close_end(int& end) {
  if (end >= 0) ::close(end);
  end = -1;
}

std::vector<std::string> environment_of(const Environment& extra) {
  std::vector<std::string> all;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string text = *entry;
    if (!text.starts_with("MANDATE_")) all.push_back(text);
  }
  for (const auto& [name, value] : extra) all.push_back(name + "=" + value);
  return all;
}

std::vector<char*> pointers(std::vector<std::string>& texts) {
  std::vector<char*> all;
  for (std::string& text : texts) all.push_back(text.data());
  all.push_back(nullptr);
  return all;
}

}  // namespace

TemporaryFolder::TemporaryFolder() {
  std::string pattern = (std::filesystem::temp_directory_path() / "mandate-app-XXXXXX").string();
  if (::mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no folder: " + pattern);
  path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code error;
  std::filesystem::remove_all(path_, error);
}

std::string TemporaryFolder::write(const std::string& name, const std::string& contents) const {
  std::string path = path_ + "/" + name;
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << contents;
  if (!file.flush()) throw std::runtime_error("cannot write " + path);
  return path;
}

Program::Program(const std::vector<std::string>& arguments, const Environment& environment) {
  ::signal(SIGPIPE, SIG_IGN);  // a program may end before it has read its input
  Pipe in;
  Pipe out;
  Pipe err;
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.read, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out.write, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, err.write, STDERR_FILENO);
  std::vector<std::string> words = arguments;
  words.insert(words.begin(), MANDATE_BINARY);
  std::vector<std::string> variables = environment_of(environment);
  const int error = ::posix_spawn(&pid_, MANDATE_BINARY, &actions, nullptr, pointers(words).data(),
                                  pointers(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  for (int* end : {&in.read, &out.write, &err.write}) close_end(*end);
  in_ = in.write;
  out_pipe_ = out.read;
  err_pipe_ = err.read;
  if (error != 0) throw std::runtime_error("cannot run " MANDATE_BINARY);
}

Program::~Program() {
  if (pid_ > 0) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
  }
  for (int* end : {&in_, &out_pipe_, &err_pipe_}) close_end(*end);
}

void Program::write(const std::string& text) {
  std::size_t written = 0;
  while (written < text.size()) {
    const ssize_t count = ::write(in_, text.data() + written, text.size() - written);
    if (count < 0) return;  // the program does not want more
    written += static_cast<std::size_t>(count);
  }
}

void Program::close_input() {
  close_end(in_);
}

void Program::signal(int number) {
  ::kill(pid_, number);
}

bool Program::pump() {
  std::array<pollfd, 2> waits = {pollfd{out_pipe_, POLLIN, 0}, pollfd{err_pipe_, POLLIN, 0}};
  if (out_pipe_ < 0 && err_pipe_ < 0) return false;
  if (::poll(waits.data(), waits.size(), patience_milliseconds) <= 0) return false;
  const auto take = [](const pollfd& wait, int& end, std::string& target) {
    if (wait.revents == 0) return;
    std::array<char, 65536> buffer;
    const ssize_t count = ::read(end, buffer.data(), buffer.size());
    if (count <= 0) {
      close_end(end);
    } else {
      target.append(buffer.data(), static_cast<std::size_t>(count));
    }
  };
  take(waits[0], out_pipe_, out_);
  take(waits[1], err_pipe_, err_);
  return true;
}

std::string Program::read_out_until(const std::string& text) {
  while (out_.find(text) == std::string::npos && pump()) {
  }
  return out_;
}

std::string Program::read_err_until(const std::string& text) {
  while (err_.find(text) == std::string::npos && pump()) {
  }
  return err_;
}

int Program::finish() {
  close_input();
  return end();
}

int Program::end() {
  while (pump()) {
  }
  if (out_pipe_ >= 0 || err_pipe_ >= 0) ::kill(pid_, SIGKILL);  // out of time
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

Ended run_program(const std::vector<std::string>& arguments, const std::string& input,
                  const Environment& environment) {
  Program program(arguments, environment);
  program.write(input);
  const int code = program.finish();
  return {code, program.out(), program.err()};
}

}  // namespace mandate::app::testing
