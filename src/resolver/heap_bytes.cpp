#include "resolver/heap_bytes.h"

#include <variant>

namespace mandate::resolver {
namespace {

struct HeapBytes {
  std::size_t operator()(const dns::AddressData&) const { return 0; }
  std::size_t operator()(const dns::NameData& data) const { return heap_bytes(data.target.wire()); }
  std::size_t operator()(const dns::MxData& data) const { return heap_bytes(data.exchange.wire()); }
  std::size_t operator()(const dns::TxtData& data) const {
    std::size_t total = heap_bytes(data.strings);
    for (const std::string& text : data.strings) total += heap_bytes(text);
    return total;
  }
  std::size_t operator()(const dns::SoaData& data) const {
    return heap_bytes(data.primary.wire()) + heap_bytes(data.mailbox.wire());
  }
  std::size_t operator()(const dns::OpaqueData& data) const { return heap_bytes(data.octets); }
};

}  // namespace

std::size_t heap_bytes(const dns::Fact& fact) {
  std::size_t total = heap_bytes(fact.question.name.wire()) + heap_bytes(fact.records) +
                      heap_bytes(fact.source) + heap_bytes(fact.detail);
  for (const dns::RecordData& record : fact.records) total += std::visit(HeapBytes(), record);
  return total;
}

}  // namespace mandate::resolver
