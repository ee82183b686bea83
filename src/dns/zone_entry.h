// The entries of a zone file (RFC 1035 section 5.1), before they are read as records.
#pragma once

#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace mandate::dns {

/// One entry of a zone file: its lines joined, without comments and parentheses.
struct ZoneEntry {
  std::size_t line = 1;  ///< where it begins
  std::string text;
  bool begins_blank = false;
};

/// Splits a file into entries. The contents must outlive it.
class ZoneEntryReader {
 public:
  explicit ZoneEntryReader(std::string_view contents) : rest_(contents) {}

  /// The next entry that is not empty; nothing at the end; a sentence on a fault.
  std::expected<std::optional<ZoneEntry>, std::string> next();

  /// The line of the fault that `next` gave.
  std::size_t fault_line() const { return fault_line_; }

 private:
  std::expected<void, std::string> read_line(std::string& out, int& depth);
  char take();

  std::string_view rest_;
  std::size_t line_ = 1;
  std::size_t fault_line_ = 1;
};

/// The class of RFC 1035 section 3.2.4 that a word names; empty when it names none.
std::string_view class_named(std::string_view word);

}  // namespace mandate::dns
