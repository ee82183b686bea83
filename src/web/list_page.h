// Lists, page by page.
#pragma once

#include <boost/json/array.hpp>
#include <cstddef>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "store/store.h"
#include "web/http.h"
#include "web/problem.h"

namespace mandate::web {

/// What tells the objects of a list apart and puts them in order, and so what `?after=` takes.
struct ListKey {
  std::string_view object;  ///< of the list, such as `event`
  std::string_view field;   ///< that has the key, such as `id`
  std::string_view form;    ///< for a person, such as `a whole number such as 42`
  /// The key as the store has it; nothing where no object can have it.
  std::optional<std::string> (*read)(std::string_view text);
};

/// The page that `?limit=` and `?after=` ask for. The error is 422 with the parameter's name.
std::expected<store::Page, Response> asked_page(const Request& request, const ListKey& key);

/// The page of the store to read for `page`: one row more, by which it is seen whether more follow.
store::Page with_one_more(store::Page page);

/// The list object of docs/api.md.
Response list_answer(boost::json::array data, bool has_more);

/// Of rows read by `with_one_more`.
template <class Row, class ToJson>
Response list_answer(const store::Page& page, const std::vector<Row>& rows, ToJson&& to_json) {
  const auto limit = static_cast<std::size_t>(page.limit);
  boost::json::array data;
  for (std::size_t i = 0; i < rows.size() && i < limit; ++i) data.push_back(to_json(rows[i]));
  return list_answer(std::move(data), rows.size() > limit);
}

}  // namespace mandate::web
