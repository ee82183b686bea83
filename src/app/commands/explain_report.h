// How the story of an evaluation is shown: to a person, and to a program.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "advice/story.h"
#include "app/terminal.h"

namespace mandate::app {

/// The conclusion, then the steps, what a receiver concludes, DMARC, and what to do; of kept facts
/// without the last two.
std::string explain_text(const advice::Evaluation& evaluation, const advice::Story& story,
                         const Palette& palette);

/// The object of docs/cli.md, version 1.
boost::json::object explain_json(const advice::Evaluation& evaluation, const advice::Story& story);

}  // namespace mandate::app
