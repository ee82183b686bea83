// Errands whose answers show whether they got their own facts.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "numbered_questions.h"
#include "resolver/bulk.h"

namespace mandate::resolver::testing {

/// Asks for one name after the other, and has then what their texts say.
class Walk final : public Errand {
 public:
  explicit Walk(std::vector<std::string> names) : names_(std::move(names)) {}

  std::vector<dns::Question> go_on(const dns::Facts& facts) override {
    came_to_.clear();
    for (const std::string& text : names_) {
      const dns::Question question{name(text), dns::RecordType::txt};
      const dns::Fact* fact = facts.find(question);
      if (fact == nullptr) return {question};
      if (fact->status != dns::Fact::Status::found) {
        failure_ = fact->detail;
        return {};
      }
      came_to_ += std::get<dns::TxtData>(fact->records.at(0)).joined() + " ";
    }
    return {};
  }

  std::string expected() const {
    std::string out;
    for (const std::string& text : names_) out += text + " ";
    return out;
  }
  const std::string& came_to() const { return came_to_; }
  const std::string& failure() const { return failure_; }

 private:
  std::vector<std::string> names_;
  std::string came_to_;
  std::string failure_;
};

/// Takes errands back, and counts.
class Collected {
 public:
  Bulk::Finished taker() {
    return [this](Errands errands) { take(std::move(errands)); };
  }
  int total() const { return total_; }
  int right() const { return right_; }
  int failed() const { return failed_; }

 private:
  void take(Errands errands) {
    for (const auto& errand : errands) {
      const auto& walk = dynamic_cast<const Walk&>(*errand);
      ++total_;
      if (!walk.failure().empty()) {
        ++failed_;
      } else if (walk.came_to() == walk.expected()) {
        ++right_;
      }
    }
  }

  std::atomic<int> total_{0};
  std::atomic<int> right_{0};
  std::atomic<int> failed_{0};
};

/// One errand by itself.
inline Errands walk(std::vector<std::string> names) {
  Errands out;
  out.push_back(std::make_unique<Walk>(std::move(names)));
  return out;
}

}  // namespace mandate::resolver::testing
