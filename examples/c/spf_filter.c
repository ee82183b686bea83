/*
 * A mail server in C asks for SPF: with a resolver of its own for each sender, and with a policy
 * map for a domain that it sees often. The DNS is a table here; a server would ask its resolver,
 * and hand over the response with mandate_dns_answer_from_message.
 *
 *   cc spf_filter.c $(pkg-config --cflags --libs mandate) -o spf_filter
 *   ./spf_filter 192.0.2.1 news@customer.example
 */
#include <mandate/spf.h>
#include <stdio.h>
#include <string.h>

struct row {
  const char* name;
  mandate_dns_type type;
  const char* data;
};

static const struct row dns[] = {
    {"customer.example", MANDATE_DNS_TXT, "v=spf1 include:mailer.provider.example mx -all"},
    {"customer.example", MANDATE_DNS_MX, "mx.customer.example"},
    {"mx.customer.example", MANDATE_DNS_A, "198.51.100.25"},
    {"mailer.provider.example", MANDATE_DNS_TXT, "v=spf1 ip4:192.0.2.0/28 ip6:2001:db8::/32 -all"},
};

static void resolve(void* user, const char* name, mandate_dns_type type,
                    mandate_dns_answer* answer) {
  size_t i = 0;
  int known = 0;
  int* const asked = user;
  ++*asked;
  mandate_dns_answer_set_ttl(answer, 300);
  for (i = 0; i < sizeof dns / sizeof dns[0]; ++i) {
    if (strcmp(dns[i].name, name) == 0) known = 1;
  }
  if (known) {
    mandate_dns_answer_no_data(answer);
  } else {
    mandate_dns_answer_no_such_name(answer);
  }
  for (i = 0; i < sizeof dns / sizeof dns[0]; ++i) {
    if (dns[i].type != type || strcmp(dns[i].name, name) != 0) continue;
    if (type == MANDATE_DNS_TXT)
      mandate_dns_answer_add_text(answer, dns[i].data, strlen(dns[i].data));
    if (type == MANDATE_DNS_MX) mandate_dns_answer_add_exchanger(answer, 10, dns[i].data);
    if (type == MANDATE_DNS_A) mandate_dns_answer_add_address(answer, dns[i].data);
  }
}

static int check_sender(mandate_spf_checker* checker, const char* ip, const char* mail_from) {
  mandate_spf_verdict* verdict = NULL;
  if (mandate_spf_check(checker, ip, mail_from, "", &verdict) != MANDATE_OK) {
    fprintf(stderr, "spf_filter: %s\n", mandate_spf_checker_error(checker));
    return 64;
  }
  printf("%s by %s\n%s", mandate_spf_result_text(mandate_spf_verdict_result(verdict)),
         mandate_spf_verdict_term(verdict), mandate_spf_verdict_received_spf(verdict));
  mandate_spf_verdict_free(verdict);
  return 0;
}

/* One question to the DNS for each of the records, then none for any number of clients. */
static int look_up_many(mandate_spf_checker* checker, const int* asked) {
  mandate_spf_map* map = NULL;
  mandate_spf_outcome outcome;
  unsigned char address[4] = {192, 0, 2, 0};
  int before = 0;
  int passed = 0;
  int i = 0;
  if (mandate_spf_compile(checker, "customer.example", &map) != MANDATE_OK) {
    fprintf(stderr, "spf_filter: %s\n", mandate_spf_checker_error(checker));
    return 1;
  }
  before = *asked;
  for (i = 0; i < 256; ++i) {
    address[3] = (unsigned char)i;
    if (mandate_spf_map_at(map, address, sizeof address, &outcome) == MANDATE_OK &&
        outcome.result == MANDATE_SPF_PASS) {
      ++passed;
    }
  }
  printf("%d of 256 clients in 192.0.2.0/24 pass, %d questions asked for them\n", passed,
         *asked - before);
  mandate_spf_map_free(map);
  return 0;
}

int main(int argc, char** argv) {
  int asked = 0;
  int status = 0;
  mandate_spf_checker* checker = NULL;
  if (argc != 3) {
    fprintf(stderr, "usage: spf_filter IP MAIL-FROM\n");
    return 64;
  }
  checker = mandate_spf_checker_new(resolve, &asked);
  if (checker == NULL) return 71;
  mandate_spf_checker_set_receiver(checker, "mx.receiver.example");
  status = check_sender(checker, argv[1], argv[2]);
  if (status == 0) status = look_up_many(checker, &asked);
  mandate_spf_checker_free(checker);
  return status;
}
