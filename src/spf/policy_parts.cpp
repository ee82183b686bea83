#include "spf/policy_parts.h"

#include <cstring>
#include <limits>
#include <memory>
#include <stdexcept>

namespace mandate::spf {
namespace {

/// The texts one behind the other, with the end of each.
struct Texts {
  std::string characters;
  std::vector<std::uint32_t> ends;
  void add(const std::string& text) {
    characters += text;
    ends.push_back(static_cast<std::uint32_t>(characters.size()));
  }
};

/// What stands behind each other in a block: first it is only counted, then it is written.
class Block {
 public:
  template <class Elements>
  void add(const Elements& elements) {
    const std::size_t size = elements.size() * sizeof(*elements.data());
    if (octets_ && size != 0) std::memcpy(octets_.get() + end_, elements.data(), size);
    end_ += size;
  }
  void add(const PolicyHead& head) { add(std::span(&head, 1)); }
  std::uint32_t end() const { return static_cast<std::uint32_t>(end_); }
  /// Makes room for what was counted.
  void begin_writing() {
    if (end_ > std::numeric_limits<std::uint32_t>::max()) {
      throw std::length_error("a policy map would take 4 GiB or more");
    }
    octets_ = std::make_unique<std::byte[]>(end_);
    end_ = 0;
  }
  std::unique_ptr<std::byte[]> take() { return std::move(octets_); }

 private:
  std::unique_ptr<std::byte[]> octets_;
  std::size_t end_ = 0;
};

}  // namespace

PolicyMap PolicyParts::join() const {
  Texts texts;
  texts.add(domain);
  for (const std::string& problem : problems) texts.add(problem);
  std::vector<PolicySource> laid;
  for (const Source& source : sources) {
    laid.push_back({static_cast<std::uint32_t>(texts.ends.size()),
                    static_cast<std::uint32_t>(source.path.size())});
    texts.add(source.record);
    for (const std::string& on_the_way : source.path) texts.add(on_the_way);
  }
  PolicyHead head{.problems = static_cast<std::uint32_t>(problems.size()), .cut = cut ? 1U : 0U};
  Block block;
  const auto lay = [&] {
    block.add(head);
    block.add(starts4);
    head.outcome4 = block.end();
    block.add(outcome4);
    head.outcomes = block.end();
    block.add(outcomes);
    head.starts6 = block.end();
    block.add(starts6);
    head.outcome6 = block.end();
    block.add(outcome6);
    head.sources = block.end();
    block.add(laid);
    head.text_ends = block.end();
    block.add(texts.ends);
    head.characters = block.end();
    block.add(texts.characters);
    head.end = block.end();
  };
  lay();
  block.begin_writing();
  lay();
  return PolicyMap(block.take());
}

}  // namespace mandate::spf
