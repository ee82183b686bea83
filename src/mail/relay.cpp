#include "mail/relay.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <string_view>
#include <utility>

#include "mail/smtp_dialogue.h"

namespace mandate::mail {
namespace {

struct CurlDeleter {
  void operator()(CURL* handle) const { curl_easy_cleanup(handle); }
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
template <class T>
using Owned = std::unique_ptr<T, CurlDeleter>;

// libcurl must be set up once, before its first use. A static of a function is made once, whatever
// number of threads come to it.
CURLcode set_up_curl() {
  static const CURLcode outcome = curl_global_init(CURL_GLOBAL_DEFAULT);
  return outcome;
}

// What a path of a mail transaction can hold without ending its command (RFC 5321 section 4.1.2).
bool fits_a_command(std::string_view address) {
  return std::ranges::all_of(address,
                             [](char c) { return c > 0x20 && c < 0x7f && c != '<' && c != '>'; });
}

// CRLF line ends alone, and the last line ended: only such content is read as one message by every
// server (CVE-2023-51764 to 51766). libcurl doubles leading dots (RFC 5321 section 4.5.2).
bool has_only_crlf(std::string_view content) {
  for (std::size_t i = 0; i < content.size(); ++i) {
    if (content[i] == '\0') return false;
    if (content[i] == '\n') return false;
    if (content[i] != '\r') continue;
    if (++i == content.size() || content[i] != '\n') return false;
  }
  return content.ends_with("\r\n");
}

// One session: a connection of its own, one message.
class Session {
 public:
  Session(const RelayOptions& options, const std::string& content)
      : options_(options), content_(content), dialogue_(!options.user.empty()) {}

  HandOver run(const std::string& from, const std::string& to) {
    address();
    bound();
    secure();
    envelope(from, to);
    observe();
    if (fault_ == CURLE_OK) fault_ = curl_easy_perform(handle_.get());
    return dialogue_.conclude(fault_ == CURLE_OK, describe_fault());
  }

 private:
  // Keeps the first option that could not be set: a session without, say, its TLS option must not
  // begin.
  template <class T>
  void set(CURLoption option, T value) {
    if (fault_ == CURLE_OK) fault_ = curl_easy_setopt(handle_.get(), option, value);
  }

  void address();
  void bound();
  void secure();
  void envelope(const std::string& from, const std::string& to);
  void observe();
  bool verifies_certificate() const;
  std::string describe_fault() const;

  static std::size_t read(char* buffer, std::size_t size, std::size_t count, void* session);
  static std::size_t ignore(char* data, std::size_t size, std::size_t count, void* session);
  static int trace(CURL* handle, curl_infotype kind, char* data, std::size_t size, void* session);

  const RelayOptions& options_;
  std::string_view content_;
  SmtpDialogue dialogue_;
  // Declared before the handle, which refers to them until it is gone.
  std::array<char, CURL_ERROR_SIZE> error_{};
  Owned<curl_slist> recipients_;
  Owned<CURLU> url_{curl_url()};
  Owned<CURL> handle_{curl_easy_init()};
  CURLcode fault_ = set_up_curl();
  bool implicit_tls_ = false;
};

void Session::address() {
  if (!url_ || !handle_) {
    fault_ = CURLE_OUT_OF_MEMORY;
    return;
  }
  // libcurl takes the EHLO name from the path of the URL.
  const std::string path = "/" + options_.helo;
  if (curl_url_set(url_.get(), CURLUPART_URL, options_.url.c_str(), 0) != CURLUE_OK ||
      curl_url_set(url_.get(), CURLUPART_PATH, path.c_str(), CURLU_URLENCODE) != CURLUE_OK) {
    fault_ = CURLE_URL_MALFORMAT;
    return;
  }
  char* scheme = nullptr;
  if (curl_url_get(url_.get(), CURLUPART_SCHEME, &scheme, 0) == CURLUE_OK) {
    implicit_tls_ = std::string_view(scheme) == "smtps";
    curl_free(scheme);
  }
  set(CURLOPT_CURLU, url_.get());
  set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  set(CURLOPT_PROXY, "");  // not that of the environment
  if (!options_.source_address.empty()) {
    set(CURLOPT_INTERFACE, ("host!" + options_.source_address).c_str());
  }
}

// libcurl reads a time limit of 0 as none.
void Session::bound() {
  const auto limit = static_cast<long>(std::max<std::chrono::seconds::rep>(
      1, std::min<std::chrono::seconds::rep>(options_.timeout.count(), 86'400)));
  set(CURLOPT_TIMEOUT, limit);
  set(CURLOPT_CONNECTTIMEOUT, std::min(limit, 30L));
  set(CURLOPT_SERVER_RESPONSE_TIMEOUT, limit);
  set(CURLOPT_NOSIGNAL, 1L);  // other threads are at work
  set(CURLOPT_FORBID_REUSE, 1L);
}

// Opportunistic TLS (RFC 7435) protects against listening only: who could forge the certificate
// could as well hide the offer of STARTTLS, so asking for a good one would lose mail and win
// nothing. Where TLS is required, or a password is at stake, the certificate counts.
bool Session::verifies_certificate() const {
  return implicit_tls_ || options_.tls == RelayOptions::Tls::always || !options_.user.empty() ||
         !options_.ca_file.empty();
}

void Session::secure() {
  switch (options_.tls) {
    case RelayOptions::Tls::never:
      set(CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_NONE));
      break;
    case RelayOptions::Tls::when_offered:
      set(CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_TRY));
      break;
    case RelayOptions::Tls::always:
      set(CURLOPT_USE_SSL, static_cast<long>(CURLUSESSL_ALL));
      break;
  }
  set(CURLOPT_SSL_VERIFYPEER, verifies_certificate() ? 1L : 0L);
  set(CURLOPT_SSL_VERIFYHOST, verifies_certificate() ? 2L : 0L);
  if (!options_.ca_file.empty()) {
    set(CURLOPT_CAINFO, options_.ca_file.c_str());
    set(CURLOPT_CAPATH, static_cast<const char*>(nullptr));  // that file alone
  }
  if (!options_.user.empty()) {
    set(CURLOPT_USERNAME, options_.user.c_str());
    set(CURLOPT_PASSWORD, options_.password.c_str());
  }
}

void Session::envelope(const std::string& from, const std::string& to) {
  set(CURLOPT_MAIL_FROM, fmt::format("<{}>", from).c_str());
  recipients_.reset(curl_slist_append(nullptr, fmt::format("<{}>", to).c_str()));
  if (!recipients_) fault_ = CURLE_OUT_OF_MEMORY;
  set(CURLOPT_MAIL_RCPT, recipients_.get());
  set(CURLOPT_UPLOAD, 1L);
  // For the SIZE parameter (RFC 1870 section 3).
  set(CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(content_.size()));
  set(CURLOPT_READFUNCTION, &Session::read);
  set(CURLOPT_READDATA, static_cast<void*>(this));
}

// The response code alone would not say which command it answers, so the dialogue is read along.
void Session::observe() {
  set(CURLOPT_ERRORBUFFER, error_.data());
  set(CURLOPT_WRITEFUNCTION, &Session::ignore);
  set(CURLOPT_DEBUGFUNCTION, &Session::trace);
  set(CURLOPT_DEBUGDATA, static_cast<void*>(this));
  set(CURLOPT_VERBOSE, 1L);
}

std::string Session::describe_fault() const {
  const std::string_view said = error_.front() != '\0' ? error_.data() : curl_easy_strerror(fault_);
  switch (fault_) {
    case CURLE_OK:
      return "the session ended before the message was taken";
    case CURLE_USE_SSL_FAILED:
      return "the relay offers no STARTTLS, which relay.tls = \"always\" requires; switch TLS on "
             "there, or change relay.tls";
    case CURLE_PEER_FAILED_VERIFICATION:
      return fmt::format("the relay's certificate is not trusted; check relay.ca_file ({})", said);
    case CURLE_SSL_CACERT_BADFILE:
      return fmt::format("relay.ca_file cannot be read as certificates; check it ({})", said);
    case CURLE_LOGIN_DENIED:
      return fmt::format("the login failed; check relay.user and relay.password ({})", said);
    case CURLE_RECV_ERROR:
    case CURLE_GOT_NOTHING:
      return fmt::format("the connection broke ({})", said);
    case CURLE_INTERFACE_FAILED:
      return fmt::format("no connection can leave from relay.source_address ({})", said);
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
      return fmt::format("relay.url is not smtp://HOST[:PORT] or smtps://HOST[:PORT] ({})", said);
    default:
      return std::string(said);
  }
}

std::size_t Session::read(char* buffer, std::size_t size, std::size_t count, void* session) {
  std::string_view& rest = static_cast<Session*>(session)->content_;
  const std::size_t taken = std::min(size * count, rest.size());
  std::memcpy(buffer, rest.data(), taken);
  rest.remove_prefix(taken);
  return taken;
}

std::size_t Session::ignore(char* /*data*/, std::size_t size, std::size_t count,
                            void* /*session*/) {
  return size * count;
}

// Commands may hold the password: nothing of them is kept.
int Session::trace(CURL* /*handle*/, curl_infotype kind, char* data, std::size_t size,
                   void* session) {
  SmtpDialogue& dialogue = static_cast<Session*>(session)->dialogue_;
  if (kind == CURLINFO_HEADER_OUT) dialogue.command_sent({data, size});
  if (kind == CURLINFO_HEADER_IN) dialogue.line_received({data, size});
  if (kind == CURLINFO_DATA_OUT) dialogue.content_sent();
  return 0;
}

class SmtpRelay final : public Relay {
 public:
  explicit SmtpRelay(RelayOptions options) : options_(std::move(options)) {}

  HandOver hand_over(const std::string& from, const std::string& to,
                     const std::string& content) override {
    // No later attempt can cure these.
    if (to.empty() || !fits_a_command(from) || !fits_a_command(to)) {
      return {.kind = HandOver::Kind::refused,
              .reply = "not handed over: an address cannot stand in an SMTP command"};
    }
    if (!has_only_crlf(content)) {
      return {.kind = HandOver::Kind::refused,
              .reply = "not handed over: the content has a NUL or a line end other than CRLF"};
    }
    return Session(options_, content).run(from, to);
  }

  // The session, and as long again for the answer to QUIT.
  std::chrono::seconds longest_hand_over() const override { return 2 * options_.timeout; }

 private:
  const RelayOptions options_;
};

}  // namespace

std::unique_ptr<Relay> make_smtp_relay(RelayOptions options) {
  set_up_curl();
  return std::make_unique<SmtpRelay>(std::move(options));
}

}  // namespace mandate::mail
