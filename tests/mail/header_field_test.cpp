#include "mail/header_field.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <string_view>

namespace mandate::mail {
namespace {

using namespace std::chrono_literals;
using namespace std::string_view_literals;

// The longest line, without CRLF.
std::size_t widest(const std::string& field) {
  std::size_t most = 0;
  for (std::size_t at = 0; at < field.size();) {
    const std::size_t end = field.find("\r\n", at);
    most = std::max(most, end - at);
    at = end + 2;
  }
  return most;
}

TEST(HeaderField, PlainTextStaysReadable) {
  EXPECT_EQ(unstructured_field("Subject", "Your report is ready"),
            "Subject: Your report is ready\r\n");
  EXPECT_EQ(unstructured_field("Subject", ""), "Subject:\r\n");
}

TEST(HeaderField, LongPlainTextIsFoldedAtItsSpaces) {
  std::string value = "word";
  while (value.size() < 900) value += " another";
  const std::string field = unstructured_field("Subject", value);
  EXPECT_LE(widest(field), 78U);
  std::string unfolded = field.substr(9);
  for (std::size_t at = 0; (at = unfolded.find("\r\n")) != std::string::npos;)
    unfolded.erase(at, 2);
  EXPECT_EQ(unfolded, value);
}

TEST(HeaderField, WhatFoldingWouldChangeIsEncoded) {
  for (const std::string& value :
       {std::string(" leading"), std::string("trailing "), std::string("two  blanks"),
        std::string("=?utf-8?q?not_encoded?="), std::string(998, 'x'), std::string(" ")}) {
    const std::string field = unstructured_field("Subject", value);
    EXPECT_TRUE(field.starts_with("Subject: =?UTF-8?")) << field;
    EXPECT_LE(widest(field), 76U) << field;
  }
}

TEST(HeaderField, DisplayNameIsQuotedOrEncoded) {
  const auto field = [](std::string_view name) {
    return mailbox_field("From", name, "news@customer.example");
  };
  EXPECT_EQ(field(""), "From: news@customer.example\r\n");
  EXPECT_EQ(field("News, \"daily\" \\o/"),
            "From: \"News, \\\"daily\\\" \\\\o/\" <news@customer.example>\r\n");
  EXPECT_EQ(field("J\u00FCrgen"), "From: =?UTF-8?Q?J=C3=BCrgen?= <news@customer.example>\r\n");
  EXPECT_EQ(field("=?utf-8?q?x?="),
            "From: =?UTF-8?B?PT91dGYtOD9xP3g/PQ==?= <news@customer.example>\r\n");
  // Nothing of a name is an address to a reader.
  EXPECT_EQ(field("Bank> <boss.bank.example"),
            "From: \"Bank> <boss.bank.example\" <news@customer.example>\r\n");
}

TEST(HeaderField, LongDisplayNameAndAddressAreFolded) {
  const std::string address = std::string(64, 'a') + "@" + std::string(60, 'b') + ".example";
  for (const std::string& name :
       {std::string(64, 'n'), std::string(998, 'n'), std::string("\u00E9\u00E9\u00E9")}) {
    const std::string field = mailbox_field("From", name, address);
    EXPECT_TRUE(field.ends_with("\r\n <" + address + ">\r\n")) << field;
  }
}

TEST(DateTime, IsThatOfRfc5322InUtc) {
  EXPECT_EQ(date_time(std::chrono::sys_seconds{}), "Thu, 01 Jan 1970 00:00:00 +0000");
  EXPECT_EQ(date_time(std::chrono::sys_days{2024y / 2 / 29} + 23h + 59min + 58s),
            "Thu, 29 Feb 2024 23:59:58 +0000");
  EXPECT_EQ(date_time(std::chrono::sys_days{1969y / 2 / 13} + 23h + 32min + 54s),
            "Thu, 13 Feb 1969 23:32:54 +0000");
}

}  // namespace
}  // namespace mandate::mail
