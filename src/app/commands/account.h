// `mandate account`: the provider's accounts, through the API.
#pragma once

#include <string>

#include "app/api_session.h"

namespace mandate::app {

struct AccountOptions {
  ApiOptions api;
  std::string id;  ///< of `add`: empty when one is to be generated
  std::string name;
};

int account_add(const AccountOptions& options);
int account_list(const AccountOptions& options);
int account_show(const AccountOptions& options);

}  // namespace mandate::app
