// Root hints: the ones compiled in, and files in the form of named.root.
#include "resolver/root_hints.h"

#include <gtest/gtest.h>

#include <set>

#include "resolver/address_scope.h"

namespace mandate::resolver {
namespace {

TEST(RootHints, OfTheInternetAreThirteenServersWithTwoPublicAddressesEach) {
  std::set<dns::IpAddress> addresses;
  std::set<dns::Name> names;
  for (const NameServer& server : iana_root_servers()) {
    names.insert(server.name);
    ASSERT_EQ(server.addresses.size(), 2U);
    EXPECT_TRUE(server.addresses[0].is_v4());
    EXPECT_FALSE(server.addresses[1].is_v4());
    for (const dns::IpAddress& address : server.addresses) {
      EXPECT_EQ(scope_of(address), AddressScope::anywhere) << address.text();
      addresses.insert(address);
    }
  }
  EXPECT_EQ(names.size(), 13U);
  EXPECT_EQ(addresses.size(), 26U);
}

TEST(RootHints, OfAFileAreItsRootServersWithTheirAddresses) {
  const auto read = parse_root_hints(
      ";       formerly NS.INTERNIC.NET\n;\n"
      ".                        3600000      NS    A.ROOT-SERVERS.NET.\n"
      "A.ROOT-SERVERS.NET.      3600000      A     198.41.0.4\n"
      "A.ROOT-SERVERS.NET.      3600000      AAAA  2001:503:ba3e::2:30\n"
      ".                        3600000      NS    B.ROOT-SERVERS.NET.\n"
      "B.ROOT-SERVERS.NET.      3600000      A     170.247.170.2\n",
      "named.root");
  ASSERT_TRUE(read) << read.error();
  ASSERT_EQ(read->size(), 2U);
  EXPECT_EQ((*read)[0], iana_root_servers()[0]);
  EXPECT_EQ((*read)[1].addresses.size(), 1U);
}

TEST(RootHints, ThatAreNoneAreRefusedWithTheMend) {
  const struct {
    const char* contents;
    const char* error;
  } rows[] = {
      {"",
       "f: names no root server; write lines as `. NS a.root.example.` and "
       "`a.root.example. A 192.0.2.1`"},
      {"example. NS ns.example.\nns.example. A 192.0.2.1\n",
       "f: names no root server; write lines as `. NS a.root.example.` and "
       "`a.root.example. A 192.0.2.1`"},
      {". NS a.root.\n", "f: a.root has no address; write a line as `a.root. A 192.0.2.1`"},
      {". NS a.root.\na.root. A 192.0.2\n", "f:2: "},
  };
  for (const auto& row : rows) {
    const auto read = parse_root_hints(row.contents, "f");
    ASSERT_FALSE(read) << row.contents;
    EXPECT_TRUE(read.error().starts_with(row.error)) << read.error();
  }
}

}  // namespace
}  // namespace mandate::resolver
