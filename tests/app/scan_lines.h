// Lines that go into a scan, and that come out of it.
#pragma once

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <vector>

namespace mandate::app::testing {

inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) out.push_back(line);
  return out;
}

inline std::string contents_of(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

inline std::string numbered_lines(int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += "d" + std::to_string(i) + ".bulk.test\n";
  return out;
}

}  // namespace mandate::app::testing
