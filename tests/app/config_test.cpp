#include "app/config.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "app/config_schema.h"
#include "program.h"

namespace mandate::app {
namespace {

// Line 1 to 10.
const std::string smallest = R"([provider]
include_name   = "mailer.provider.example"
pool           = ["192.0.2.0/28", "2001:db8:25::/64"]
helo_names     = ["out.mailer.provider.example"]
default_sender = "no-reply@provider.example"
[store]
path = "mandate.db"
[relay]
url = "smtp://127.0.0.1:25"
)";

std::vector<std::string> errors_of(const std::string& text) {
  const auto config = parse_config(text, "mandate.toml");
  std::vector<std::string> all;
  if (config) return all;
  for (const ConfigError& error : config.error()) all.push_back(error.text());
  return all;
}

TEST(Config, OfTheRequiredKeysAloneHasTheDefaults) {
  const auto config = parse_config(smallest, "/etc/mandate/mandate.toml");
  ASSERT_TRUE(config) << config.error().front().text();
  EXPECT_EQ(config->provider.include_name.text(), "mailer.provider.example");
  ASSERT_EQ(config->provider.pool.size(), 2U);
  EXPECT_EQ(config->provider.pool[1].text(), "2001:db8:25::/64");
  EXPECT_EQ(config->provider.default_sender, "no-reply@provider.example");
  EXPECT_FALSE(config->provider.bounce_host);
  EXPECT_EQ(text(config->listen), "127.0.0.1:8025");
  EXPECT_EQ(config->store_path, "/etc/mandate/mandate.db");
  EXPECT_FALSE(config->resolver);
  EXPECT_TRUE(config->zones.empty());
  EXPECT_EQ(config->dns_timeout, std::chrono::seconds{20});
  EXPECT_EQ(config->relay.url, "smtp://127.0.0.1:25");
  EXPECT_EQ(config->relay.helo, "out.mailer.provider.example");
  EXPECT_EQ(config->relay.tls, mail::RelayOptions::Tls::when_offered);
  EXPECT_EQ(config->relay.timeout, std::chrono::seconds{60});
  EXPECT_EQ(config->patience.grace, std::chrono::hours{24});
  EXPECT_EQ(config->expire_after, std::chrono::hours{120});
  EXPECT_EQ(config->log_level, LogLevel::info);
  EXPECT_EQ(config->log_format, LogFormat::json);
}

TEST(Config, TakesEveryKey) {
  std::string with_bounce_host = smallest;
  with_bounce_host.insert(with_bounce_host.find("include_name"),
                          "bounce_host = \"Bounces.provider.example.\"\n");
  const auto config = parse_config(
      "dns.zones = [\"a.zone\", \"/b.zone\"]\ndns.timeout = \"1500ms\"\n"
      "dns.root_hints = \"private.root\"\ndns.authority_port = 5353\n"
      "verification.ownership = \"off\"\nverification.subdomains = true\n"
      "verification.authoritative = false\nverification.claim_grace = \"1h\"\n"
      "server.listen = \"[::1]:0\"\nverification.grace = \"0s\"\noutbox.expire_after = \"2h\"\n"
      "log = {level = \"warning\", format = \"text\"}\n" +
          with_bounce_host +
          "helo = \"Relay.provider.example.\"\ntls = \"always\"\nca_file = \"ca.pem\"\n"
          "user = \"u\"\npassword = \"p\"\nsource_address = \"192.0.2.1\"\ntimeout = \"5s\"\n",
      "/etc/mandate.toml");
  ASSERT_TRUE(config) << config.error().front().text();
  EXPECT_EQ(config->zones, (std::vector<std::string>{"/etc/a.zone", "/b.zone"}));
  EXPECT_EQ(config->dns_timeout, std::chrono::milliseconds{1500});
  EXPECT_EQ(config->root_hints, "/etc/private.root");
  EXPECT_EQ(config->authority_port, 5353);
  EXPECT_EQ(config->ownership, (registry::OwnershipRule{.required = false, .subdomains = true}));
  EXPECT_FALSE(config->authoritative);
  EXPECT_EQ(config->patience.claim_grace, std::chrono::hours{1});
  EXPECT_EQ(text(config->listen), "[::1]:0");
  EXPECT_EQ(config->patience.grace, std::chrono::seconds{0});
  EXPECT_EQ(config->expire_after, std::chrono::hours{2});
  EXPECT_EQ(config->log_level, LogLevel::warning);
  EXPECT_EQ(config->log_format, LogFormat::text);
  EXPECT_EQ(config->provider.bounce_host->text(), "bounces.provider.example");
  EXPECT_EQ(config->relay.helo, "relay.provider.example");
  EXPECT_EQ(config->relay.tls, mail::RelayOptions::Tls::always);
  EXPECT_EQ(config->relay.ca_file, "/etc/ca.pem");
  EXPECT_EQ(config->relay.user, "u");
  EXPECT_EQ(config->relay.password, "p");
  EXPECT_EQ(config->relay.source_address, "192.0.2.1");
  EXPECT_EQ(config->relay.timeout, std::chrono::seconds{5});
}

TEST(Config, AcceptsTheExampleOfEveryMend) {
  std::string text;
  std::string section;
  for (const ConfigKey& key : config_schema()) {
    if (key.name == "zones") continue;  // not beside a resolver
    if (key.section != section) text += "[" + std::string(key.section) + "]\n";
    section = key.section;
    text += std::string(key.name) + " = " + std::string(key.example) + "\n";
  }
  EXPECT_EQ(errors_of(text), std::vector<std::string>{});
}

TEST(Config, ReadsTheBreakersShareToTheHundredthOfAPercent) {
  const std::pair<const char*, int> table[] = {{"2%", 200},      {"0.5%", 50},     {"0.05%", 5},
                                               {"12.34%", 1234}, {"100%", 10'000}, {"0%", 0}};
  for (const auto& [text, share] : table) {
    const auto config = parse_config(
        smallest + "[breaker]\nshare = \"" + text + "\"\nat_least = 7\nwithin = \"2h\"\n",
        "mandate.toml");
    ASSERT_TRUE(config) << text << config.error().front().text();
    EXPECT_EQ(config->breaker.share, share) << text;
    EXPECT_EQ(config->breaker.at_least, 7);
    EXPECT_EQ(config->breaker.within, std::chrono::hours{2});
  }
}

struct Wrong {
  std::string what;   // the rule, for the failure message
  std::string added;  // behind the smallest configuration: line 10 and on, within [relay]
  std::string error;  // the one error's beginning
};

TEST(Config, RefusesEachWrongKeyWithLineKeyAndMend) {
  const Wrong table[] = {
      {"unknown key", "tsl = \"always\"\n",
       "mandate.toml:10: relay.tsl: is not a known key; did you mean tls?"},
      {"key of another section", "\nexpire_after = \"5d\"\n",
       "mandate.toml:11: relay.expire_after: is not a known key; did you mean expire_after in "
       "[outbox]?"},
      {"unlike any key", "quux_frobnicate = 1\n",
       "mandate.toml:10: relay.quux_frobnicate: is not a known key; known in [relay] are url, "
       "helo,"},
      {"unknown section", "[outbx]\nexpire_after = \"5d\"\n",
       "mandate.toml:10: outbx: is not a known section; did you mean [outbox]?"},
      {"unlike any section", "[quux]\n",
       "mandate.toml:10: quux: is not a known section; known are provider, server,"},
      {"table below a section", "[relay.quux]\nurl = 1\n",
       "mandate.toml:10: relay.quux: is not a known key"},
      {"hostile key", "\"\\u001B[2J\" = 1\n",
       "mandate.toml:10: relay.\\x1b[2J: is not a known key"},
      {"wrong type", "timeout = 60\n",
       "mandate.toml:10: relay.timeout: is not a string; write timeout = \"60s\""},
      {"list for a string", "timeout = [\"60s\"]\n",
       "mandate.toml:10: relay.timeout: is not a string; write timeout = \"60s\""},
      {"string for a list", "[dns]\nzones = \"a.zone\"\n",
       "mandate.toml:11: dns.zones: is not a list of strings; write zones = [\"provider.zone\"]"},
      {"item of another type", "[dns]\nzones = [\n \"a\",\n 1]\n",
       "mandate.toml:13: dns.zones: has an item that is not a string"},
      {"empty path", "[dns]\nzones = [\"\"]\n", "mandate.toml:11: dns.zones: is not a path"},
      {"no number", "[dns]\nauthority_port = \"53\"\n",
       "mandate.toml:11: dns.authority_port: is not a whole number; write authority_port = 53"},
      {"no port", "[dns]\nauthority_port = 65536\n",
       "mandate.toml:11: dns.authority_port: 65536 is out of range: 1 to 65535"},
      {"port nought", "[dns]\nauthority_port = 0\n",
       "mandate.toml:11: dns.authority_port: 0 is out of range: 1 to 65535"},
      {"neither true nor false", "[verification]\nauthoritative = \"yes\"\n",
       "mandate.toml:11: verification.authoritative: is not true or false; write authoritative = "
       "true"},
      {"no choice of ownership", "[verification]\nownership = \"on\"\n",
       "mandate.toml:11: verification.ownership: \"on\" is none of required, off"},
      {"no unit", "timeout = \"60\"\n",
       "mandate.toml:10: relay.timeout: \"60\" does not end in a unit"},
      {"out of range", "timeout = \"2h\"\n",
       "mandate.toml:10: relay.timeout: \"2h\" is out of range: 1s to 1h; write timeout = "
       "\"60s\""},
      {"not whole seconds", "timeout = \"1500ms\"\n",
       "mandate.toml:10: relay.timeout: \"1500ms\" is not in whole seconds"},
      {"dns timeout of nothing", "[dns]\ntimeout = \"0s\"\n",
       "mandate.toml:11: dns.timeout: \"0s\" is out of range: 100ms to 5m"},
      {"text for a number", "[verification]\nworkers = \"8\"\n",
       "mandate.toml:11: verification.workers: is not a whole number; write workers = 8"},
      {"no workers", "[verification]\nworkers = 0\n",
       "mandate.toml:11: verification.workers: 0 is out of range: 1 to 256; write workers = 8"},
      {"too many workers", "[verification]\nworkers = 99999999999\n",
       "mandate.toml:11: verification.workers: 99999999999 is out of range: 1 to 256"},
      {"share without its sign", "[breaker]\nshare = \"2\"\n",
       "mandate.toml:11: breaker.share: \"2\" is no share: a number with up to two decimals, and "
       "%; "
       "write share = \"2%\""},
      {"three decimals", "[breaker]\nshare = \"0.125%\"\n",
       "mandate.toml:11: breaker.share: \"0.125%\" is no share"},
      {"point without decimals", "[breaker]\nshare = \"2.%\"\n",
       "mandate.toml:11: breaker.share: \"2.%\" is no share"},
      {"more than all", "[breaker]\nshare = \"100.01%\"\n",
       "mandate.toml:11: breaker.share: \"100.01%\" is out of range: 0% to 100%"},
      {"negative share", "[breaker]\nshare = \"-1%\"\n",
       "mandate.toml:11: breaker.share: \"-1%\" is out of range"},
      {"a number as a string", "[breaker]\nat_least = \"20\"\n",
       "mandate.toml:11: breaker.at_least: is not a whole number; write at_least = 20"},
      {"number out of range", "[breaker]\nat_least = -1\n",
       "mandate.toml:11: breaker.at_least: \"-1\" is out of range: 0 to 1000000"},
      {"no time", "[breaker]\nwithin = \"1s\"\n",
       "mandate.toml:11: breaker.within: \"1s\" is out of range: 1m to 7d"},
      {"no choice", "tls = \"yes\"\n",
       "mandate.toml:10: relay.tls: \"yes\" is none of never, when_offered, always"},
      {"log level", "[log]\nlevel = \"Info\"\n",
       "mandate.toml:11: log.level: \"Info\" is none of debug, info, warning, error"},
      {"listen without port", "[server]\nlisten = \"127.0.0.1\"\n",
       "mandate.toml:11: server.listen: \"127.0.0.1\" has no port"},
      {"source address", "source_address = \"out\"\n",
       "mandate.toml:10: relay.source_address: \"out\" is not an IP address"},
      {"HELO name", "helo = \"out_1.example.com\"\n",
       "mandate.toml:10: relay.helo: \"out_1.example.com\" has a label of other letters"},
      {"HELO with line break", "helo = \"a.example\\r\\nMAIL FROM:<x@y>\"\n",
       "mandate.toml:10: relay.helo: \"a.example\\x0d\\x0aMAIL FROM:<x@y>\" has a label"},
      {"user alone", "user = \"u\"\n",
       "mandate.toml:10: relay.user: stands without relay.password; write both or neither"},
      {"password alone", "password = \"secret\"\n",
       "mandate.toml:10: relay.password: stands without relay.user"},
      {"resolver and zones", "[dns]\nresolver = \"127.0.0.1\"\nzones = [\"a\"]\n",
       "mandate.toml:12: dns.zones: stands beside dns.resolver"},
      {"resolver by name", "[dns]\nresolver = \"dns.example\"\n",
       "mandate.toml:11: dns.resolver: "},
      {"not TOML", "tls = always\n", "mandate.toml:10: is not TOML: "},
      {"the same key twice", "url = \"smtp://h\"\n", "mandate.toml:10: is not TOML: "},
      {"not UTF-8", "user = \"\xff\"\n", "mandate.toml:10: is not TOML: "},
  };
  for (const Wrong& wrong : table) {
    const std::vector<std::string> errors = errors_of(smallest + wrong.added);
    ASSERT_EQ(errors.size(), 1U) << wrong.what;
    EXPECT_TRUE(errors[0].starts_with(wrong.error)) << wrong.what << ": " << errors[0];
  }
}

TEST(Config, RefusesEachWrongRequiredValueWithItsMend) {
  const struct {
    std::string from, to, error;
  } table[] = {
      {"\"mailer.provider.example\"", "\"mailer\"",
       "mandate.toml:2: provider.include_name: \"mailer\" is not a whole domain name"},
      {"\"mailer.provider.example\"", "\"mailer..example\"",
       "mandate.toml:2: provider.include_name: \"mailer..example\" is not a domain name: "},
      {"\"mailer.provider.example\"", "\"include:a.example\"",
       "mandate.toml:2: provider.include_name: \"include:a.example\" has a label"},
      {"\"192.0.2.0/28\"", "\"192.0.2.1/28\"",
       "mandate.toml:3: provider.pool: \"192.0.2.1/28\" is not a prefix"},
      {"\"192.0.2.0/28\"", "\"0.0.0.0/0\"",
       "mandate.toml:3: provider.pool: \"0.0.0.0/0\" is the whole address space"},
      {"[\"192.0.2.0/28\", \"2001:db8:25::/64\"]", "[]",
       "mandate.toml:3: provider.pool: is empty, and needs at least one item; write pool = "},
      {"[provider]", "[provider]\nbounce_host = \"10 bounces.provider.example\"",
       "mandate.toml:2: provider.bounce_host: \"10 bounces.provider.example\" has a label"},
      {"no-reply@provider.example", "Provider <a@b.example>",
       "mandate.toml:5: provider.default_sender: \"Provider <a@b.example>\" is not a mailbox: "},
      {"smtp://127.0.0.1:25", "http://127.0.0.1",
       "mandate.toml:9: relay.url: \"http://127.0.0.1\" does not begin with smtp:// or smtps://"},
      {"smtp://127.0.0.1:25", "smtp://user:secret@host",
       "mandate.toml:9: relay.url: \"smtp://user:secret@host\" is more than smtp://HOST:PORT"},
      {"smtp://127.0.0.1:25", "smtp://", "mandate.toml:9: relay.url: \"smtp://\" is more than"},
      {"\"mandate.db\"", "\"\"", "mandate.toml:7: store.path: is not a path; write path = "},
  };
  for (const auto& row : table) {
    std::string text = smallest;
    text.replace(text.find(row.from), row.from.size(), row.to);
    const std::vector<std::string> errors = errors_of(text);
    ASSERT_EQ(errors.size(), 1U) << row.error;
    EXPECT_TRUE(errors[0].starts_with(row.error)) << errors[0];
  }
}

TEST(Config, TakesUnderscoresInTheIncludeName) {
  std::string text = smallest;
  text.replace(text.find("mailer.provider"), 15, "_spf.provider");
  const auto config = parse_config(text, "mandate.toml");
  ASSERT_TRUE(config) << config.error().front().text();
  EXPECT_EQ(config->provider.include_name.text(), "_spf.provider.example");
}

TEST(Config, ReportsAllErrorsOfAFileByLine) {
  const std::vector<std::string> errors = errors_of(
      "listen = \"127.0.0.1:1\"\nrelay = 3\n[provider]\npool = [\"x\", \"y\"]\nhelo_name = []\n");
  const std::vector<std::string> beginnings = {
      "mandate.toml:1: store.path: is missing; write path = ",
      "mandate.toml:1: listen: stands in no section; move it below [server]",
      "mandate.toml:2: relay: is not a section; write [relay]",
      "mandate.toml:3: provider.include_name: is missing; write include_name = "
      "\"mailer.provider.example\" below [provider]",
      "mandate.toml:3: provider.helo_names: is missing",
      "mandate.toml:3: provider.default_sender: is missing",
      "mandate.toml:4: provider.pool: \"x\" is not a prefix",
      "mandate.toml:4: provider.pool: \"y\" is not a prefix",
      "mandate.toml:5: provider.helo_name: is not a known key; did you mean helo_names?"};
  ASSERT_EQ(errors.size(), beginnings.size());
  for (const std::string& beginning : beginnings) {
    EXPECT_TRUE(std::ranges::any_of(errors, [&](const std::string& error) {
      return error.starts_with(beginning);
    })) << beginning;
  }
}

TEST(Config, OfNothingNamesEveryRequiredKey) {
  for (const std::string text : {"", "\n\n# nothing\n"}) {
    EXPECT_EQ(errors_of(text).size(), 6U);
  }
}

TEST(LoadConfig, NamesAFileThatCannotBeRead) {
  const testing::TemporaryFolder folder;
  const auto config = load_config(folder / "missing.toml");
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().exit_code, 78);
  EXPECT_NE(config.error().message.find("missing.toml: No such file"), std::string::npos);
  EXPECT_NE(config.error().message.find("--config"), std::string::npos);
}

}  // namespace
}  // namespace mandate::app
