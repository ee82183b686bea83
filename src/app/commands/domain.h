// `mandate domain`: an account's sending domains, through the API.
#pragma once

#include <string>

#include "app/api_session.h"

namespace mandate::app {

struct DomainOptions {
  ApiOptions api;
  std::string account;
  std::string domain;  ///< of `add` also a sender address
  std::string mode;    ///< of `add` and `mode`; empty: not said
  std::string return_path;
};

/// Each shows the domain, with the records to publish.
int domain_add(const DomainOptions& options);
int domain_list(const DomainOptions& options);
int domain_show(const DomainOptions& options);
int domain_mode(const DomainOptions& options);
int domain_disable(const DomainOptions& options);
int domain_enable(const DomainOptions& options);
int domain_remove(const DomainOptions& options);

/// 0 when the account may send as the domain, 1 when not, 3 when the DNS could not be asked.
int domain_verify(const DomainOptions& options);

}  // namespace mandate::app
