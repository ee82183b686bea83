// The C interface as octets drive it: a resolver that answers anything in any way, every getter,
// and maps saved, damaged and loaded.
#include <string>

#include "mandate/spf.h"
#include "require.h"

namespace {

using mandate::fuzz::require;

struct Source {
  std::string_view octets;
  std::size_t questions = 0;

  unsigned number() {
    if (octets.empty()) return 0;
    const auto out = static_cast<unsigned char>(octets.front());
    octets.remove_prefix(1);
    return out;
  }
  std::string text() {
    const std::size_t end = std::min(octets.find('\0'), octets.size());
    std::string out(octets.substr(0, end));
    octets.remove_prefix(std::min(end + 1, octets.size()));
    return out;
  }
};

void resolve(void* user, const char* name, mandate_dns_type, mandate_dns_answer* answer) {
  auto& source = *static_cast<Source*>(user);
  // Ten terms, each with ten hosts; two kinds of pointers; the record and its explanation.
  require(++source.questions <= 200);
  require(name != nullptr);
  const std::string_view asked = name;
  require(asked == "." || !asked.ends_with('.'));
  for (unsigned steps = source.number() % 4; steps > 0; --steps) {
    switch (source.number() % 9) {
      case 0:
        mandate_dns_answer_add_address(answer, source.text().c_str());
        break;
      case 1:
        mandate_dns_answer_add_name(answer, source.text().c_str());
        break;
      case 2:
        mandate_dns_answer_add_exchanger(answer, 10, source.text().c_str());
        break;
      case 3: {
        const std::string text = source.text();
        mandate_dns_answer_add_text(answer, text.data(), text.size());
        break;
      }
      case 4:
        mandate_dns_answer_set_ttl(answer, source.number());
        break;
      case 5:
        mandate_dns_answer_no_such_name(answer);
        break;
      case 6:
        mandate_dns_answer_no_data(answer);
        break;
      case 7:
        mandate_dns_answer_failed(answer, source.text().c_str());
        break;
      default: {
        const std::string message = source.text();
        mandate_dns_answer_from_message(answer, message.data(), message.size());
      }
    }
  }
}

void check(mandate_spf_checker* checker, Source& source) {
  const std::string ip = source.text();
  const std::string mail_from = source.text();
  const std::string helo = source.text();
  source.questions = 0;
  mandate_spf_verdict* verdict = nullptr;
  const auto status =
      mandate_spf_check(checker, ip.c_str(), mail_from.c_str(), helo.c_str(), &verdict);
  require((status == MANDATE_OK) == (verdict != nullptr));
  require((status == MANDATE_OK) == (*mandate_spf_checker_error(checker) == '\0'));
  const auto result = mandate_spf_verdict_result(verdict);
  require(std::string_view(mandate_spf_result_text(result)) != "");
  for (const auto text : {mandate_spf_verdict_problem, mandate_spf_verdict_explanation,
                          mandate_spf_verdict_term, mandate_spf_verdict_term_domain}) {
    require(text(verdict) != nullptr);
  }
  if (verdict != nullptr) {
    require(std::string_view(mandate_spf_verdict_received_spf(verdict)).ends_with("\r\n"));
    require(
        std::string_view(mandate_spf_verdict_authentication_results(verdict)).ends_with("\r\n"));
    require(mandate_spf_verdict_lookups(verdict) <= 11 && mandate_spf_verdict_voids(verdict) <= 3);
  }
  mandate_spf_verdict_free(verdict);
}

void use_map(mandate_spf_map* map, Source& source) {
  std::size_t size = 0;
  mandate_spf_map_save(map, nullptr, &size);
  std::string octets(size, '\0');
  require(mandate_spf_map_save(map, octets.data(), &size) == MANDATE_OK);
  if (source.number() % 2 == 1)
    octets[source.number() % size] ^= static_cast<char>(source.number());
  mandate_spf_map* loaded = nullptr;
  if (mandate_spf_map_load(octets.data(), size, &loaded) == MANDATE_OK) {
    const std::string address = source.text();
    mandate_spf_outcome outcome;
    const auto status = mandate_spf_map_at(loaded, address.data(), address.size(), &outcome);
    require((status == MANDATE_OK) == (address.size() == 4 || address.size() == 16));
    require(mandate_spf_map_size(loaded) >= 2);
  }
  mandate_spf_map_free(loaded);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Source source{mandate::fuzz::octets(data, size)};
  mandate_spf_checker* checker = mandate_spf_checker_new(resolve, &source);
  check(checker, source);
  const std::string domain = source.text();
  // A map may ask for both families, and in every branch.
  source.questions = 0;
  mandate_spf_checker_set_limits(checker, 4, 2, 4, 4);
  mandate_spf_map* map = nullptr;
  const auto status = mandate_spf_compile(checker, domain.c_str(), &map);
  require((status == MANDATE_OK) == (map != nullptr));
  if (map != nullptr) use_map(map, source);
  mandate_spf_map_free(map);
  mandate_spf_checker_free(checker);
  return 0;
}
