// The line that no exception crosses.
#pragma once

#include <new>

#include "mandate/spf.h"

namespace mandate::c_interface {

/// Runs the body of a function of the C interface.
template <class Body>
mandate_status guarded(Body&& body) noexcept {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return MANDATE_NO_MEMORY;
  } catch (...) {
    return MANDATE_INTERNAL_ERROR;
  }
}

}  // namespace mandate::c_interface
