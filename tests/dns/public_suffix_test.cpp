#include "dns/public_suffix.h"

#include <gtest/gtest.h>

namespace mandate::dns {
namespace {

Name name(const char* text) {
  return Name::parse(text).value();
}

TEST(RegistrableDomain, IsOneLabelBelowThePublicSuffix) {
  const struct {
    const char* input;
    const char* registrable;
  } rows[] = {
      {"customer.example", "customer.example"},
      {"a.b.customer.example", "customer.example"},
      {"mail.customer.co.uk", "customer.co.uk"},
      {"_spf.mail.customer.co.uk", "customer.co.uk"},
      {"a.someone.github.io", "someone.github.io"},
      {"co.uk", "co.uk"},  // has none
      {"example", "example"},
      {".", "."},
      {"evil\\.customer.co.uk", "evil\\.customer.co.uk"},  // the dot is inside the label
  };
  for (const auto& row : rows) {
    EXPECT_EQ(registrable_domain(name(row.input)), name(row.registrable)) << row.input;
  }
}

TEST(PublicSuffix, IsANameUnderWhichOthersRegister) {
  EXPECT_TRUE(knows_public_suffixes());
  for (const char* suffix : {"uk", "co.uk", "github.io", "unheard-of"}) {
    EXPECT_TRUE(is_public_suffix(name(suffix))) << suffix;
  }
  for (const char* other : {"customer.co.uk", "someone.github.io", "example.com"}) {
    EXPECT_FALSE(is_public_suffix(name(other))) << other;
  }
}

}  // namespace
}  // namespace mandate::dns
