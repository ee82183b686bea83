#include "app/root_servers.h"

#include <utility>

#include "app/exit_code.h"
#include "app/input_file.h"

namespace mandate::app {

Attempt<std::vector<resolver::NameServer>> root_servers(const std::string& hints_file) {
  if (hints_file.empty()) return resolver::iana_root_servers();
  constexpr std::size_t file_limit = std::size_t{1} << 20;
  const auto contents = read_input_file(hints_file, file_limit);
  if (!contents) {
    return fail(exit_code::no_input, contents.error() + "; a file of root hints is needed here");
  }
  auto servers = resolver::parse_root_hints(*contents, hints_file);
  if (!servers) return fail(exit_code::data, servers.error());
  return std::move(*servers);
}

}  // namespace mandate::app
