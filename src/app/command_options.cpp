#include "app/command_options.h"

namespace mandate::app {

const CLI::Validator& not_empty() {
  static const CLI::Validator validator(
      [](std::string& value) {
        return value.empty() ? std::string("must not be empty") : std::string();
      },
      "");
  return validator;
}

void add_json(CLI::App& app, bool& json) {
  app.add_flag("--json", json, "Print the result as JSON");
}

}  // namespace mandate::app
