#include "app/zones.h"

#include "app/exit_code.h"
#include "app/input_file.h"

namespace mandate::app {

Attempt<dns::ZoneData> read_zones(const std::vector<std::string>& files) {
  constexpr std::size_t file_limit = std::size_t{256} << 20;
  dns::ZoneData zones;
  for (const std::string& file : files) {
    const auto contents = read_input_file(file, file_limit);
    if (!contents) {
      return fail(exit_code::no_input, contents.error() + "; a zone file is needed here");
    }
    if (const auto added = zones.add_file(*contents, file); !added) {
      return fail(exit_code::data, added.error().text());
    }
  }
  return zones;
}

}  // namespace mandate::app
