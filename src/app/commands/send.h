// `mandate send`: one message in the name of a listed domain, through the API.
#pragma once

#include <string>

#include "app/api_session.h"

namespace mandate::app {

struct SendOptions {
  ApiOptions api;
  std::string account;
  std::string from;
  std::string from_name;
  std::string to;
  std::string subject;
  std::string text;
  std::string text_file;  ///< `-`: standard input
  std::string html_file;
  bool wait = false;
  std::string timeout = "60s";  ///< how long to wait at most
};

/// 0 when accepted, or with `wait` when the relay took it; 1 when refused; 75 when it is still
/// queued after the time given.
int send(const SendOptions& options);

}  // namespace mandate::app
