// A scan into a file.
#pragma once

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <string>
#include <utility>
#include <vector>

namespace mandate::app::testing {

/// The program with a file for stdout, appended to, and all the memory that it used at most.
class FiledScan {
 public:
  FiledScan(std::vector<std::string> arguments, const std::string& output) {
    arguments.insert(arguments.begin(), {MANDATE_BINARY, "scan"});
    std::vector<char*> words;
    for (std::string& word : arguments) words.push_back(word.data());
    words.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ != 0) return;
    const int file = ::open(output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
    const int nothing = ::open("/dev/null", O_RDWR);
    ::dup2(nothing, STDIN_FILENO);
    ::dup2(file, STDOUT_FILENO);
    ::dup2(nothing, STDERR_FILENO);
    ::execv(words[0], words.data());
    ::_exit(127);
  }
  ~FiledScan() {
    if (pid_ > 0) kill();
  }
  FiledScan(const FiledScan&) = delete;
  FiledScan& operator=(const FiledScan&) = delete;

  void kill() {
    signal(SIGKILL);
    end();
  }
  void signal(int number) const { ::kill(pid_, number); }
  /// The exit code, or minus the signal.
  int end() {
    int status = 0;
    ::wait4(std::exchange(pid_, -1), &status, 0, &usage_);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
  }
  long most_kilobytes() const { return usage_.ru_maxrss; }

 private:
  pid_t pid_ = -1;
  rusage usage_{};
};

}  // namespace mandate::app::testing
