// What open_sqlite refuses, what it says, and that it leaves what it refuses as it was.
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <string>

#include "folder.h"
#include "store/sqlite_store.h"

namespace mandate::store {
namespace {

void make_with_sql(const std::string& path, const char* sql) {
  sqlite3* handle = nullptr;
  EXPECT_EQ(sqlite3_open(path.c_str(), &handle), SQLITE_OK);
  EXPECT_EQ(sqlite3_exec(handle, sql, nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(handle);
}

void make_own(const std::string& path) {
  EXPECT_TRUE(open_sqlite(path).has_value());
}

/// Of a file; nothing of anything else.
std::string octets(const std::string& path) {
  if (!std::filesystem::is_regular_file(path)) return {};
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Refused {
  const char* what;
  const char* file;  ///< below the folder of the test
  void (*prepare)(const std::string& path);
  const char* cause;
  const char* mend;
};

void PrintTo(const Refused& refused, std::ostream* out) {
  *out << refused.what;
}

const Refused kRefused[] = {
    {"AFolder", "m.db", [](const std::string& path) { EXPECT_EQ(mkdir(path.c_str(), 0700), 0); },
     "it is a folder", "name a file in it"},
    {"AFileInAMissingFolder", "none/m.db", [](const std::string&) {}, "folder does not exist",
     "make it"},
    {"AFileBelowAFile", "f/m.db",
     [](const std::string& path) { std::ofstream(path.substr(0, path.rfind('/'))) << "x"; },
     "folder does not exist", "make it"},
    {"AText", "m.db",
     [](const std::string& path) { std::ofstream(path) << std::string(5000, 'x'); },
     "not a database", "move this one away"},
    {"AShortText", "m.db", [](const std::string& path) { std::ofstream(path) << "hello\n"; },
     "not a database", "move this one away"},
    {"AnotherProgramsTables", "m.db",
     [](const std::string& path) { make_with_sql(path, "CREATE TABLE t (x)"); }, "another program",
     "name another file"},
    {"AnotherProgramsMark", "m.db",
     [](const std::string& path) { make_with_sql(path, "PRAGMA application_id = 77"); },
     "another program", "name another file"},
    {"AVersionWithoutOurMark", "m.db",
     [](const std::string& path) { make_with_sql(path, "PRAGMA user_version = 1"); },
     "another program", "name another file"},
    {"ANewerVersion", "m.db",
     [](const std::string& path) {
       make_own(path);
       make_with_sql(path, "PRAGMA user_version = 999");
     },
     "version 999", "run the newer program"},
    {"AVersionBelowZero", "m.db",
     [](const std::string& path) {
       make_own(path);
       make_with_sql(path, "PRAGMA user_version = -1");
     },
     "version -1", "restore a copy"},
};

class OpenRefuses : public testing::TestWithParam<Refused> {};

INSTANTIATE_TEST_SUITE_P(Sqlite, OpenRefuses, testing::ValuesIn(kRefused),
                         [](const auto& test) { return test.param.what; });

TEST_P(OpenRefuses, WithCauseAndMendAndLeavesItAsItWas) {
  const Folder folder;
  const std::string path = folder.file(GetParam().file);
  GetParam().prepare(path);
  const std::string before = octets(path);
  const auto store = open_sqlite(path);
  ASSERT_FALSE(store.has_value());
  EXPECT_EQ(store.error().kind, StoreError::Kind::unavailable);
  for (const std::string& says :
       {path, std::string(GetParam().cause), std::string(GetParam().mend)}) {
    EXPECT_NE(store.error().message.find(says), std::string::npos) << store.error().message;
  }
  EXPECT_EQ(octets(path), before);
}

TEST(Open, RefusesAPathThatNamesNoFile) {
  for (const std::string& path : {std::string(), std::string("a\0b", 3)}) {
    const auto store = open_sqlite(path);
    ASSERT_FALSE(store.has_value());
    EXPECT_NE(store.error().message.find("[store] path"), std::string::npos);
  }
}

TEST(Open, TakesAnEmptyFileAndItsOwnDatabaseAgain) {
  const Folder folder;
  const std::string path = folder.file("m.db");
  std::ofstream{path};
  EXPECT_TRUE(open_sqlite(path).has_value());
  EXPECT_TRUE(open_sqlite(path).has_value());
}

/// What a process without special rights is told when it opens `path`; empty when it is let in.
std::string told_without_rights(const std::string& path) {
  int pipe_ends[2];
  if (pipe(pipe_ends) != 0) return "no pipe";
  const pid_t child = fork();
  if (child == 0) {
    constexpr uid_t kNobody = 65534;
    if (geteuid() == 0 && (setgid(kNobody) != 0 || setuid(kNobody) != 0)) _exit(1);
    const auto store = open_sqlite(path);
    const std::string said = store ? std::string() : store.error().message;
    _exit(write(pipe_ends[1], said.data(), said.size()) < 0 ? 2 : 0);
  }
  close(pipe_ends[1]);
  std::string said;
  char buffer[512];
  for (ssize_t size = 0; (size = read(pipe_ends[0], buffer, sizeof buffer)) > 0;) {
    said.append(buffer, static_cast<std::size_t>(size));
  }
  close(pipe_ends[0]);
  int status = 0;
  if (child < 0 || waitpid(child, &status, 0) != child || status != 0) return "no child";
  return said;
}

TEST(Open, RefusesAFolderAndAFileThatMayOnlyBeRead) {
  const Folder folder;
  make_own(folder.file("own.db"));
  ASSERT_EQ(chmod(folder.file("own.db").c_str(), 0444), 0);
  ASSERT_EQ(chmod(folder.path().c_str(), 0555), 0);
  for (const char* name : {"new.db", "own.db"}) {
    const std::string said = told_without_rights(folder.file(name));
    EXPECT_NE(said.find(folder.file(name)), std::string::npos) << said;
    EXPECT_NE(said.find("give this process the right to write it and its folder"),
              std::string::npos)
        << said;
  }
  EXPECT_FALSE(std::filesystem::exists(folder.file("new.db")));
}

}  // namespace
}  // namespace mandate::store
