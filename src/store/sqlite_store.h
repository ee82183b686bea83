// The store in SQLite: WAL, foreign keys on, synchronous FULL, numbered migrations.
#pragma once

#include <expected>
#include <memory>
#include <string>

#include "store/store.h"

namespace mandate::store {

/// Opens the database at `path`, makes it when it is missing, and migrates it forwards to the
/// version of this program. Refuses, with cause and mend, a file that is not a database, is not
/// writable, or was written by a newer version. `:memory:` is a private database that ends with
/// the store.
std::expected<std::unique_ptr<Store>, StoreError> open_sqlite(const std::string& path);

}  // namespace mandate::store
