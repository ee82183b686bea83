// What state a sending domain has to be in, said of its whole history at once: a second statement
// of the rules beside `registry/transition.cpp`, which says them step by step.
#pragma once

#include <chrono>
#include <optional>

#include "registry/transition.h"

namespace mandate::registry {

/// The history is what happened since the domain was last switched on: a check that could not be
/// made is no part of it. The domain
///   - is disabled while it is switched off;
///   - has failed when a check was made 30 days on, and is pending before that, if none ever proved
///     it;
///   - is verified when the last check proved it;
///   - is otherwise lost since the first check after the last proof: suspended when any since then
///     was refused, or was made a day after the loss; at risk until then, and allowed for a day.
class LifetimeModel {
 public:
  explicit LifetimeModel(std::chrono::sys_seconds added) : on_since_(added) {}

  void switch_off() { on_since_.reset(); }
  void switch_on(std::chrono::sys_seconds now) {
    if (!on_since_) *this = LifetimeModel(now);
  }
  void learn(CheckFinding::Kind kind, std::chrono::sys_seconds now) {
    if (kind == CheckFinding::Kind::unavailable) return;
    last_ = now;
    if (kind == CheckFinding::Kind::proven) {
      was_proven_ = true;
      lost_since_.reset();
      refused_ = false;
    } else {
      if (!lost_since_) lost_since_ = now;
      if (kind == CheckFinding::Kind::refused) refused_ = true;
    }
  }

  Status status() const {
    if (!on_since_) return Status::disabled;
    if (!was_proven_) return last_ - *on_since_ >= kPendingFor ? Status::failed : Status::pending;
    if (!lost_since_) return Status::verified;
    return refused_ || last_ - *lost_since_ >= kGrace ? Status::suspended : Status::at_risk;
  }
  bool may_send(std::chrono::sys_seconds now) const {
    return status() == Status::verified ||
           (status() == Status::at_risk && now < *lost_since_ + kGrace);
  }

 private:
  static constexpr std::chrono::hours kGrace{24};
  static constexpr std::chrono::hours kPendingFor{24 * 30};

  std::optional<std::chrono::sys_seconds> on_since_;
  std::chrono::sys_seconds last_{};  // 1970: before any check
  bool was_proven_ = false;
  std::optional<std::chrono::sys_seconds> lost_since_;
  bool refused_ = false;
};

}  // namespace mandate::registry
