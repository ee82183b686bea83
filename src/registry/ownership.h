// Whose a domain is: what in the DNS shows that one account may send as it, and not merely that the
// provider may. A pure function over facts.
//
// The shared include says that a domain trusts the provider, whichever of its accounts sends
// (CERT VU#244112). Two things name the account: its own include name, which the provider's
// wildcard record answers for, and a TXT at `_mandate.<domain>`.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "mandate/dns/facts.h"
#include "mandate/spf/check_host.h"
#include "registry/sending_domain.h"

namespace mandate::registry {

/// What the provider's configuration asks for.
struct OwnershipRule {
  bool required = true;     ///< false: the shared include is enough, for any account
  bool subdomains = false;  ///< a TXT at `_mandate.` of a parent domain counts for its subdomains
  friend bool operator==(const OwnershipRule&, const OwnershipRule&) = default;
};

/// Whether a text has the form of an account's token.
bool is_account_token(std::string_view text);

/// `<token>.<include name>`; the include name itself when the token is none, or the name is too
/// long for the DNS.
dns::Name own_include_name(std::string_view token, const dns::Name& include_name);

/// `_mandate.<domain>`, where the TXT stands; nothing when that is too long for the DNS.
std::optional<dns::Name> ownership_name(const dns::Name& domain);

/// `mandate-account=<token>`, which the TXT says.
std::string ownership_text(std::string_view token);

/// The tokens that the TXT records of an answer name, each once.
std::set<std::string> tokens_of(const dns::Fact& fact);

struct OwnershipQuestion {
  dns::Name domain;
  dns::Name include_name;  ///< which all accounts share
  std::string token;       ///< of the account
  bool subdomains = false;
};

struct OwnershipFinding {
  enum class Kind : std::uint8_t {
    proven,
    missing,      ///< nothing names an account
    names_other,  ///< only other accounts are named
    unanswered,   ///< the DNS could not be asked
  };
  Kind kind = Kind::missing;
  Ownership proof = Ownership::unknown;  ///< of `proven`: own_include or token
  std::vector<std::string> others;       ///< of `names_other`: their tokens, each once
  std::string problem;                   ///< of `unanswered`: half a sentence
};

/// Looks for the account's name in the domain's own SPF record, in those that it redirects to, and
/// in the TXT at `_mandate.<domain>`. A domain may name several accounts: each is proven then.
///
/// An include counts where it stands in front of any `all`, with the qualifier `+`, and its name is
/// the account's own to the letter, without regard to case and a trailing dot. A name with macros
/// counts for nothing, since it is another one for each sender; nor does what an included record
/// includes, since that is a third party's word.
std::variant<OwnershipFinding, spf::Questions> find_ownership(const OwnershipQuestion& question,
                                                              const dns::Facts& facts);

/// Whether a TXT that `find_ownership` asks for names another account than the question's, whose
/// mail then passes by the shared include. A fact that is not there names nobody.
bool token_names_other(const OwnershipQuestion& question, const dns::Facts& facts);

}  // namespace mandate::registry
