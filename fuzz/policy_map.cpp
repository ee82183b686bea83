// Octets as a serialised policy map: refused with a reason, or safe to use and written down again
// as the same octets.
#include "mandate/spf/policy_map.h"

#include "require.h"

namespace {

using namespace mandate;
using fuzz::require;

void use(const spf::PolicyMap& map) {
  const auto pieces = map.pieces();
  require(!pieces.empty());
  for (const spf::PolicyMap::Piece& piece : pieces) {
    require(piece.range.first <= piece.range.last);
    require(&map.at(piece.range.first) == piece.outcome);
    if (const auto term = map.decided_by(*piece.outcome)) {
      require(term->record.contains(term->term()) && term->domain() == term->path.back());
    }
    map.problem(*piece.outcome);
  }
  for (const dns::Prefix& prefix : map.prefixes(spf::Result::pass)) {
    require(map.at(prefix.last()).result == spf::Result::pass);
  }
  require(spf::difference(map, map).changes.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view octets = fuzz::octets(data, size);
  const auto map = spf::PolicyMap::load(octets);
  if (!map) {
    require(!map.error().empty());
    return 0;
  }
  require(map->serialise() == octets);
  use(*map);
  return 0;
}
