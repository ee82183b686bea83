#include "resolver/zone_answer.h"

#include <algorithm>

#include "resolver/server_standing.h"

namespace mandate::resolver {
namespace {

using dns::Message;
using dns::Name;
using dns::Record;
using dns::RecordType;
using Kind = ZoneAnswer::Kind;

bool is_between(const Name& owner, const Name& upper, const Name& lower) {
  return owner.is_at_or_below(upper) && lower.is_at_or_below(owner);
}

void add_addresses(NameServer& server, const Message& message, const Name& credible) {
  if (!server.name.is_at_or_below(credible)) return;
  for (const Record& record : message.additional) {
    const auto* const data = std::get_if<dns::AddressData>(&record.data);
    if (data == nullptr || record.owner != server.name) continue;
    if (server.addresses.size() == most_addresses) return;
    if (std::ranges::find(server.addresses, data->address) == server.addresses.end()) {
      server.addresses.push_back(data->address);
    }
  }
}

// The owner of the first record of a type that may lie on the way.
template <class Accept>
const Record* find_record(const std::vector<Record>& section, RecordType type, Accept accept) {
  const auto found = std::ranges::find_if(
      section, [&](const Record& record) { return record.type == type && accept(record.owner); });
  return found == section.end() ? nullptr : &*found;
}

// Upwards, sideways, or to the very zone that was asked: such a referral leads nowhere.
ZoneAnswer read_referral(const Message& message, const Name& name, const Name& zone) {
  const Record* const first = find_record(
      message.authority, RecordType::ns,
      [&](const Name& owner) { return owner != zone && is_between(owner, zone, name); });
  if (first == nullptr) return {};
  return {.kind = Kind::referral,
          .zone = first->owner,
          .named = servers_in(message.authority, first->owner, message, zone)};
}

ZoneAnswer read_authority(const Message& message, const Name& name, const Name& zone) {
  const auto is_name = [&](const Name& owner) { return owner == name; };
  if (const Record* alias = find_record(message.answers, RecordType::cname, is_name)) {
    return {
        .kind = Kind::alias, .zone = zone, .target = std::get<dns::NameData>(alias->data).target};
  }
  if (find_record(message.answers, RecordType::ns, is_name) != nullptr) {
    return {.kind = Kind::apex,
            .zone = name,
            .named = servers_in(message.answers, name, message, zone)};
  }
  const Record* const soa = find_record(message.authority, RecordType::soa, [&](const Name& owner) {
    return is_between(owner, zone, name);
  });
  return {.kind = Kind::inside,
          .zone = soa == nullptr ? zone : soa->owner,
          .exists = message.code != dns::ResponseCode::name_error};
}

}  // namespace

NamedServers servers_in(const std::vector<Record>& section, const Name& owner,
                        const Message& message, const Name& credible) {
  NamedServers named;
  for (const Record& record : section) {
    if (record.type != RecordType::ns || record.owner != owner) continue;
    const Name& name = std::get<dns::NameData>(record.data).target;
    if (std::ranges::find(named.servers, name, &NameServer::name) != named.servers.end()) continue;
    if (named.servers.size() == most_name_servers) {
      ++named.left_out;
      continue;
    }
    NameServer server{name, {}};
    add_addresses(server, message, credible);
    named.servers.push_back(std::move(server));
  }
  return named;
}

ZoneAnswer read_zone_answer(const Reply& reply, const dns::Question& question, const Name& zone) {
  const Message& message = reply.message;
  const bool is_plain = reply.kind == Reply::Kind::answered &&
                        message.code == dns::ResponseCode::no_error && message.answers.empty();
  if (is_plain) {
    // Some servers set AA on a referral: what counts is that they have no SOA to say no with.
    const bool denies = find_record(message.authority, RecordType::soa,
                                    [](const Name&) { return true; }) != nullptr;
    ZoneAnswer referral = read_referral(message, question.name, zone);
    if (referral.kind == Kind::referral && !denies) return referral;
  }
  const ServerStanding standing = standing_of(reply, question, zone);
  if (!is_answer(standing.status)) return {.reason = standing.detail};
  return read_authority(message, question.name, zone);
}

}  // namespace mandate::resolver
