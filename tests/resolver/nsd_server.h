// A private name server for tests: NSD on a free high loopback port, its files in a directory of
// its own, stopped and removed with the object.
//
//   NsdServer server(NsdServer::Zones{{"customer.test", "@ TXT \"v=spf1 -all\"\n"}});
//   … ask 127.0.0.1 at server.port() …
//   server.publish("customer.test", "@ TXT \"v=spf1 include:mailer.test -all\"\n");
//
// A fault of the server, or of a zone, is a std::runtime_error that carries what NSD says of it.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "mandate/dns/message.h"

namespace mandate::testing {

class NsdServer {
 public:
  struct Zone {
    std::string name;     ///< without a trailing dot
    std::string records;  ///< lines of a zone file; the SOA and NS records are put before them
  };

  using Zones = std::vector<Zone>;

  static constexpr std::uint32_t negative_ttl = 60;  ///< seconds, of every zone's SOA
  static constexpr std::chrono::seconds patience{20};

  /// Answers for all the zones when the constructor returns.
  explicit NsdServer(const Zones& zones) : folder_(make_folder()) {
    try {
      for (const Zone& zone : zones) write_zone(zone);
      start();
    } catch (...) {
      stop();
      std::filesystem::remove_all(folder_);
      throw;
    }
  }
  ~NsdServer() {
    stop();
    std::error_code ignored;  // a directory that stays behind spoils no test
    std::filesystem::remove_all(folder_, ignored);
  }
  NsdServer(const NsdServer&) = delete;
  NsdServer& operator=(const NsdServer&) = delete;

  std::uint16_t port() const { return port_; }
  /// `127.0.0.1:PORT`
  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

  /// Replaces the records of one of the zones, and returns when the server answers with them.
  void publish(const std::string& zone, const std::string& records) {
    write_zone({zone, records});
    // The processes of the old version answer beside the new ones until they end.
    const std::vector<Process> old = servers();
    ::kill(pid_, SIGHUP);
    const bool served = wait_until_all_are_served();
    if (!served || !std::ranges::all_of(old, [](const Process& process) {
          return process.ended_within(patience);
        })) {
      throw std::runtime_error("NSD does not serve the new " + zone + "; its log:\n" + log());
    }
  }

  std::string log() const {
    std::ifstream file(folder_ / "nsd.log");
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  using Clock = std::chrono::steady_clock;

  /// A handle that tells of a process's end, whoever its parent is.
  class Process {
   public:
    // The header of glibc 2.36 declares pidfd_open without C linkage.
    explicit Process(pid_t pid) : fd_(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0))) {}
    Process(Process&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
    Process& operator=(Process&& other) noexcept {
      std::swap(fd_, other.fd_);
      return *this;
    }
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    ~Process() {
      if (fd_ >= 0) ::close(fd_);
    }
    bool ended_within(std::chrono::milliseconds time) const {
      if (fd_ < 0) return true;  // it has been waited for already
      pollfd polled{fd_, POLLIN, 0};
      return ::poll(&polled, 1, static_cast<int>(time.count())) > 0;
    }

   private:
    int fd_;
  };

  static std::filesystem::path make_folder() {
    std::string path = (std::filesystem::temp_directory_path() / "mandate-nsd-XXXXXX").string();
    if (::mkdtemp(path.data()) == nullptr) {
      throw std::system_error(errno, std::generic_category(), "mkdtemp " + path);
    }
    return path;
  }

  static int bound_socket(int type, std::uint16_t port) {
    const int socket = ::socket(AF_INET, type | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(port);
    if (::bind(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
      ::close(socket);
      return -1;
    }
    return socket;
  }

  static sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
  }

  /// A port that is free for TCP and for UDP.
  static std::uint16_t free_port() {
    for (int tries = 0; tries < 50; ++tries) {
      const int tcp = bound_socket(SOCK_STREAM, 0);
      sockaddr_in address{};
      socklen_t size = sizeof address;
      ::getsockname(tcp, reinterpret_cast<sockaddr*>(&address), &size);
      const std::uint16_t port = ntohs(address.sin_port);
      const int udp = bound_socket(SOCK_DGRAM, port);
      if (udp >= 0) ::close(udp);
      ::close(tcp);
      if (udp >= 0) return port;
    }
    throw std::runtime_error("no port is free for both UDP and TCP");
  }

  // The serial number tells the zone's versions apart: publish waits for the new one.
  void write_zone(const Zone& zone) {
    const std::uint32_t serial = ++serials_[zone.name];
    const std::filesystem::path path = folder_ / (zone.name + ".zone");
    const std::filesystem::path draft = path.string() + ".draft";
    std::ofstream(draft) << "$ORIGIN " << zone.name << ".\n$TTL 300\n@ SOA ns hostmaster " << serial
                         << " 3600 600 86400 " << negative_ttl << "\n@ NS ns\nns A 127.0.0.1\n"
                         << zone.records;
    check_zone(zone.name, draft);
    std::filesystem::rename(draft, path);
  }

  // NSD itself only logs such an error, and goes on with what it had.
  static void check_zone(const std::string& name, const std::filesystem::path& path) {
    const std::string command = "/usr/sbin/nsd-checkzone " + name + " " + path.string() + " 2>&1";
    FILE* const pipe = ::popen(command.c_str(), "r");
    if (pipe == nullptr) throw std::system_error(errno, std::generic_category(), command);
    std::string output;
    for (int octet = std::fgetc(pipe); octet != EOF; octet = std::fgetc(pipe)) {
      output += static_cast<char>(octet);
    }
    if (::pclose(pipe) != 0) throw std::runtime_error("NSD refuses a zone: " + output);
  }

  // Somebody else may take the port between its choice and its use; then NSD ends at once.
  void start() {
    for (int tries = 0; tries < 5; ++tries) {
      port_ = free_port();
      write_configuration();
      spawn();
      if (wait_until_all_are_served()) return;
      if (!first_->ended_within(std::chrono::milliseconds(0))) break;
      stop();
    }
    throw std::runtime_error("NSD does not start; its log:\n" + log());
  }

  void write_configuration() const {
    const std::string folder = folder_.string();
    std::ofstream file(folder_ / "nsd.conf");
    file << "server:\n  ip-address: 127.0.0.1@" << port_ << "\n  port: " << port_
         << "\n  username: \"\"\n  chroot: \"\"\n  database: \"\"\n  server-count: 1\n"
            "  rrl-ratelimit: 0\n  rrl-whitelist-ratelimit: 0\n  zonesdir: \""
         << folder << "\"\n  pidfile: \"" << folder << "/nsd.pid\"\n  xfrdfile: \"" << folder
         << "/xfrd.state\"\n  xfrdir: \"" << folder << "\"\n  zonelistfile: \"" << folder
         << "/zone.list\"\n  logfile: \"" << folder
         << "/nsd.log\"\nremote-control:\n  control-enable: no\n";
    for (const auto& [name, serial] : serials_) {
      file << "zone:\n  name: \"" << name << "\"\n  zonefile: \"" << name << ".zone\"\n";
    }
  }

  void spawn() {
    const std::string configuration = (folder_ / "nsd.conf").string();
    const char* const arguments[] = {"/usr/sbin/nsd", "-d", "-c", configuration.c_str(), nullptr};
    pid_ = ::fork();
    if (pid_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
    if (pid_ == 0) {
      ::setpgid(0, 0);                     // all its processes are found by their group
      ::prctl(PR_SET_PDEATHSIG, SIGTERM);  // a test that crashes leaves no server behind
      ::execv(arguments[0], const_cast<char* const*>(arguments));
      ::_exit(127);
    }
    first_.emplace(pid_);
  }

  void stop() {
    if (pid_ <= 0) return;
    ::kill(pid_, SIGTERM);
    if (!first_->ended_within(patience)) ::kill(-pid_, SIGKILL);
    ::waitpid(pid_, nullptr, 0);
    first_.reset();
    pid_ = -1;
  }

  /// The processes that answer queries and are replaced on a reload: all of the group but the
  /// first one (transfers) and its children (the main process).
  std::vector<Process> servers() const {
    std::vector<Process> found;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
      const pid_t pid = std::atoi(entry.path().filename().c_str());  // 0 of what is no process
      if (pid <= 0 || pid == pid_ || ::getpgid(pid) != pid_) continue;
      if (parent(entry.path()) != pid_) found.emplace_back(pid);
    }
    return found;
  }

  // proc(5): `PID (COMMAND) STATE PARENT …`; the command may hold anything.
  static pid_t parent(const std::filesystem::path& process) {
    std::ifstream file(process / "stat");
    const std::string stat{std::istreambuf_iterator<char>(file), {}};
    const std::size_t command_end = stat.rfind(") ");
    return command_end == std::string::npos ? 0 : std::atoi(stat.c_str() + command_end + 4);
  }

  /// False when the server has ended, or does not serve a zone's newest version in time.
  bool wait_until_all_are_served() const {
    const Clock::time_point end = Clock::now() + patience;
    return std::ranges::all_of(serials_, [&](const auto& zone) {
      while (served_serial(zone.first) != zone.second) {
        if (Clock::now() >= end || first_->ended_within(std::chrono::milliseconds(10)))
          return false;
      }
      return true;
    });
  }

  std::optional<std::uint32_t> served_serial(const std::string& zone) const {
    const dns::Question question{dns::Name::parse(zone).value(), dns::RecordType::soa};
    const std::string query = dns::encode_query(1, question, false, std::nullopt);
    const int socket = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    const sockaddr_in server = loopback(port_);
    std::array<char, 4096> buffer;
    ssize_t length = -1;
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&server), sizeof server) == 0 &&
        ::send(socket, query.data(), query.size(), 0) > 0) {
      pollfd polled{socket, POLLIN, 0};
      if (::poll(&polled, 1, 500) > 0) length = ::recv(socket, buffer.data(), buffer.size(), 0);
    }
    ::close(socket);
    if (length < 0) return std::nullopt;
    const auto message =
        dns::decode(std::string_view(buffer.data(), static_cast<std::size_t>(length)));
    if (!message || message->answers.size() != 1) return std::nullopt;
    const auto* soa = std::get_if<dns::SoaData>(&message->answers[0].data);
    return soa == nullptr ? std::nullopt : std::optional(soa->serial);
  }

  std::filesystem::path folder_;
  std::map<std::string, std::uint32_t> serials_;
  std::uint16_t port_ = 0;
  pid_t pid_ = -1;
  std::optional<Process> first_;
};

}  // namespace mandate::testing
