/* libspf2 checks the lines of a scan over the DNS: `scan_libspf2 PORT THREADS RESULT < LINES` reads
 * all lines `DOMAIN IP`, checks each with a server of the library's own resolver a thread, and prints
 * `RIGHT NANOSECONDS PROCESSOR-NANOSECONDS`: how many checks had that result, and what all took.
 *
 * The library makes its resolver's state by itself, for port 53 of resolv.conf. So this program has
 * the function that it calls for that, and puts the port in place. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <arpa/nameser.h>
#include <dlfcn.h>
#include <netinet/in.h>
#include <pthread.h>
#include <resolv.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* The library's headers need those above, in this order. */
#include <spf2/spf.h>

enum { line_size = 512, most_threads = 1024 };

struct line {
  char* sender;
  struct in_addr ip;
};

static struct line* lines;
static size_t line_count;
static atomic_size_t next_line;
static atomic_size_t right;
static const char* right_result;
static uint16_t server_port;

static void die(const char* message) {
  fprintf(stderr, "scan_libspf2: %s\n", message);
  exit(70);
}

/* What <resolv.h> makes of the name res_ninit, in place of the C library's. */
int __res_ninit(res_state state) {
  int (*original)(res_state) = NULL;
  *(void**)&original = dlsym(RTLD_NEXT, "__res_ninit");
  if (original == NULL) die("the C library has no res_ninit");
  const int result = original(state);
  memset(&state->nsaddr_list[0], 0, sizeof state->nsaddr_list[0]);
  state->nsaddr_list[0].sin_family = AF_INET;
  state->nsaddr_list[0].sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  state->nsaddr_list[0].sin_port = htons(server_port);
  state->nscount = 1;
  return result;
}

static void read_lines(void) {
  static char text[line_size];
  size_t room = 0;
  while (fgets(text, sizeof text, stdin) != NULL) {
    text[strcspn(text, "\n")] = '\0';
    char* rest = text;
    const char* domain = strsep(&rest, " ");
    if (line_count == room) {
      room = room == 0 ? 1024 : 2 * room;
      lines = realloc(lines, room * sizeof *lines);
      if (lines == NULL) die("out of memory");
    }
    struct line* line = &lines[line_count++];
    if (rest == NULL || inet_pton(AF_INET, rest, &line->ip) != 1) die("a line is no DOMAIN IP");
    if (asprintf(&line->sender, "postmaster@%s", domain) < 0) die("out of memory");
  }
}

static void* check_lines(void* nothing) {
  (void)nothing;
  SPF_server_t* server = SPF_server_new(SPF_DNS_RESOLV, 0);
  if (server == NULL) die("no server");
  for (size_t at = atomic_fetch_add(&next_line, 1); at < line_count;
       at = atomic_fetch_add(&next_line, 1)) {
    SPF_request_t* request = SPF_request_new(server);
    SPF_request_set_ipv4(request, lines[at].ip);
    SPF_request_set_helo_dom(request, "client.test");
    SPF_request_set_env_from(request, lines[at].sender);
    SPF_response_t* response = NULL;
    SPF_request_query_mailfrom(request, &response);
    if (strcmp(SPF_strresult(SPF_response_result(response)), right_result) == 0) {
      atomic_fetch_add(&right, 1);
    }
    SPF_response_free(response);
    SPF_request_free(request);
  }
  SPF_server_free(server);
  return NULL;
}

static int64_t now(clockid_t clock) {
  struct timespec time;
  clock_gettime(clock, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

int main(int count, char** arguments) {
  if (count != 4) die("give the port, the number of threads and the result that is right");
  server_port = (uint16_t)atoi(arguments[1]);
  const int threads = atoi(arguments[2]);
  if (threads < 1 || threads > most_threads) die("give 1 to 1024 threads");
  right_result = arguments[3];
  read_lines();
  static pthread_t started[most_threads];
  const int64_t begin = now(CLOCK_MONOTONIC);
  const int64_t spent = now(CLOCK_PROCESS_CPUTIME_ID);
  for (int i = 0; i < threads; ++i) {
    if (pthread_create(&started[i], NULL, check_lines, NULL) != 0) die("no thread");
  }
  for (int i = 0; i < threads; ++i) pthread_join(started[i], NULL);
  printf("%zu %lld %lld\n", (size_t)right, (long long)(now(CLOCK_MONOTONIC) - begin),
         (long long)(now(CLOCK_PROCESS_CPUTIME_ID) - spent));
  return 0;
}
