#include "web/client.h"

#include <curl/curl.h>

#include <algorithm>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "dns/trimmed.h"

namespace mandate::web {
namespace {

constexpr std::size_t kAnswerLimit = std::size_t{64} << 20;  // octets; evidence can be long

struct Cleanup {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Handle = std::unique_ptr<CURL, Cleanup>;
using HeaderList = std::unique_ptr<curl_slist, Cleanup>;

void start_library() {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  if (started != CURLE_OK) throw std::runtime_error("libcurl does not start");
}

std::size_t take_body(char* data, std::size_t, std::size_t size, void* to) {
  auto& body = static_cast<Response*>(to)->body;
  if (body.size() + size > kAnswerLimit) return 0;  // which ends the transfer with an error
  try {
    body.append(data, size);
    return size;
  } catch (const std::exception&) {
    return 0;
  }
}

std::size_t take_header(char* data, std::size_t, std::size_t size, void* to) {
  auto& headers = static_cast<Response*>(to)->headers;
  const std::string_view line(data, size);
  try {
    if (line.starts_with("HTTP/")) headers.clear();  // those of an interim answer
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) return size;
    headers.emplace_back(line.substr(0, colon), dns::trimmed(line.substr(colon + 1), " \t\r\n"));
    return size;
  } catch (const std::exception&) {
    return 0;
  }
}

bool is_one_line(std::string_view text) {
  return std::ranges::none_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; });
}

HeaderList header_list(const ClientOptions& options, const std::string& body) {
  HeaderList list;
  const auto add = [&](const std::string& line) {
    curl_slist* longer = curl_slist_append(list.get(), line.c_str());
    if (longer == nullptr) throw std::bad_alloc();
    if (list == nullptr) list.reset(longer);  // else the head stays what it was
  };
  add("Accept: application/json, application/problem+json");
  if (!options.key.empty()) add("Authorization: Bearer " + options.key);
  add(body.empty() ? "Content-Type:" : "Content-Type: application/json");
  return list;
}

template <class Value>
void set(const Handle& handle, CURLoption option, Value value) {
  if (const CURLcode code = curl_easy_setopt(handle.get(), option, value); code != CURLE_OK) {
    throw std::runtime_error(std::string("libcurl refuses an option: ") + curl_easy_strerror(code));
  }
}

void set_method(const Handle& handle, const std::string& method, const std::string& body) {
  if (method == "HEAD") {
    set(handle, CURLOPT_NOBODY, 1L);
  } else if (method != "GET") {
    set(handle, CURLOPT_CUSTOMREQUEST, method.c_str());
  }
  if (method == "POST" || !body.empty()) {
    set(handle, CURLOPT_POSTFIELDS, body.c_str());
    set(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
  }
}

}  // namespace

std::expected<Response, std::string> call(const ClientOptions& options, const std::string& method,
                                          const std::string& path, const std::string& body) {
  start_library();
  const std::string url = options.url + path;
  if (!is_one_line(url) || !is_one_line(method) || !is_one_line(options.key)) {
    return std::unexpected("The URL, the method or the key has a control character: mend it.");
  }
  const Handle handle(curl_easy_init());
  if (handle == nullptr) throw std::bad_alloc();
  const HeaderList headers = header_list(options, body);
  Response response;
  std::string reason(CURL_ERROR_SIZE, '\0');
  set_method(handle, method, body);
  set(handle, CURLOPT_URL, url.c_str());
  set(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  set(handle, CURLOPT_PROXY, "");  // the key goes to that host alone, whatever the environment says
  set(handle, CURLOPT_NOSIGNAL, 1L);
  set(handle, CURLOPT_TIMEOUT, static_cast<long>(options.timeout.count()));
  set(handle, CURLOPT_HTTPHEADER, headers.get());
  set(handle, CURLOPT_ERRORBUFFER, reason.data());
  set(handle, CURLOPT_WRITEFUNCTION, &take_body);
  set(handle, CURLOPT_WRITEDATA, &response);
  set(handle, CURLOPT_HEADERFUNCTION, &take_header);
  set(handle, CURLOPT_HEADERDATA, &response);
  if (const CURLcode code = curl_easy_perform(handle.get()); code != CURLE_OK) {
    reason.resize(reason.find('\0'));
    return std::unexpected("No answer from " + url + ": " +
                           (reason.empty() ? curl_easy_strerror(code) : reason));
  }
  long status = 0;
  curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &status);
  response.status = static_cast<int>(status);
  return response;
}

}  // namespace mandate::web
