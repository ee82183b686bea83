#include "app/commands/interruption.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <system_error>
#include <utility>

namespace mandate::app {
namespace {

constexpr std::array kSignals{SIGINT, SIGTERM};

std::atomic<bool> noted{false};
std::atomic<int> event{-1};  // what the handler writes to
static_assert(std::atomic<bool>::is_always_lock_free && std::atomic<int>::is_always_lock_free);

int new_event() {
  const int descriptor = ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (descriptor < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
  return descriptor;
}

void raise_event(int descriptor) {
  const std::uint64_t one = 1;
  // It fails only where the event is raised so often that there is no room for more.
  [[maybe_unused]] const ssize_t count = ::write(descriptor, &one, sizeof one);
}

void set_handlers(void (*handler)(int)) {
  struct sigaction action{};
  action.sa_handler = handler;
  action.sa_flags = SA_RESTART;
  for (const int number : kSignals) ::sigaction(number, &action, nullptr);
}

/// Does nothing but what signal-safety(7) allows.
void note_signal(int /*number*/) {
  const int error = errno;
  set_handlers(SIG_DFL);
  noted = true;
  raise_event(event);
  errno = error;
}

}  // namespace

Interruption::Interruption() {
  event = new_event();
  noted = false;
  set_handlers(note_signal);
}

Interruption::~Interruption() {
  set_handlers(SIG_DFL);
  ::close(event.exchange(-1));
}

bool Interruption::has_come() const {
  return noted.load(std::memory_order_relaxed);
}

int Interruption::descriptor() const {
  return event;
}

InterruptionWatch::InterruptionWatch(const Interruption& interruption, std::function<void()> then)
    : over_(new_event()), thread_([this, &interruption, then = std::move(then)] {
        std::array<pollfd, 2> polled{{{interruption.descriptor(), POLLIN, 0}, {over_, POLLIN, 0}}};
        while (::poll(polled.data(), polled.size(), -1) < 0 && errno == EINTR) continue;
        if (polled[0].revents != 0) then();
      }) {}

InterruptionWatch::~InterruptionWatch() {
  raise_event(over_);
  thread_.join();
  ::close(over_);
}

}  // namespace mandate::app
