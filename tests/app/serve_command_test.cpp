// `mandate serve` and the commands that speak to it, run as programs against zone files.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <csignal>
#include <fstream>
#include <iterator>

#include "program.h"
#include "registry/ownership.h"

namespace mandate::app::testing {
namespace {

const char* const provider_zone = R"($TTL 60
mailer.provider.example.     TXT "v=spf1 ip4:192.0.2.0/28 -all"
*.mailer.provider.example.   TXT "v=spf1 ip4:192.0.2.0/28 -all"
out.mailer.provider.example. A 192.0.2.1
provider.example.            TXT "v=spf1 -all"
)";

std::string customer_zone(const std::string& record) {
  return "$TTL 60\ncustomer.example. TXT \"" + record + "\"\n";
}

/// A folder with a configuration in it, and what is run on that.
class Serve : public ::testing::Test {
 protected:
  Serve() {
    folder_.write("provider.zone", provider_zone);
    folder_.write("customer.zone", customer_zone("v=spf1 mx ~all"));
  }

  std::string configure(const std::string& listen = "127.0.0.1:0",
                        const std::string& store = "mandate.db",
                        const std::string& zones = R"("provider.zone", "customer.zone")") const {
    return folder_.write("mandate.toml", R"([provider]
include_name   = "mailer.provider.example"
pool           = ["192.0.2.0/28"]
helo_names     = ["out.mailer.provider.example"]
default_sender = "no-reply@provider.example"
[server]
listen = ")" + listen + R"("
[store]
path = ")" + store + R"("
[dns]
zones = [)" + zones + R"(]
[relay]
url = "smtp://127.0.0.1:1"
)");
  }

  /// The same with more at its end.
  std::string configure_with(
      const std::string& more,
      const std::string& zones = R"("provider.zone", "customer.zone")") const {
    const std::string path = configure("127.0.0.1:0", "mandate.db", zones);
    std::ifstream in(path);
    const std::string text(std::istreambuf_iterator<char>(in), {});
    return folder_.write("mandate.toml", text + more);
  }

  /// What stands behind a mark, up to the end of its line.
  static std::string value_behind(const std::string& text, const std::string& mark) {
    const std::size_t at = text.find(mark);
    if (at == std::string::npos) return "no " + mark;
    const std::size_t from = at + mark.size();
    return text.substr(from, text.find('\n', from) - from);
  }

  static std::string trimmed(std::string text) {
    while (text.ends_with('\n')) text.pop_back();
    return text;
  }

  /// The `address` of the line that says that the server listens.
  static std::string address_of(Program& server) {
    const std::string mark = "\"address\":\"";
    const std::string log = server.read_err_until("listening on http://");
    server.read_err_until("\n");
    const std::size_t begin = server.err().find(mark);
    if (begin == std::string::npos) return "no address in: " + log;
    const std::size_t from = begin + mark.size();
    return server.err().substr(from, server.err().find('"', from) - from);
  }

  const TemporaryFolder folder_;
};

TEST_F(Serve, CarriesADomainFromTheShellToVerified) {
  const std::string config = configure();
  const Ended key = run_program({"key", "create", "--config", config, "--label", "test"});
  ASSERT_EQ(key.exit_code, 0) << key.err;
  ASSERT_TRUE(key.out.starts_with("mk_")) << key.out;
  Program server({"serve"}, {{"MANDATE_CONFIG", config}});
  const std::string url = address_of(server);
  ASSERT_TRUE(url.starts_with("http://127.0.0.1:")) << url;
  const Environment environment = {{"MANDATE_KEY", trimmed(key.out)}, {"MANDATE_URL", url}};
  const auto call = [&](const std::vector<std::string>& words) {
    return run_program(words, "", environment);
  };

  const Ended account = call({"account", "add", "4321", "--name", "Customer Ltd"});
  EXPECT_EQ(account.exit_code, 0) << account.err;
  const std::string token = value_behind(account.out, "token         ");
  EXPECT_TRUE(registry::is_account_token(token)) << account.out;
  EXPECT_EQ(value_behind(account.out, "include_name  "), token + ".mailer.provider.example");
  EXPECT_EQ(call({"account", "show", "4321"}).out, account.out);
  const Ended again = call({"account", "add", "4321"});
  EXPECT_EQ(again.exit_code, 1);
  EXPECT_NE(again.err.find("409 account_exists: "), std::string::npos) << again.err;
  EXPECT_NE(call({"account", "list"}).out.find("Customer Ltd"), std::string::npos);

  const Ended added = call({"domain", "add", "4321", "News@Customer.Example"});
  EXPECT_EQ(added.exit_code, 0) << added.err;
  const Ended shown = call({"domain", "show", "4321", "customer.example"});
  EXPECT_NE(shown.out.find("customer.example  pending  account 4321 may not send as it"),
            std::string::npos)
      << shown.out;
  const std::string record = value_behind(shown.out, "value      ");
  EXPECT_EQ(record, "v=spf1 mx include:" + token + ".mailer.provider.example ~all") << shown.out;
  const std::string other = value_behind(shown.out, "Or, in place of that, these two records:");
  EXPECT_EQ(other, "") << shown.out;
  EXPECT_NE(shown.out.find("value      v=spf1 mx include:mailer.provider.example ~all\n"),
            std::string::npos)
      << shown.out;
  EXPECT_NE(shown.out.find("host       _mandate  (_mandate.customer.example)\n"), std::string::npos)
      << shown.out;
  const Ended early = call({"domain", "verify", "4321", "customer.example"});
  EXPECT_EQ(early.exit_code, 1) << early.out << early.err;
  const std::vector<std::string> sending = {
      "send",      "4321",  "--from", "News@customer.example", "--to",  "a@receiver.example",
      "--subject", "Hello", "--text", "-- Good day",           "--json"};
  const Ended refused = call(sending);
  EXPECT_EQ(refused.exit_code, 1) << refused.out;
  EXPECT_NE(refused.err.find("403 domain_pending: "), std::string::npos) << refused.err;
  EXPECT_NE(refused.out.find("\"code\":\"domain_pending\""), std::string::npos) << refused.out;

  folder_.write("customer.zone", customer_zone(record));
  server.signal(SIGHUP);
  const std::string reloaded = "the zone files were read again";
  ASSERT_NE(server.read_err_until(reloaded).find(reloaded), std::string::npos) << server.err();
  const Ended verified = call({"domain", "verify", "4321", "customer.example"});
  EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
  EXPECT_NE(verified.out.find("may send as it"), std::string::npos) << verified.out;
  const std::string changed = fmt::format(
      "\n  changed    customer.example now lists `{}` as well: 16 IPv4 addresses gain "
      "a pass; the lookups went from 1 to 2; of the sending pool 16 IPv4 addresses "
      "pass, where no addresses did.\n",
      record.substr(record.find("include:"), record.find(" ~all") - record.find("include:")));
  EXPECT_NE(verified.out.find(changed), std::string::npos) << verified.out;
  const Ended kept = call({"domain", "show", "4321", "customer.example"});
  EXPECT_NE(kept.out.find(changed), std::string::npos) << kept.out;
  EXPECT_EQ(kept.out.find("\n  warning    "), std::string::npos) << kept.out;
  EXPECT_NE(call({"domain", "list", "4321"}).out.find("verified"), std::string::npos);
  const Ended accepted = call(sending);
  EXPECT_EQ(accepted.exit_code, 0) << accepted.err;
  EXPECT_NE(accepted.out.find("\"object\":\"message\""), std::string::npos) << accepted.out;
  EXPECT_NE(call({"message", "list", "4321"}).out.find("a@receiver.example"), std::string::npos);
  EXPECT_EQ(call({"domain", "remove", "4321", "customer.example"}).exit_code, 0);
  EXPECT_EQ(call({"domain", "show", "4321", "customer.example"}).exit_code, 1);

  server.signal(SIGTERM);
  EXPECT_EQ(server.finish(), 0) << server.err();
  EXPECT_NE(server.err().find("\"message\":\"stopped\""), std::string::npos) << server.err();
}

TEST_F(Serve, ADomainThatIsAddedTurnsVerifiedWithoutBeingAskedFor) {
  folder_.write("customer.zone", customer_zone("v=spf1 include:mailer.provider.example ~all"));
  const std::string config = configure_with("[verification]\nownership = \"off\"\n");
  const Ended key = run_program({"key", "create", "--config", config});
  Program server({"serve", "--config", config});
  const Environment environment = {{"MANDATE_KEY", trimmed(key.out)},
                                   {"MANDATE_URL", address_of(server)}};
  ASSERT_EQ(run_program({"account", "add", "4321"}, "", environment).exit_code, 0);
  ASSERT_EQ(run_program({"domain", "add", "4321", "customer.example"}, "", environment).exit_code,
            0);
  const std::string verified = "\"status\":\"verified\"";
  EXPECT_NE(server.read_err_until(verified).find(verified), std::string::npos) << server.err();
  const Ended shown = run_program({"domain", "show", "4321", "customer.example"}, "", environment);
  EXPECT_NE(shown.out.find("may send as it"), std::string::npos) << shown.out;
  EXPECT_EQ(shown.out.find("may not send as it"), std::string::npos) << shown.out;
  server.signal(SIGTERM);
  EXPECT_EQ(server.finish(), 0) << server.err();
}

TEST_F(Serve, OnHangupReadsTheListOfZoneFilesAnewAsWellAsTheFiles) {
  const std::string off = "[verification]\nownership = \"off\"\n";
  folder_.write("customer.zone", customer_zone("v=spf1 include:mailer.provider.example -all"));
  const std::string config = configure_with(off, R"("provider.zone")");
  const Ended key = run_program({"key", "create", "--config", config});
  Program server({"serve", "--config", config});
  const Environment environment = {{"MANDATE_KEY", trimmed(key.out)},
                                   {"MANDATE_URL", address_of(server)}};
  const auto call = [&](const std::vector<std::string>& words) {
    return run_program(words, "", environment);
  };
  const auto hang_up = [&](const std::string& answer) {
    server.signal(SIGHUP);
    EXPECT_NE(server.read_err_until(answer).find(answer), std::string::npos) << server.err();
  };
  ASSERT_EQ(call({"account", "add", "4321"}).exit_code, 0);
  ASSERT_EQ(call({"domain", "add", "4321", "customer.example"}).exit_code, 0);
  EXPECT_NE(call({"domain", "verify", "4321", "customer.example"}).exit_code, 0);
  configure_with(off);
  hang_up("\"files\":\"2\"");
  EXPECT_EQ(call({"domain", "verify", "4321", "customer.example"}).exit_code, 0);
  configure_with("[nonsense\n");
  hang_up("the configuration was not read again; the old zones stay");
  configure_with(off, "");
  hang_up("dns.zones names no files any more");
  EXPECT_EQ(call({"domain", "verify", "4321", "customer.example"}).exit_code, 0);
  server.signal(SIGTERM);
  EXPECT_EQ(server.finish(), 0) << server.err();
}

TEST_F(Serve, AHolderSeesThatItsDomainIsClaimedAndUntilWhenAndADisabledOneNoReason) {
  const std::string config = configure();
  const Ended key = run_program({"key", "create", "--config", config});
  Program server({"serve", "--config", config});
  const Environment environment = {{"MANDATE_KEY", trimmed(key.out)},
                                   {"MANDATE_URL", address_of(server)}};
  const auto domain = [&](const std::string& command, const std::string& account) {
    return run_program({"domain", command, account, "customer.example"}, "", environment);
  };
  folder_.write("customer.zone", customer_zone("v=spf1 include:mailer.provider.example -all"));
  std::string zones = R"("provider.zone", "customer.zone")";
  // Each in a file of its own, by whose number the log tells that it was read.
  const auto name_in_dns = [&](const std::string& account, const std::string& files) {
    const std::string file = account + ".zone";
    folder_.write(file, "_mandate.customer.example. 60 TXT \"mandate-account=" +
                            value_behind(domain("show", account).out, "mandate-account=") + "\"\n");
    zones += ", \"" + file + "\"";
    configure("127.0.0.1:0", "mandate.db", zones);
    server.signal(SIGHUP);
    const std::string answer = "\"files\":\"" + files + "\"";
    ASSERT_NE(server.read_err_until(answer).find(answer), std::string::npos) << server.err();
  };
  for (const char* account : {"4321", "5432"}) {
    ASSERT_EQ(run_program({"account", "add", account}, "", environment).exit_code, 0);
    ASSERT_EQ(domain("add", account).exit_code, 0);
  }
  name_in_dns("4321", "3");
  EXPECT_EQ(domain("verify", "4321").exit_code, 0);
  EXPECT_EQ(domain("show", "4321").out.find("contested"), std::string::npos);
  name_in_dns("5432", "4");
  EXPECT_EQ(domain("verify", "5432").exit_code, 1);
  const Ended holder = domain("show", "4321");
  EXPECT_NE(holder.out.find("\n  contested  since 2"), std::string::npos) << holder.out;
  EXPECT_NE(holder.out.find("another account as well, which may send from 2"), std::string::npos)
      << holder.out;
  const Ended claimant = domain("show", "5432");
  EXPECT_EQ(claimant.out.find("contested"), std::string::npos) << claimant.out;
  EXPECT_NE(claimant.out.find("\n  reason     The DNS of customer.example names this account"),
            std::string::npos)
      << claimant.out;

  const Ended disabled = domain("disable", "5432");
  EXPECT_NE(disabled.out.find("  disabled  "), std::string::npos) << disabled.out;
  EXPECT_EQ(disabled.out.find("\n  reason"), std::string::npos) << disabled.out;
  EXPECT_EQ(domain("show", "4321").out.find("contested"), std::string::npos);
  server.signal(SIGTERM);
  EXPECT_EQ(server.finish(), 0) << server.err();
}

TEST_F(Serve, HoldsEveryRevocationWhileTheProvidersOwnRecordIsNotAsItShouldBe) {
  const std::string config = configure_with("[verification]\nownership = \"off\"\n");
  folder_.write("customer.zone", customer_zone("v=spf1 include:mailer.provider.example -all"));
  const Ended key = run_program({"key", "create", "--config", config});
  const Environment from_file = {{"MANDATE_CONFIG", config}};
  // One run of the server, in which the domain is checked.
  const auto verify = [&](const std::string& news, const std::string& first = {}) {
    Program server({"serve"}, from_file);
    const std::string url = address_of(server);
    EXPECT_NE(server.read_err_until(news).find(news), std::string::npos) << server.err();
    const Environment environment = {{"MANDATE_KEY", trimmed(key.out)}, {"MANDATE_URL", url}};
    if (!first.empty()) {
      EXPECT_EQ(run_program({"account", "add", "4321"}, "", environment).exit_code, 0);
      EXPECT_EQ(run_program({"domain", "add", "4321", first}, "", environment).exit_code, 0);
    }
    const Ended verified =
        run_program({"domain", "verify", "4321", "customer.example"}, "", environment);
    server.signal(SIGTERM);
    EXPECT_EQ(server.finish(), 0) << server.err();
    return verified;
  };
  EXPECT_EQ(verify("listening", "customer.example").exit_code, 0);

  folder_.write("provider.zone", "mailer.provider.example. 60 TXT \"v=spf1 -all\"\n");
  const Ended held = verify("the breaker holds every revocation (canary)");
  EXPECT_EQ(held.exit_code, 0) << "it may still send";
  EXPECT_NE(held.out.find("  held       the domain stays as it was"), std::string::npos)
      << held.out;
  EXPECT_NE(held.out.find("  finding    refused\n"), std::string::npos) << held.out;
  const Ended status = run_program({"breaker", "status"}, "", from_file);
  EXPECT_EQ(status.exit_code, 1);
  EXPECT_NE(status.out.find("  4321  customer.example  would be suspended"), std::string::npos)
      << status.out;

  folder_.write("provider.zone", provider_zone);
  const Ended mended = verify("the breaker is closed again, by system:breaker");
  EXPECT_EQ(mended.exit_code, 0) << mended.out;
  EXPECT_EQ(mended.out.find("held"), std::string::npos) << mended.out;
  EXPECT_EQ(run_program({"breaker", "status"}, "", from_file).exit_code, 0);
}

TEST_F(Serve, WritesNothingButJsonLines) {
  Program server({"serve", "--config", configure()});
  ASSERT_TRUE(address_of(server).starts_with("http://"));
  folder_.write("customer.zone", "not a \x1b zone (\n");
  server.signal(SIGHUP);
  server.read_err_until("the old zones stay");
  server.signal(SIGINT);
  EXPECT_EQ(server.finish(), 0);
  EXPECT_EQ(server.out(), "");
  std::size_t begin = 0;
  std::size_t lines = 0;
  for (; begin < server.err().size(); ++lines) {
    const std::size_t end = server.err().find('\n', begin);
    const std::string line = server.err().substr(begin, end - begin);
    begin = end + 1;
    boost::json::error_code error;
    const boost::json::value value = boost::json::parse(line, error);
    ASSERT_TRUE(!error && value.is_object()) << line;
    for (const char* name : {"time", "level", "message"}) {
      EXPECT_TRUE(value.get_object().contains(name)) << line;
    }
  }
  EXPECT_GE(lines, 3U);
}

TEST_F(Serve, WarnsAtEveryStartThatOwnershipIsOff) {
  for (const std::string more : {"", "ownership = \"off\"", "ownership = \"off\""}) {
    const bool off = !more.empty();
    Program server({"serve", "--config", configure_with("[verification]\n" + more + "\n")});
    ASSERT_TRUE(address_of(server).starts_with("http://")) << server.err();
    server.signal(SIGTERM);
    EXPECT_EQ(server.finish(), 0);
    const bool warned = server.err().find("\"event\":\"ownership_off\"") != std::string::npos;
    EXPECT_EQ(warned, off) << server.err();
  }
}

TEST_F(Serve, RefusesAKeyThatIsNotItsOwn) {
  Program server({"serve", "--config", configure()});
  const std::string url = address_of(server);
  const Ended ended = run_program({"account", "list", "--url", url}, "",
                                  {{"MANDATE_KEY", "mk_" + std::string(52, 'a')}});
  EXPECT_EQ(ended.exit_code, 77) << ended.err;
  EXPECT_NE(ended.err.find("401 key_invalid: "), std::string::npos) << ended.err;
}

TEST_F(Serve, DoesNotStartAndSaysWhy) {
  const std::string wrong = folder_.write("wrong.toml", "[relay]\nurl = 1\nhelo = \"x\"\n");
  const Ended config = run_program({"serve", "--config", wrong});
  EXPECT_EQ(config.exit_code, 78);
  EXPECT_NE(config.err.find("wrong.toml:2: relay.url: "), std::string::npos) << config.err;
  EXPECT_NE(config.err.find("wrong.toml:3: relay.helo: "), std::string::npos) << config.err;
  EXPECT_NE(config.err.find("provider.pool: is missing"), std::string::npos) << config.err;

  const Ended store = run_program({"serve", "--config", configure("127.0.0.1:0", "no/such/db")});
  EXPECT_EQ(store.exit_code, 73) << store.err;

  const Ended zones =
      run_program({"serve", "--config", configure("127.0.0.1:0", "mandate.db", R"("none.zone")")});
  EXPECT_EQ(zones.exit_code, 66) << zones.err;

  Program server({"serve", "--config", configure()});
  const std::string url = address_of(server);
  const Ended taken = run_program({"serve", "--config", configure(url.substr(7))});
  EXPECT_EQ(taken.exit_code, 69) << taken.err;
  EXPECT_NE(taken.err.find(url.substr(7)), std::string::npos) << taken.err;
}

TEST_F(Serve, KeysAreMadeListedAndRevoked) {
  const std::string config = configure();
  const Ended unknown = run_program({"key", "create", "--config", config, "--account", "none"});
  EXPECT_EQ(unknown.exit_code, 1);
  EXPECT_NE(unknown.err.find("there is no account \"none\""), std::string::npos) << unknown.err;

  const Ended made = run_program({"key", "create", "--config", config, "--json"});
  ASSERT_EQ(made.exit_code, 0) << made.err;
  const boost::json::object key = boost::json::parse(made.out).as_object();
  const std::string secret(std::string_view(key.at("key").as_string()));
  const std::string id(std::string_view(key.at("id").as_string()));
  EXPECT_TRUE(key.at("account").is_null());

  const Ended listed = run_program({"key", "list", "--config", config});
  EXPECT_NE(listed.out.find(id), std::string::npos) << listed.out;
  EXPECT_EQ(listed.out.find(secret), std::string::npos) << "a key is shown once";

  Program server({"serve", "--config", config});
  const std::string key_file = folder_.write("key", secret + "\n");
  const std::vector<std::string> call = {"account",          "list",       "--url",
                                         address_of(server), "--key-file", key_file};
  EXPECT_EQ(run_program(call).exit_code, 0);
  EXPECT_EQ(run_program({"key", "revoke", "--config", config, id}).exit_code, 0);
  EXPECT_EQ(run_program(call).exit_code, 77);
  EXPECT_EQ(run_program({"key", "revoke", "--config", config, "none"}).exit_code, 1);
}

}  // namespace
}  // namespace mandate::app::testing
