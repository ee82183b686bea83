// STARTTLS and AUTH against a server made of Python's ssl module.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <stdlib.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include "mail/relay.h"

namespace mandate::mail {
namespace {

namespace fs = std::filesystem;
using Kind = HandOver::Kind;
using ::testing::HasSubstr;

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(X509* certificate) const { X509_free(certificate); }
  void operator()(X509_EXTENSION* extension) const { X509_EXTENSION_free(extension); }
  void operator()(std::FILE* file) const { std::fclose(file); }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

void require(bool done, const char* what) {
  if (!done) throw std::runtime_error(what);
}

Owned<X509> self_signed(EVP_PKEY* key) {
  Owned<X509> made(X509_new());
  X509_set_version(made.get(), X509_VERSION_3);
  ASN1_INTEGER_set(X509_get_serialNumber(made.get()), 1);
  X509_gmtime_adj(X509_getm_notBefore(made.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(made.get()), 24L * 3600);
  X509_set_pubkey(made.get(), key);
  X509_NAME* name = X509_get_subject_name(made.get());
  X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
                             reinterpret_cast<const unsigned char*>("sink.test"), -1, -1, 0);
  X509_set_issuer_name(made.get(), name);
  const Owned<X509_EXTENSION> names(
      X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, "IP:127.0.0.1"));
  X509_add_ext(made.get(), names.get(), -1);
  require(X509_sign(made.get(), key, EVP_sha256()) > 0, "cannot sign a certificate");
  return made;
}

// A running server with a certificate of its own, for one connection.
class TlsSink {
 public:
  TlsSink() {
    std::string pattern = (fs::temp_directory_path() / "mandate-tls-XXXXXX").string();
    require(::mkdtemp(pattern.data()) != nullptr, "no temporary folder");
    folder_ = pattern;
    write_certificate();
    const fs::path script = fs::path(MANDATE_MAIL_TESTS) / "tls_sink.py";
    const std::string command = fmt::format("python3 '{}' '{}' '{}' right", script.string(),
                                            certificate(), (folder_ / "key.pem").string());
    pipe_ = ::popen(command.c_str(), "r");
    require(pipe_ != nullptr, "cannot run python3");
    port_ = line();
  }
  ~TlsSink() {
    while (!line().empty()) {  // until the server has had its say
    }
    ::pclose(pipe_);
    fs::remove_all(folder_);
  }
  TlsSink(const TlsSink&) = delete;
  TlsSink& operator=(const TlsSink&) = delete;

  std::string certificate() const { return (folder_ / "certificate.pem").string(); }
  std::string url() const { return "smtp://127.0.0.1:" + port_; }
  /// What the server saw, once the connection is over.
  std::string report() { return line(); }

 private:
  void write_certificate() const {
    const Owned<EVP_PKEY> key(EVP_EC_gen("P-256"));
    require(key != nullptr, "cannot make a key");
    const Owned<X509> made = self_signed(key.get());
    const Owned<std::FILE> out(std::fopen(certificate().c_str(), "w"));
    const Owned<std::FILE> secret(std::fopen((folder_ / "key.pem").c_str(), "w"));
    require(out && secret && PEM_write_X509(out.get(), made.get()) == 1 &&
                PEM_write_PrivateKey(secret.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                     nullptr) == 1,
            "cannot write a certificate");
  }
  std::string line() {
    std::array<char, 256> buffer{};
    std::string out = std::fgets(buffer.data(), buffer.size(), pipe_) ? buffer.data() : "";
    while (out.ends_with('\n')) out.pop_back();
    return out;
  }

  fs::path folder_;
  std::FILE* pipe_ = nullptr;
  std::string port_;
};

HandOver send(const RelayOptions& options) {
  return make_smtp_relay(options)->hand_over("news@customer.example", "reader@receiver.example",
                                             "Subject: x\r\n\r\nHello.\r\n");
}

RelayOptions options(const TlsSink& sink, RelayOptions::Tls tls) {
  RelayOptions out;
  out.url = sink.url();
  out.helo = "out.mailer.provider.example";
  out.tls = tls;
  out.timeout = std::chrono::seconds{20};
  return out;
}

TEST(RelayTls, RequiredTlsWithATrustedCertificateIsUsed) {
  TlsSink sink;
  RelayOptions strict = options(sink, RelayOptions::Tls::always);
  strict.ca_file = sink.certificate();
  const HandOver outcome = send(strict);
  EXPECT_EQ(outcome.kind, Kind::accepted) << outcome.reply;
  EXPECT_EQ(sink.report(), "tls - 22");
}

TEST(RelayTls, RequiredTlsWithAnUnknownCertificateIsDeferred) {
  TlsSink sink;
  const HandOver outcome = send(options(sink, RelayOptions::Tls::always));
  EXPECT_EQ(outcome.kind, Kind::deferred);
  EXPECT_EQ(outcome.code, 0);
  EXPECT_THAT(outcome.reply, HasSubstr("relay.ca_file"));
  EXPECT_THAT(sink.report(), HasSubstr(" - 0"));
}

TEST(RelayTls, MissingCaFileIsDeferredWithItsName) {
  TlsSink sink;
  RelayOptions strict = options(sink, RelayOptions::Tls::always);
  strict.ca_file = sink.certificate() + ".missing";
  const HandOver outcome = send(strict);
  EXPECT_EQ(outcome.kind, Kind::deferred);
  EXPECT_THAT(outcome.reply, HasSubstr("relay.ca_file"));
}

TEST(RelayTls, OpportunisticTlsTakesAnyCertificate) {
  TlsSink sink;
  const HandOver outcome = send(options(sink, RelayOptions::Tls::when_offered));
  EXPECT_EQ(outcome.kind, Kind::accepted) << outcome.reply;
  EXPECT_EQ(sink.report(), "tls - 22");
}

TEST(RelayTls, NeverIsNever) {
  TlsSink sink;
  EXPECT_EQ(send(options(sink, RelayOptions::Tls::never)).kind, Kind::accepted);
  EXPECT_EQ(sink.report(), "clear - 22");
}

TEST(RelayTls, LogsInOverTls) {
  TlsSink sink;
  RelayOptions known = options(sink, RelayOptions::Tls::always);
  known.ca_file = sink.certificate();
  known.user = "mandate";
  known.password = "right";
  const HandOver outcome = send(known);
  EXPECT_EQ(outcome.kind, Kind::accepted) << outcome.reply;
  EXPECT_EQ(sink.report(), "tls mandate 22");
}

TEST(RelayTls, WrongPasswordIsDeferred) {
  TlsSink sink;
  RelayOptions known = options(sink, RelayOptions::Tls::always);
  known.ca_file = sink.certificate();
  known.user = "mandate";
  known.password = "wrong";
  const HandOver outcome = send(known);
  EXPECT_EQ(outcome.kind, Kind::deferred);
  EXPECT_EQ(outcome.code, 535);
}

TEST(RelayTls, APasswordIsNotShownToAnUnknownServer) {
  TlsSink sink;
  RelayOptions known = options(sink, RelayOptions::Tls::when_offered);
  known.user = "mandate";
  known.password = "right";
  EXPECT_EQ(send(known).kind, Kind::deferred);
  EXPECT_THAT(sink.report(), HasSubstr(" - 0"));
}

}  // namespace
}  // namespace mandate::mail
