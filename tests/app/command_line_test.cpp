// How the program takes its arguments, run as a program.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "program.h"

namespace mandate::app::testing {
namespace {

using Words = std::vector<std::string>;

std::string joined(const Words& words) {
  std::string all;
  for (const std::string& word : words) all += word + " ";
  return all;
}

TEST(CommandLine, RefusesAWrongCallWith64AndSaysWhy) {
  const std::pair<Words, std::string> table[] = {
      {{}, "subcommand is required"},
      {{"chekc"}, "\"chekc\" is not a command; did you mean check?"},
      {{"--frobnicate"}, "\"--frobnicate\" is not an option"},
      {{"hlep"}, "\"hlep\" is not a command; did you mean help?"},
      {{"chekc", "--help"}, "\"chekc\" is not a command; did you mean check?"},
      {{"--help", "chekc"}, "\"chekc\" is not a command; did you mean check?"},
      {{"demo", "--version"}, "\"demo\" is not a command\n"},
      {{"key", "creat", "--help"},
       "\"creat\" is not a command; did you mean create?\nmandate: run `mandate key --help` for"},
      {{"help", "chekc"},
       "\"chekc\" is not a command; did you mean check?\nmandate: run `mandate --help` for"},
      {{"help", "key", "creat"},
       "\"creat\" is not a command; did you mean create?\nmandate: run `mandate key --help` for"},
      {{"help", "check", "\x1b[2J"}, "\"\\x1b[2J\" is not a command\n"},
      {{"version", "1"}, "1"},
      {{"check"}, "--ip is missing"},
      {{"check", "--ip"}, "--ip"},
      {{"check", "--ip", "192.0.2.1"}, "give --mail-from, --helo or both"},
      {{"check", "--ip", "192.0.2.1", "--mail-from", ""}, "give --helo too"},
      {{"check", "--ip", "192.0.2.1", "--mail-from", "<>"}, "give --helo too"},
      {{"check", "--ip", "", "--helo", "a.example"}, "\"\" is not an IP address"},
      {{"check", "--ip", "192.0.2", "--helo", "a.example"}, "\"192.0.2\" is not an IP address"},
      {{"check", "--ip", "192.0.2.1/24", "--helo", "a"}, "is not an IP address"},
      {{"check", "--ip", "\x1b[2J", "--helo", "a"}, "\"\\x1b[2J\" is not an IP address"},
      {{"check", "--ip", "192.0.2.1", "--helo", "a", "b"}, "\"b\" is one too many; what is asked"},
      {{"check", "--ip", "192.0.2.1", "--helo", "a", "--zone", "z", "@127.0.0.1"}, "give one of"},
      {{"check", "--ip", "192.0.2.1", "--helo", "a", "--helo", "b"}, "--helo"},
      {{"check", "--ip", "192.0.2.1", "--helo", "a", "--timeout", "20"}, "--timeout: \"20\""},
      {{"check", "--ip", "192.0.2.1", "--helo", "a", "--timeout", "0s"}, "--timeout is out"},
      {{"check", "--ip", "192.0.2.1", "--helo", "a", "--resolver", "x.example"}, "--resolver: "},
      {{"check", "--ip", "192.0.2.1", "--helo", "a", "--zone", "z", "--resolver", "127.0.0.1"},
       "--resolver"},
      {{"check", "--batch", "-", "--ip", "192.0.2.1"}, "leave --ip"},
      {{"check", "--batch", "-", "--helo", "a"}, "leave --ip"},
      {{"check", "--batch", "-", "--zone", "-"}, "cannot both be standard input"},
      {{"check", "--batch", ""}, "--batch"},
      {{"dns"}, "domain is required"},
      {{"dns", "."}, "\".\" is not a domain"},
      {{"dns", "a..example"}, "\"a..example\" is not a domain"},
      {{"dns", "v=spf1\\032-all"}, "dns: \"v=spf1\\\\032-all\" is not a domain: it has other char"},
      {{"dns", "a.example", "--port", "0"}, "--port"},
      {{"dns", "a.example", "--port", "65536"}, "--port"},
      {{"dns", "a.example", "--timeout", "20"}, "dns: --timeout: \"20\""},
      {{"dns", "a.example", "--root-hints", ""}, "--root-hints"},
      {{"serve"}, "--config"},
      {{"key"}, "subcommand is required"},
      {{"key", "create"}, "--config"},
      {{"key", "revoke", "--config", "x"}, "id"},
      {{"account", "show"}, "id"},
      {{"account", "show", ""}, "id"},
      {{"account", "list"}, "there is no API key"},
      {{"domain", "add", "4321"}, "domain"},
      {{"domain", "frobnicate"}, "\"frobnicate\" is not a command\n"},
      {{"domain", "ad", "4321"}, "\"ad\" is not a command; did you mean add?"},
      {{"message", "show", "4321"}, "id"},
      {{"send", "4321", "--from", "a@b.example", "--to", "c@d.example"}, "--subject"},
      {{"send", "4321", "--from", "a@b.example", "--to", "c@d.example", "--subject", "s"},
       "no body"}};
  for (const auto& [words, expected] : table) {
    const Ended ended = run_program(words);
    EXPECT_EQ(ended.exit_code, 64) << joined(words) << ended.err;
    EXPECT_EQ(ended.out, "") << joined(words);
    EXPECT_NE(ended.err.find(expected), std::string::npos) << joined(words) << ": " << ended.err;
  }
}

TEST(CommandLine, TakesAnEmptyValueBehindAnEqualsSign) {
  const TemporaryFolder folder;
  const std::string zone = folder.write("a.zone", "a.example. 60 IN TXT \"v=spf1 -all\"\n");
  const Ended ended = run_program(
      {"check", "--zone=" + zone, "--ip=192.0.2.1", "--mail-from=", "--helo=a.example"});
  EXPECT_EQ(ended.exit_code, 1) << ended.err;
  EXPECT_TRUE(ended.out.starts_with("fail  HELO a.example from")) << ended.out;
}

TEST(CommandLine, HelpsEveryCommandWithAnExample) {
  const Words commands[] = {{},
                            {"check"},
                            {"serve"},
                            {"key"},
                            {"key", "create"},
                            {"key", "list"},
                            {"key", "revoke"},
                            {"account"},
                            {"account", "add"},
                            {"account", "list"},
                            {"account", "show"},
                            {"domain"},
                            {"domain", "add"},
                            {"domain", "list"},
                            {"domain", "show"},
                            {"domain", "verify"},
                            {"domain", "disable"},
                            {"domain", "enable"},
                            {"domain", "remove"},
                            {"audit"},
                            {"audit", "verify"},
                            {"audit", "list"},
                            {"send"},
                            {"message"},
                            {"message", "list"},
                            {"message", "show"},
                            {"help"}};
  for (Words words : commands) {
    const std::string example = "Example:\n  mandate " + joined(words);
    words.emplace_back("--help");
    const Ended ended = run_program(words);
    EXPECT_EQ(ended.exit_code, 0) << joined(words);
    EXPECT_EQ(ended.err, "") << joined(words);
    EXPECT_NE(ended.out.find(example), std::string::npos) << joined(words) << ended.out;
    words.pop_back();
    words.insert(words.begin(), "help");
    const Ended asked = run_program(words);
    EXPECT_EQ(asked.exit_code, 0) << asked.err;
    EXPECT_EQ(asked.out, ended.out) << joined(words);
  }
}

TEST(CommandLine, TellsItsVersion) {
  const Ended ended = run_program({"--version"});
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_TRUE(ended.out.starts_with("mandate 0.")) << ended.out;
  const Ended command = run_program({"version"});
  EXPECT_EQ(command.exit_code, 0) << command.err;
  EXPECT_EQ(command.out, ended.out);
  const Ended json = run_program({"version", "--json"});
  EXPECT_EQ(json.exit_code, 0) << json.err;
  EXPECT_EQ(json.out, "{\"object\":\"version\",\"version\":\"" +
                          ended.out.substr(8, ended.out.size() - 9) + "\"}\n");
}

TEST(CommandLine, SaysWhenTheOutputCannotBeWritten) {
  const TemporaryFolder folder;
  const std::string zone = folder.write("a.zone", "a.example. 60 IN TXT \"v=spf1 -all\"\n");
  // /dev/full takes nothing: every write to it fails as on a full disk.
  const std::string calls[] = {"check --zone " + zone + " --ip 192.0.2.1 --helo a.example",
                               "lint --rules"};  // less, and more, than one buffer of output
  for (const std::string& call : calls) {
    const std::string errors = folder / "errors";
    const int ended =
        std::system((std::string(MANDATE_BINARY) + " " + call + " >/dev/full 2>" + errors).c_str());
    EXPECT_EQ(WEXITSTATUS(ended), 74) << call;
    std::stringstream told;
    told << std::ifstream(errors).rdbuf();
    EXPECT_EQ(told.str(), "mandate: cannot write: No space left on device\n") << call;
  }
}

TEST(CommandLine, KnowsAnApiThatIsNotThere) {
  const Environment key = {{"MANDATE_KEY", "mk_test"}, {"MANDATE_URL", "http://127.0.0.1:1"}};
  for (const Words& words : {Words{"account", "list"},
                             {"account", "list", "--json"},
                             {"domain", "show", "4321", "customer.example"},
                             {"message", "list", "4321"}}) {
    const Ended ended = run_program(words, "", key);
    EXPECT_EQ(ended.exit_code, 69) << joined(words) << ended.err;
    EXPECT_NE(ended.err.find("http://127.0.0.1:1"), std::string::npos) << ended.err;
  }
}

TEST(CommandLine, RefusesAKeyThatCouldEndItsHeader) {
  const Ended ended =
      run_program({"account", "list"}, "", {{"MANDATE_KEY", "mk_a\r\nX-Forged: 1"}});
  EXPECT_EQ(ended.exit_code, 64);
  EXPECT_NE(ended.err.find("not one word"), std::string::npos) << ended.err;
  EXPECT_EQ(ended.err.find("mk_a"), std::string::npos) << "a key is never shown";
}

}  // namespace
}  // namespace mandate::app::testing
