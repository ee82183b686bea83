// The schema's history: numbered steps, applied forwards only.
#pragma once

#include <span>

#include "store/sqlite_statement.h"

namespace mandate::store {

/// The steps of this program: the first makes an empty database, each next brings version n to
/// n + 1.
std::span<const char* const> released_steps();

/// Refuses a database that another program wrote and one of a newer version than `steps` reach,
/// and changes nothing of either.
Stored<void> check_identity(Connection& connection,
                            std::span<const char* const> steps = released_steps());

/// Checks the same and brings the database to the last of `steps`, each in a transaction of its
/// own: where one fails, the database stays at the version before it. Several processes may do it
/// at once.
Stored<void> migrate(Connection& connection, std::span<const char* const> steps = released_steps());

}  // namespace mandate::store
