// `mandate key`: the API's bearer keys, written to the store directly.
#pragma once

#include <string>

namespace mandate::app {

struct KeyOptions {
  std::string config;   ///< the configuration file
  std::string account;  ///< of `create`: whose key; empty: the provider's own
  std::string label;
  std::string id;  ///< of `revoke`
  bool json = false;
};

/// Prints the new key, this once: only its hash is kept.
int key_create(const KeyOptions& options);
int key_list(const KeyOptions& options);
int key_revoke(const KeyOptions& options);

}  // namespace mandate::app
