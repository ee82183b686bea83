// Running the real program, as a person or a script does.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace mandate::app::testing {

/// A new folder of its own, removed with everything in it at the end.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  const std::string& path() const { return path_; }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }
  /// Writes a file and gives its path.
  std::string write(const std::string& name, const std::string& contents) const;

 private:
  std::string path_;
};

using Environment = std::vector<std::pair<std::string, std::string>>;

/// The program as a child with pipes for its streams. Every wait is bounded: a program that hangs
/// is killed, and fails the test by its exit code.
class Program {
 public:
  explicit Program(const std::vector<std::string>& arguments, const Environment& environment = {});
  ~Program();  ///< kills a program that still runs
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  void write(const std::string& text);
  void close_input();
  void signal(int number);
  /// Reads on until stdout (stderr) holds `text`; all of it so far, or without `text` when the
  /// program ended or the time was over.
  std::string read_out_until(const std::string& text);
  std::string read_err_until(const std::string& text);
  /// Reads both streams to their end and waits. The exit code, or minus the signal.
  int end();
  /// Closes its input first.
  int finish();

  const std::string& out() const { return out_; }
  const std::string& err() const { return err_; }

 private:
  bool pump();  // one read of whichever stream has something; false at the end or out of time

  int pid_ = -1;
  int in_ = -1;
  int out_pipe_ = -1;
  int err_pipe_ = -1;
  std::string out_;
  std::string err_;
};

struct Ended {
  int exit_code = -1;
  std::string out;
  std::string err;
};

/// Runs to the end with that input.
Ended run_program(const std::vector<std::string>& arguments, const std::string& input = "",
                  const Environment& environment = {});

}  // namespace mandate::app::testing
