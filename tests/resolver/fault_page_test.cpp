// docs/dns.md has the outcome of every fault, and each outcome has its test.
#include <gtest/gtest.h>

#include <fstream>
#include <set>
#include <string>

namespace mandate::resolver {
namespace {

// `SUITE.TEST`; of a row of a table its name.
std::set<std::string> tests(bool only_rows) {
  std::set<std::string> names;
  const auto& program = *::testing::UnitTest::GetInstance();
  for (int i = 0; i < program.total_test_suite_count(); ++i) {
    const auto& suite = *program.GetTestSuite(i);
    for (int j = 0; j < suite.total_test_count(); ++j) {
      const std::string name = suite.GetTestInfo(j)->name();
      const auto slash = name.rfind('/');
      if (slash != name.npos) names.insert(name.substr(slash + 1));
      if (slash == name.npos && !only_rows) names.insert(std::string(suite.name()) + "." + name);
    }
  }
  return names;
}

// What stands between grave accents in the last column of the table.
std::set<std::string> named_by_page() {
  std::ifstream page(MANDATE_DOCS "/dns.md");
  std::set<std::string> names;
  for (std::string line; std::getline(page, line);) {
    if (!line.starts_with("| ")) continue;
    std::size_t at = line.rfind(" | ", line.size() - 3);
    while ((at = line.find('`', at)) != line.npos) {
      const std::size_t end = line.find('`', at + 1);
      names.insert(line.substr(at + 1, end - at - 1));
      at = end + 1;
    }
  }
  return names;
}

TEST(FaultPage, NamesTestsThatThereAre) {
  const std::set<std::string> all = tests(false);
  for (const std::string& name : named_by_page()) EXPECT_TRUE(all.contains(name)) << name;
}

TEST(FaultPage, NamesEveryRowOfTheTablesOfFaults) {
  const std::set<std::string> named = named_by_page();
  EXPECT_GT(tests(true).size(), 40U);
  for (const std::string& name : tests(true)) EXPECT_TRUE(named.contains(name)) << name;
}

}  // namespace
}  // namespace mandate::resolver
