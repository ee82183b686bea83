#include "yaml_node.h"

#include <yaml.h>

#include <memory>
#include <optional>

namespace mandate::conformance {
namespace {

constexpr int kDepth = 16;  // far more than a suite has; an anchor inside itself has no end

using Tree = std::expected<YamlNode, YamlFault>;

class Reader {
 public:
  explicit Reader(std::string_view contents) {
    yaml_parser_initialize(&parser_);
    octets_.assign(contents.begin(), contents.end());
    octets_.push_back('\n');  // an empty text would have no address
    yaml_parser_set_input_string(&parser_, octets_.data(), octets_.size());
  }
  ~Reader() { yaml_parser_delete(&parser_); }
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;

  /// The next document, an empty one as a scalar without text; nothing behind the last one.
  std::expected<std::optional<YamlNode>, YamlFault> next() {
    yaml_document_t document;
    if (yaml_parser_load(&parser_, &document) == 0) {
      // A fault in the octets has a place among them, not a line.
      const bool in_octets = parser_.error == YAML_READER_ERROR;
      const std::size_t line =
          in_octets ? line_of(parser_.problem_offset) : parser_.problem_mark.line + 1;
      return std::unexpected(YamlFault{line, parser_.problem});
    }
    const std::unique_ptr<yaml_document_t, void (*)(yaml_document_t*)> owner(&document,
                                                                             yaml_document_delete);
    const yaml_node_t* root = yaml_document_get_root_node(&document);
    if (root == nullptr) return std::nullopt;
    auto tree = tree_of(document, *root, 0);
    if (!tree) return std::unexpected(tree.error());
    return std::move(*tree);
  }

 private:
  std::size_t line_of(std::size_t offset) const {
    std::size_t line = 1;
    for (std::size_t i = 0; i < offset && i < octets_.size(); ++i) line += octets_[i] == '\n';
    return line;
  }

  static Tree tree_of(yaml_document_t& document, const yaml_node_t& node, int depth) {
    YamlNode out;
    out.line = node.start_mark.line + 1;
    if (depth > kDepth) return std::unexpected(YamlFault{out.line, "it is nested too deeply"});
    const auto add = [&](std::vector<YamlNode>& to, int index) -> std::expected<void, YamlFault> {
      auto child = tree_of(document, *yaml_document_get_node(&document, index), depth + 1);
      if (!child) return std::unexpected(child.error());
      to.push_back(std::move(*child));
      return {};
    };
    if (node.type == YAML_SCALAR_NODE) {
      const auto& scalar = node.data.scalar;
      out.text.assign(scalar.value, scalar.value + scalar.length);
    } else if (node.type == YAML_SEQUENCE_NODE) {
      out.kind = YamlNode::Kind::sequence;
      const auto& items = node.data.sequence.items;
      for (const yaml_node_item_t* item = items.start; item != items.top; ++item) {
        if (auto added = add(out.elements, *item); !added) return std::unexpected(added.error());
      }
    } else {
      out.kind = YamlNode::Kind::mapping;
      const auto& pairs = node.data.mapping.pairs;
      for (const yaml_node_pair_t* pair = pairs.start; pair != pairs.top; ++pair) {
        if (auto added = add(out.keys, pair->key); !added) return std::unexpected(added.error());
        if (auto added = add(out.elements, pair->value); !added) {
          return std::unexpected(added.error());
        }
      }
    }
    return out;
  }

  yaml_parser_t parser_{};
  std::vector<unsigned char> octets_;
};

}  // namespace

std::expected<std::vector<YamlNode>, YamlFault> read_yaml(std::string_view contents) {
  Reader reader(contents);
  std::vector<YamlNode> out;
  for (;;) {
    auto document = reader.next();
    if (!document) return std::unexpected(document.error());
    if (!*document) return out;
    const YamlNode& root = **document;
    if (root.kind == YamlNode::Kind::scalar && root.text.empty()) continue;
    out.push_back(std::move(**document));
  }
}

}  // namespace mandate::conformance
