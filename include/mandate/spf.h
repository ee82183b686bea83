/**
 * @file
 * SPF (RFC 7208) for programs in C: check_host over the caller's own DNS, and policy maps.
 *
 * Every function takes null handles and null texts without harm: what cannot be done is refused
 * with a status. No C++ exception leaves the library. Texts that are returned belong to their
 * handle, end in NUL, are never null, and hold until the handle is freed or, of a checker, used
 * again. They may hold octets that the sender or the DNS chose: escape them before they are shown.
 *
 * A checker and an answer are used by one thread at a time; different ones by any number. A verdict
 * and a policy map do not change: they may be read by any number of threads at once. There is no
 * global state.
 */
#ifndef MANDATE_SPF_H
#define MANDATE_SPF_H

#include <stddef.h>
#include <stdint.h>

#include "mandate/api.h"

#ifdef __cplusplus
extern "C" {
#endif

/** `MAJOR.MINOR.PATCH` of the library in use. */
MANDATE_API const char* mandate_version(void);

/** How a call ended. */
typedef enum mandate_status {
  MANDATE_OK = 0,
  MANDATE_INVALID = 1,       /**< an argument is null or makes no sense; nothing was done */
  MANDATE_NO_MEMORY = 2,     /**< memory ran out; nothing was done */
  MANDATE_BUSY = 3,          /**< the checker is in use: its resolver called it again */
  MANDATE_INTERNAL_ERROR = 4 /**< a defect of the library: please report it */
} mandate_status;

/** A phrase for a person; of any number. */
MANDATE_API const char* mandate_status_text(mandate_status status);

/** The results of RFC 7208 section 2.6. */
typedef enum mandate_spf_result {
  MANDATE_SPF_NONE = 0,
  MANDATE_SPF_NEUTRAL = 1,
  MANDATE_SPF_PASS = 2,
  MANDATE_SPF_FAIL = 3,
  MANDATE_SPF_SOFTFAIL = 4,
  MANDATE_SPF_TEMPERROR = 5,
  MANDATE_SPF_PERMERROR = 6
} mandate_spf_result;

/** `none`, `neutral`, `pass`, `fail`, `softfail`, `temperror`, `permerror`; of any other `none`. */
MANDATE_API const char* mandate_spf_result_text(mandate_spf_result result);

/** The record types that are asked for; the numbers are those of the DNS. */
typedef enum mandate_dns_type {
  MANDATE_DNS_A = 1,
  MANDATE_DNS_PTR = 12,
  MANDATE_DNS_MX = 15,
  MANDATE_DNS_TXT = 16,
  MANDATE_DNS_AAAA = 28
} mandate_dns_type;

/** What the DNS says to one question: filled by the resolver while it runs, and no longer. */
typedef struct mandate_dns_answer mandate_dns_answer;

/** An address, of A and AAAA: `192.0.2.1`, `2001:db8::1`. */
MANDATE_API mandate_status mandate_dns_answer_add_address(mandate_dns_answer* answer,
                                                          const char* address);
/** A name, of PTR. */
MANDATE_API mandate_status mandate_dns_answer_add_name(mandate_dns_answer* answer,
                                                       const char* name);
/** A mail exchanger, of MX. */
MANDATE_API mandate_status mandate_dns_answer_add_exchanger(mandate_dns_answer* answer,
                                                            uint16_t preference, const char* name);
/** A TXT record: its character-strings joined, of any octets. */
MANDATE_API mandate_status mandate_dns_answer_add_text(mandate_dns_answer* answer,
                                                       const void* octets, size_t size);
/** How long the answer holds, in seconds; zero unless it is set. */
MANDATE_API mandate_status mandate_dns_answer_set_ttl(mandate_dns_answer* answer,
                                                      uint32_t seconds);
/** There is no such name (RCODE 3). */
MANDATE_API mandate_status mandate_dns_answer_no_such_name(mandate_dns_answer* answer);
/** The name is there, without records of the type (RCODE 0). */
MANDATE_API mandate_status mandate_dns_answer_no_data(mandate_dns_answer* answer);
/** The question could not be answered: a time-out, SERVFAIL, …; `why` may be null. */
MANDATE_API mandate_status mandate_dns_answer_failed(mandate_dns_answer* answer, const char* why);
/** All of it out of a response of a DNS server, as `res_query` gives it. Invalid when it is
 *  malformed; a response that is no answer makes a failure. */
MANDATE_API mandate_status mandate_dns_answer_from_message(mandate_dns_answer* answer,
                                                           const void* message, size_t size);

/**
 * Asks the DNS. Called during a check or a compilation, in its thread, once a question, at most as
 * often as the limits allow. `name` has no dot at its end; the root is a dot alone. An answer that
 * is left as it is given counts as failed. It may block, and must not leave by longjmp or an
 * exception.
 */
typedef void (*mandate_dns_resolve)(void* user, const char* name, mandate_dns_type type,
                                    mandate_dns_answer* answer);

/** Checks senders, and compiles policies. */
typedef struct mandate_spf_checker mandate_spf_checker;

/** Null when `resolve` is null or memory runs out. `user` is handed to `resolve`. */
MANDATE_API mandate_spf_checker* mandate_spf_checker_new(mandate_dns_resolve resolve, void* user);
MANDATE_API void mandate_spf_checker_free(mandate_spf_checker* checker);

/** The limits of RFC 7208 section 4.6.4, each from 0 to 1000; they are 10, 2, 10 and 10 before. */
MANDATE_API mandate_status mandate_spf_checker_set_limits(mandate_spf_checker* checker,
                                                          int lookups, int voids, int mx_names,
                                                          int ptr_names);
/** The receiver's own name: the macro `r`, and who speaks in header fields. */
MANDATE_API mandate_status mandate_spf_checker_set_receiver(mandate_spf_checker* checker,
                                                            const char* name);
/** The time, in seconds since 1970: the macro `t`. The library reads no clock. */
MANDATE_API mandate_status mandate_spf_checker_set_time(mandate_spf_checker* checker,
                                                        int64_t seconds);
/** Why the last call that took this checker did not end with MANDATE_OK; empty otherwise. */
MANDATE_API const char* mandate_spf_checker_error(const mandate_spf_checker* checker);

/** What a check came to. */
typedef struct mandate_spf_verdict mandate_spf_verdict;

/**
 * check_host() (RFC 7208 section 4). `ip` is the client's address as text, `mail_from` the MAIL
 * FROM without angle brackets, empty or null for the null sender, which is checked by its HELO
 * name. One of the two identities must not be empty. `verdict` is set only with MANDATE_OK: errors
 * of DNS and policy are results.
 */
MANDATE_API mandate_status mandate_spf_check(mandate_spf_checker* checker, const char* ip,
                                             const char* mail_from, const char* helo,
                                             mandate_spf_verdict** verdict);
MANDATE_API void mandate_spf_verdict_free(mandate_spf_verdict* verdict);

MANDATE_API mandate_spf_result mandate_spf_verdict_result(const mandate_spf_verdict* verdict);
/** Of none, permerror and temperror: why, a sentence. */
MANDATE_API const char* mandate_spf_verdict_problem(const mandate_spf_verdict* verdict);
/** Of fail: what the domain says about it (RFC 7208 section 6.2); may be empty. */
MANDATE_API const char* mandate_spf_verdict_explanation(const mandate_spf_verdict* verdict);
/** The term that decided, as written; empty of none, of errors and of a default neutral. */
MANDATE_API const char* mandate_spf_verdict_term(const mandate_spf_verdict* verdict);
/** The domain in whose record that term stands. */
MANDATE_API const char* mandate_spf_verdict_term_domain(const mandate_spf_verdict* verdict);
MANDATE_API int mandate_spf_verdict_lookups(const mandate_spf_verdict* verdict);
MANDATE_API int mandate_spf_verdict_voids(const mandate_spf_verdict* verdict);
/** For how many seconds the answers that were used hold. */
MANDATE_API uint32_t mandate_spf_verdict_ttl(const mandate_spf_verdict* verdict);
/** The whole Received-SPF field (RFC 7208 section 9.1), with its CRLF. */
MANDATE_API const char* mandate_spf_verdict_received_spf(const mandate_spf_verdict* verdict);
/** The whole Authentication-Results field (RFC 8601), with its CRLF; the receiver authenticated. */
MANDATE_API const char* mandate_spf_verdict_authentication_results(
    const mandate_spf_verdict* verdict);

/** A domain's policy for every client address at once. */
typedef struct mandate_spf_map mandate_spf_map;

/** What a map says of an address. */
typedef struct mandate_spf_outcome {
  mandate_spf_result result;
  /** Not zero: the result depends on sender, HELO name or more than networks; check instead. */
  int dynamic;
  int lookups;
  int voids;
  uint32_t ttl; /**< seconds for which the answers that were used hold */
} mandate_spf_outcome;

/** Compiles the policy of a domain, with the checker's resolver and limits. */
MANDATE_API mandate_status mandate_spf_compile(mandate_spf_checker* checker, const char* domain,
                                               mandate_spf_map** map);
MANDATE_API void mandate_spf_map_free(mandate_spf_map* map);

/** The outcome for an address in network order, of 4 or 16 octets. No allocation. */
MANDATE_API mandate_status mandate_spf_map_at(const mandate_spf_map* map, const void* address,
                                              size_t size, mandate_spf_outcome* outcome);
/** For how many pieces of the address space the map tells an outcome. */
MANDATE_API size_t mandate_spf_map_size(const mandate_spf_map* map);

/** The map as octets, to be loaded again on any machine: written into `octets` when `*size` is
 *  enough, else MANDATE_INVALID; `*size` becomes what is needed. */
MANDATE_API mandate_status mandate_spf_map_save(const mandate_spf_map* map, void* octets,
                                                size_t* size);
/** The map of such octets; invalid when they are damaged. */
MANDATE_API mandate_status mandate_spf_map_load(const void* octets, size_t size,
                                                mandate_spf_map** map);

#ifdef __cplusplus
}
#endif

#endif
