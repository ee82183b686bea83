// The audit log of a store, followed to its end or to where it is broken.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <optional>

#include "registry/audit_chain.h"
#include "store/store.h"

namespace mandate::store {

struct Followed {
  registry::AuditHead head;
  std::optional<registry::ChainFault> fault;
};

/// In small pages, as any reader would.
inline Followed follow(Store& store) {
  registry::AuditChain chain;
  for (SequencePage page{.after = 0, .limit = 100};;) {
    const auto entries = store.audit_entries({}, page);
    EXPECT_TRUE(entries.has_value()) << entries.error().message;
    if (!entries || entries->empty()) return {chain.head(), std::nullopt};
    for (const auto& entry : *entries) {
      if (auto fault = chain.follow(entry)) return {chain.head(), fault};
    }
    page.after = entries->back().sequence;
  }
}

inline void expect_intact(Store& store, std::int64_t length) {
  const Followed followed = follow(store);
  EXPECT_FALSE(followed.fault.has_value()) << followed.fault->sequence;
  EXPECT_EQ(followed.head.sequence, length);
}

}  // namespace mandate::store
