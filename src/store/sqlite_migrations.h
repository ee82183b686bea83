// The schema's history: numbered steps, applied forwards only.
#pragma once

#include "store/sqlite_statement.h"

namespace mandate::store {

/// Brings a database to the version of this program. Refuses one that another program wrote, and
/// one of a newer version.
Stored<void> migrate(Connection& connection);

}  // namespace mandate::store
