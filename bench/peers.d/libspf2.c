/* libspf2 under measurement: see ../README.md for the lines that it reads and answers.
 *
 * Its DNS is a server of its own interface (SPF_dns_server_t) over a hash table: its own zone layer
 * walks through all records for each look-up, and a cache layer would only copy once more. */
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <netdb.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The library's headers need those above, in this order. */
#include <spf2/spf.h>

enum { buckets = 4096, line_size = 4096 };

struct entry {
  uint64_t hash;
  SPF_dns_rr_t* records; /* null: an empty bucket */
};

static struct entry table[buckets];

static void die(const char* message) {
  fprintf(stderr, "libspf2: %s\n", message);
  exit(70);
}

/* FNV-1a. Names are compared as they stand: every one here is in lower case. */
static uint64_t hash_of(const char* name, ns_type type) {
  uint64_t hash = 14695981039346656037U ^ (uint64_t)type;
  for (; *name != '\0'; ++name) hash = (hash ^ (unsigned char)*name) * 1099511628211U;
  return hash;
}

/* The bucket of a name and type, or the empty one where it would stand. */
static struct entry* bucket_of(const char* name, ns_type type) {
  const uint64_t hash = hash_of(name, type);
  size_t at = hash % buckets;
  for (;; at = (at + 1) % buckets) {
    struct entry* entry = &table[at];
    if (entry->records == NULL) {
      entry->hash = hash;
      return entry;
    }
    if (entry->hash == hash && entry->records->rr_type == type &&
        strcmp(entry->records->domain, name) == 0) {
      return entry;
    }
  }
}

/* The caller frees what it gets, so it gets a copy. */
static SPF_dns_rr_t* look_up(SPF_dns_server_t* server, const char* domain, ns_type type,
                             int should_cache) {
  (void)should_cache;
  const struct entry* entry = bucket_of(domain, type);
  if (entry->records == NULL) {
    return SPF_dns_rr_new_init(server, domain, type, 300, HOST_NOT_FOUND);
  }
  SPF_dns_rr_t* copy = NULL;
  if (SPF_dns_rr_dup(&copy, entry->records) != SPF_E_SUCCESS) die("out of memory");
  return copy;
}

static void add(SPF_dns_server_t* server, const char* name, ns_type type, const char* value) {
  struct entry* entry = bucket_of(name, type);
  if (entry->records == NULL) {
    entry->records = SPF_dns_rr_new_init(server, name, type, 300, NETDB_SUCCESS);
  }
  SPF_dns_rr_t* records = entry->records;
  const int at = records->num_rr;
  const size_t size = strlen(value) + 1;
  const size_t least = sizeof(SPF_dns_rr_data_t);
  if (SPF_dns_rr_buf_realloc(records, at, size < least ? least : size) != SPF_E_SUCCESS) {
    die("out of memory");
  }
  if (type == ns_t_a) {
    if (inet_pton(AF_INET, value, &records->rr[at]->a) != 1) die("an A record without an address");
  } else {
    /* TXT and the exchange of MX both are text from the beginning of the data. */
    memcpy(records->rr[at]->txt, value, size);
  }
  records->num_rr = at + 1;
}

static void read_records(SPF_dns_server_t* server, const char* path) {
  FILE* file = fopen(path, "r");
  if (file == NULL) die("the records cannot be opened");
  static char line[line_size];
  while (fgets(line, sizeof line, file) != NULL) {
    line[strcspn(line, "\n")] = '\0';
    char* rest = line;
    const char* name = strsep(&rest, " ");
    const char* type = strsep(&rest, " ");
    if (type == NULL || rest == NULL) die("a line of the records has less than three parts");
    if (strcmp(type, "A") == 0) {
      add(server, name, ns_t_a, rest);
    } else if (strcmp(type, "MX") == 0) {
      strsep(&rest, " "); /* the preference: the library keeps none */
      if (rest == NULL) die("an MX record without an exchange");
      add(server, name, ns_t_mx, rest);
    } else if (strcmp(type, "TXT") == 0) {
      add(server, name, ns_t_txt, rest);
    } else {
      die("a type of record that it does not know");
    }
  }
  fclose(file);
}

static SPF_result_t evaluate(SPF_server_t* server, struct in_addr ip, const char* sender) {
  SPF_request_t* request = SPF_request_new(server);
  SPF_request_set_ipv4(request, ip);
  SPF_request_set_helo_dom(request, "client.test");
  SPF_request_set_env_from(request, sender);
  SPF_response_t* response = NULL;
  SPF_request_query_mailfrom(request, &response);
  const SPF_result_t result = SPF_response_result(response);
  SPF_response_free(response);
  SPF_request_free(request);
  return result;
}

static int64_t cpu_time(void) {
  struct timespec now;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int main(int count, char** arguments) {
  if (count != 2) die("give the file of records");
  static SPF_dns_server_t dns;
  dns.lookup = look_up;
  dns.name = "memory";
  read_records(&dns, arguments[1]);
  SPF_server_t* server = SPF_server_new_dns(&dns, 0);
  if (server == NULL) die("no server");

  char form[32], address[64], sender[256];
  long evaluations = 0;
  while (scanf("%31s %ld %63s %255s", form, &evaluations, address, sender) == 4) {
    struct in_addr ip;
    if (inet_pton(AF_INET, address, &ip) != 1) die("no IPv4 address");
    const SPF_result_t first = evaluate(server, ip, sender);
    int steady = 1;
    const int64_t begin = cpu_time();
    for (long i = 0; i < evaluations; ++i) steady &= evaluate(server, ip, sender) == first;
    const int64_t end = cpu_time();
    printf("%s %lld\n", steady ? SPF_strresult(first) : "unsteady", (long long)(end - begin));
    fflush(stdout);
  }
  SPF_server_free(server);
  return 0;
}
