#include "resolver/alarm_clock.h"

namespace mandate::resolver {

void AlarmClock::set(Sleeper& sleeper, MonotonicTime time) {
  sleeper.unlink();
  sleeper.alarm_ = time;
  sleepers_.insert(sleepers_.end(), sleeper);  // the end is where it belongs, most of the time
  if (time < armed_) arm(time);
}

// The timer's handler may be on its way already when the clock ends, hence the weak pointer.
void AlarmClock::arm(MonotonicTime time) {
  armed_ = time;
  timer_.expires_at(time);
  timer_.async_wait([self = std::weak_ptr(self_)](const boost::system::error_code& error) {
    const auto clock = self.lock();
    if (!error && clock) (*clock)->ring();
  });
}

void AlarmClock::ring() {
  armed_ = MonotonicTime::max();
  const MonotonicTime now = std::chrono::steady_clock::now();
  while (!sleepers_.empty() && sleepers_.begin()->alarm() <= now) {
    Sleeper& sleeper = *sleepers_.begin();
    sleeper.unlink();
    sleeper.wake(now);
  }
  if (!sleepers_.empty() && sleepers_.begin()->alarm() < armed_) {
    arm(sleepers_.begin()->alarm());
  }
}

}  // namespace mandate::resolver
