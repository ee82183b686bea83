// Any number of alarms on one timer.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/set.hpp>
#include <chrono>
#include <memory>

namespace mandate::resolver {

using MonotonicTime = std::chrono::steady_clock::time_point;

/// Whoever wants to be woken at a time; at most one time each. Its end cancels its alarm.
class Sleeper : public boost::intrusive::set_base_hook<
                    boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  Sleeper() = default;
  Sleeper(const Sleeper&) = delete;
  Sleeper& operator=(const Sleeper&) = delete;
  virtual ~Sleeper() = default;

  /// The time has come; the alarm is over before the call. May end the sleeper.
  virtual void wake(MonotonicTime now) = 0;

  MonotonicTime alarm() const { return alarm_; }

 private:
  friend class AlarmClock;
  MonotonicTime alarm_{};
};

/// Belongs to one io_context that one thread runs. Most alarms are cancelled, since most queries
/// are answered: so setting and cancelling touch the timer only for a time before all others.
class AlarmClock {
 public:
  explicit AlarmClock(boost::asio::io_context& io) : timer_(io) {}

  /// Replaces the sleeper's earlier alarm.
  void set(Sleeper& sleeper, MonotonicTime time);
  void cancel(Sleeper& sleeper) { sleeper.unlink(); }

 private:
  struct Earlier {
    bool operator()(const Sleeper& a, const Sleeper& b) const { return a.alarm() < b.alarm(); }
  };

  void arm(MonotonicTime time);
  void ring();

  boost::asio::steady_timer timer_;
  boost::intrusive::multiset<Sleeper, boost::intrusive::compare<Earlier>,
                             boost::intrusive::constant_time_size<false>>
      sleepers_;
  MonotonicTime armed_ = MonotonicTime::max();  // the time that the timer waits for
  std::shared_ptr<AlarmClock*> self_ = std::make_shared<AlarmClock*>(this);
};

}  // namespace mandate::resolver
