// `mandate dns`, run as a program, over a private root.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "../resolver/nsd_server.h"
#include "program.h"
#include "silent_server.h"

namespace mandate::app::testing {
namespace {

TEST(DnsCommand, TakesRootHintsAndPortOfTheConfigurationUnlessToldOthers) {
  const mandate::testing::NsdServer server(
      mandate::testing::NsdServer::Zones{{"customer.test", "@ TXT \"v=spf1 -all\"\n"}});
  const SilentServer silent;
  const std::string silent_address = silent.address();
  const std::string silent_port = silent_address.substr(silent_address.find(':') + 1);
  const TemporaryFolder folder;
  folder.write("private.root", ". NS ns.\nns. A 127.0.0.1\n");
  const std::string nowhere = folder.write("nowhere.root", ". NS ns.\nns. A 127.0.53.99\n");
  const std::string config = folder.write("mandate.toml", R"([provider]
include_name   = "mailer.provider.example"
pool           = ["192.0.2.0/28"]
helo_names     = ["out.mailer.provider.example"]
default_sender = "no-reply@provider.example"
[store]
path = "mandate.db"
[relay]
url = "smtp://127.0.0.1:1"
[dns]
root_hints = "private.root"
authority_port = )" + std::to_string(server.port()) + "\n");
  const struct {
    std::vector<std::string> more;
    int exit_code;
    bool is_over;
  } rows[] = {
      {{}, 0, false}, {{"--port", silent_port}, 3, true}, {{"--root-hints", nowhere}, 3, false}};
  for (const auto& row : rows) {
    std::vector<std::string> words = {"dns",       "customer.test",
                                      "--config",  config,
                                      "--timeout", row.exit_code == 0 ? "20s" : "300ms"};
    words.insert(words.end(), row.more.begin(), row.more.end());
    const Ended ended = run_program(words);
    EXPECT_EQ(ended.exit_code, row.exit_code) << ended.out << ended.err;
    EXPECT_EQ(ended.out.find("The time of 300ms was over before all had answered: --timeout") !=
                  std::string::npos,
              row.is_over)
        << ended.out;
  }
}

TEST(DnsCommand, ShowsHowRootHintsAreWritten) {
  const TemporaryFolder folder;
  for (const char* contents : {"garbage", "", ". NS\n"}) {
    const Ended ended =
        run_program({"dns", "a.test", "--root-hints", folder.write("hints", contents)});
    EXPECT_EQ(ended.exit_code, 65) << contents;
    EXPECT_NE(ended.err.find("write lines as `. NS a.root.example.` and"), std::string::npos)
        << ended.err;
  }
}

}  // namespace
}  // namespace mandate::app::testing
