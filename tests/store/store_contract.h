// The stores for which the contract holds: SQLite today, in memory and in a file.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

#include "folder.h"
#include "sample_rows.h"
#include "store/sqlite_store.h"

namespace mandate::store {

/// One kind of store, empty.
struct Backend {
  const char* name;
  Stored<std::unique_ptr<Store>> (*open)(const Folder& folder);
};

inline constexpr Backend kBackends[] = {
    {"SqliteInMemory", [](const Folder&) { return open_sqlite(":memory:"); }},
    {"SqliteInAFile", [](const Folder& folder) { return open_sqlite(folder.file("m.db")); }}};

inline std::string name_of(const testing::TestParamInfo<Backend>& test) {
  return test.param.name;
}

/// A store with account 4321.
class StoreContract : public testing::TestWithParam<Backend> {
 protected:
  void SetUp() override {
    auto opened = GetParam().open(folder_);
    ASSERT_TRUE(opened.has_value()) << opened.error().message;
    store_ = std::move(*opened);
    ASSERT_TRUE(store_->add_account({"4321", "A customer", at(5)}, cause()).has_value());
  }

  Folder folder_;
  std::unique_ptr<Store> store_;
};

}  // namespace mandate::store
