#include "c_interface/answer.h"

#include <algorithm>
#include <string>
#include <utility>

#include "c_interface/boundary.h"
#include "mandate/dns/message.h"

namespace mandate::c_interface {
namespace {

using Status = dns::Fact::Status;

constexpr std::size_t kString = 255;  // octets of a character-string (RFC 1035 section 3.3)

mandate_status add(mandate_dns_answer* answer, dns::RecordData data) {
  answer->fact.records.push_back(std::move(data));
  answer->fact.status = Status::found;
  answer->fact.detail.clear();
  return MANDATE_OK;
}

bool asks_for(const mandate_dns_answer* answer, dns::RecordType type) {
  return answer != nullptr && answer->fact.question.type == type;
}

mandate_status settle(mandate_dns_answer* answer, Status status, std::string detail) {
  answer->fact.records.clear();
  answer->fact.status = status;
  answer->fact.detail = std::move(detail);
  return MANDATE_OK;
}

}  // namespace

mandate_dns_answer unanswered(const dns::Question& question) {
  mandate_dns_answer out;
  out.fact.question = question;
  out.fact.status = Status::failed;
  out.fact.detail = "the resolver gave no answer";
  return out;
}

}  // namespace mandate::c_interface

using namespace mandate;
using c_interface::guarded;

mandate_status mandate_dns_answer_add_address(mandate_dns_answer* answer, const char* address) {
  return guarded([&] {
    if (answer == nullptr || address == nullptr) return MANDATE_INVALID;
    const auto ip = dns::IpAddress::parse(address);
    if (!ip ||
        !c_interface::asks_for(answer, ip->is_v4() ? dns::RecordType::a : dns::RecordType::aaaa)) {
      return MANDATE_INVALID;
    }
    return c_interface::add(answer, dns::AddressData{*ip});
  });
}

mandate_status mandate_dns_answer_add_name(mandate_dns_answer* answer, const char* name) {
  return guarded([&] {
    if (!c_interface::asks_for(answer, dns::RecordType::ptr) || name == nullptr) {
      return MANDATE_INVALID;
    }
    auto parsed = dns::Name::parse(name);
    return parsed ? c_interface::add(answer, dns::NameData{std::move(*parsed)}) : MANDATE_INVALID;
  });
}

mandate_status mandate_dns_answer_add_exchanger(mandate_dns_answer* answer, uint16_t preference,
                                                const char* name) {
  return guarded([&] {
    if (!c_interface::asks_for(answer, dns::RecordType::mx) || name == nullptr) {
      return MANDATE_INVALID;
    }
    auto parsed = dns::Name::parse(name);
    if (!parsed) return MANDATE_INVALID;
    return c_interface::add(answer, dns::MxData{preference, std::move(*parsed)});
  });
}

mandate_status mandate_dns_answer_add_text(mandate_dns_answer* answer, const void* octets,
                                           size_t size) {
  return guarded([&] {
    const bool given = octets != nullptr || size == 0;
    // A TXT record has 65535 octets at most, the lengths of its strings included.
    if (!c_interface::asks_for(answer, dns::RecordType::txt) || !given || size > 0xff00) {
      return MANDATE_INVALID;
    }
    const std::string_view text(static_cast<const char*>(octets), size);
    dns::TxtData txt;
    for (std::size_t at = 0; at < text.size(); at += c_interface::kString) {
      txt.strings.emplace_back(text.substr(at, c_interface::kString));
    }
    return c_interface::add(answer, std::move(txt));
  });
}

mandate_status mandate_dns_answer_set_ttl(mandate_dns_answer* answer, uint32_t seconds) {
  if (answer == nullptr) return MANDATE_INVALID;
  answer->fact.ttl = seconds;
  return MANDATE_OK;
}

mandate_status mandate_dns_answer_no_such_name(mandate_dns_answer* answer) {
  return guarded([&] {
    if (answer == nullptr) return MANDATE_INVALID;
    return c_interface::settle(answer, c_interface::Status::no_such_name, {});
  });
}

mandate_status mandate_dns_answer_no_data(mandate_dns_answer* answer) {
  return guarded([&] {
    if (answer == nullptr) return MANDATE_INVALID;
    return c_interface::settle(answer, c_interface::Status::no_data, {});
  });
}

mandate_status mandate_dns_answer_failed(mandate_dns_answer* answer, const char* why) {
  return guarded([&] {
    if (answer == nullptr) return MANDATE_INVALID;
    return c_interface::settle(answer, c_interface::Status::failed,
                               why != nullptr ? why : "the lookup failed");
  });
}

mandate_status mandate_dns_answer_from_message(mandate_dns_answer* answer, const void* message,
                                               size_t size) {
  return guarded([&] {
    if (answer == nullptr || message == nullptr) return MANDATE_INVALID;
    const auto decoded = dns::decode({static_cast<const char*>(message), size});
    if (!decoded || !decoded->is_response) return MANDATE_INVALID;
    answer->fact = dns::fact_from(*decoded, answer->fact.question, {}, "");
    return MANDATE_OK;
  });
}
