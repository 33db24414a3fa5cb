/*
 * The launcher: a small persistent process that runs one program per request and replies with what the run cost.
 * docs/launcher-protocol.md says what it reads and writes. Linux only.
 *
 * It is small and statically linked because the kernel carries the high-water mark of the starter's memory into the
 * program it starts: whatever is resident here becomes the floor of every program's peak memory.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum {
  PROTOCOL = 1,
  MAX_REQUEST_BYTES = 8 << 20,
  MAX_HEADER_BYTES = 64,
  STDERR_TAIL_BYTES = 8192,
  CHUNK_BYTES = 65536,
  PIPE_BYTES = 1 << 20,
  THREAD_SAMPLE_MS = 5,
  FILL_NS = 1000000,
  GRACE_MS = 250,
  STUCK_MS = 10000,
  PROBE_FD = 3, /* in this process the signal descriptor, which no program needs */
};

struct request {
  char **argv, **env;
  char *cwd, *stdin_path, *stdout_path, *stderr_path, *probe_path, *cpus;
  uint64_t timeout_ms, output_limit, memory_limit;
  int sample_threads;
};

struct hash {
  uint64_t lane[4], total;
  unsigned char rest[32];
  unsigned filled;
};

struct run {
  pid_t pid;
  uint64_t start_ns, end_ns, deadline_ns, resume_ns, started_at_ms;
  const char *end; /* why it was ended by us, or NULL */
  uint64_t stdout_bytes, stderr_bytes, output_limit;
  struct hash hash;
  int out, err, out_file, err_file, keep_errno;
  const char *keep_stage;
  long max_threads, allowed_processors;
};

static struct {
  char *data;
  size_t used, room, skip;
  int closed;
} input;

static const uint64_t MAX_TIMEOUT_MS = 1ull << 40;
static int signal_fd, null_fd, own_schedstat_fd, own_nice;
static char tail[STDERR_TAIL_BYTES];
static unsigned char chunk[CHUNK_BYTES];
static char reply_buffer[STDERR_TAIL_BYTES * 6 + 4096];

/* Written by the child between vfork and execve, which share memory. */
static volatile int child_errno;
static const char *volatile child_stage;

static uint64_t clock_ns(clockid_t id) {
  struct timespec t;
  clock_gettime(id, &t);
  return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* ---- XXH64, seed 0 (specification: github.com/Cyan4973/xxHash, doc/xxhash_spec.md) ---- */

static const uint64_t P1 = 0x9E3779B185EBCA87u, P2 = 0xC2B2AE3D27D4EB4Fu, P3 = 0x165667B19E3779F9u,
                      P4 = 0x85EBCA77C2B2AE63u, P5 = 0x27D4EB2F165667C5u;

static uint64_t rotate(uint64_t value, int bits) { return (value << bits) | (value >> (64 - bits)); }
static uint64_t mix(uint64_t lane, uint64_t word) { return rotate(lane + word * P2, 31) * P1; }

static uint64_t little_endian(const unsigned char *bytes, int count) {
  uint64_t word = 0;
  for (int i = count - 1; i >= 0; i--) word = word << 8 | bytes[i];
  return word;
}

static void hash_begin(struct hash *h) {
  memset(h, 0, sizeof *h);
  h->lane[0] = P1 + P2;
  h->lane[1] = P2;
  h->lane[3] = -P1;
}

static void hash_stripe(struct hash *h, const unsigned char *bytes) {
  for (int i = 0; i < 4; i++) h->lane[i] = mix(h->lane[i], little_endian(bytes + 8 * i, 8));
}

static void hash_add(struct hash *h, const unsigned char *bytes, size_t count) {
  h->total += count;
  while (count > 0 && (h->filled > 0 || count < 32)) {
    h->rest[h->filled++] = *bytes++;
    count--;
    if (h->filled == 32) {
      hash_stripe(h, h->rest);
      h->filled = 0;
    }
  }
  for (; count >= 32; bytes += 32, count -= 32) hash_stripe(h, bytes);
  memcpy(h->rest + h->filled, bytes, count);
  h->filled += (unsigned)count;
}

static uint64_t hash_end(const struct hash *h) {
  uint64_t sum = P5;
  if (h->total >= 32) {
    sum = rotate(h->lane[0], 1) + rotate(h->lane[1], 7) + rotate(h->lane[2], 12) + rotate(h->lane[3], 18);
    for (int i = 0; i < 4; i++) sum = (sum ^ mix(0, h->lane[i])) * P1 + P4;
  }
  sum += h->total;
  unsigned at = 0;
  for (; at + 8 <= h->filled; at += 8) sum = rotate(sum ^ mix(0, little_endian(h->rest + at, 8)), 27) * P1 + P4;
  if (at + 4 <= h->filled) {
    sum = rotate(sum ^ little_endian(h->rest + at, 4) * P1, 23) * P2 + P3;
    at += 4;
  }
  for (; at < h->filled; at++) sum = rotate(sum ^ h->rest[at] * P5, 11) * P1;
  sum = (sum ^ sum >> 33) * P2;
  sum = (sum ^ sum >> 29) * P3;
  return sum ^ sum >> 32;
}

/* ---- descendants ---- */

/* Children of this process are listed per thread; there is one thread here. */
static void kill_children(void) {
  char path[64], list[4096];
  snprintf(path, sizeof path, "/proc/self/task/%d/children", getpid());
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  ssize_t got = read(fd, list, sizeof list - 1);
  close(fd);
  if (got <= 0) return;
  list[got] = 0;
  /* A list that fills the buffer may end in half a number: the rest comes in the next round. */
  if (got == (ssize_t)sizeof list - 1) *(strrchr(list, ' ') ? strrchr(list, ' ') : list) = 0;
  char *at = list, *end;
  for (long pid = strtol(at, &end, 10); end != at; at = end, pid = strtol(at, &end, 10)) {
    pid_t group = getpgid((pid_t)pid);
    /* The whole group first: a program that forks faster than it is killed one by one would win. */
    if (group > 1 && group != getpgrp()) kill(-group, SIGKILL);
    kill((pid_t)pid, SIGKILL);
  }
}

/*
 * Ends every descendant that does not end by itself within the grace. This process is a subreaper, so those whose
 * parents died, with sessions of their own or not, have become its children. Returns how many had to be ended, or -1
 * when one could not be.
 */
static int end_children(uint64_t grace_ms) {
  int ended = 0, killing = 0;
  uint64_t start = clock_ns(CLOCK_MONOTONIC);
  sigset_t child_ended;
  sigemptyset(&child_ended);
  sigaddset(&child_ended, SIGCHLD);
  for (;;) {
    pid_t pid;
    while ((pid = waitpid(-1, NULL, WNOHANG)) > 0) ended += killing;
    if (pid < 0 && errno == ECHILD) return ended;
    uint64_t spent_ms = (clock_ns(CLOCK_MONOTONIC) - start) / 1000000;
    if (spent_ms > STUCK_MS) return -1;
    killing = spent_ms >= grace_ms;
    if (killing) kill_children();
    struct timespec patience = {0, 5000000};
    sigtimedwait(&child_ended, NULL, &patience);
  }
}

static void leave(int code) {
  end_children(0);
  _exit(code);
}

/* ---- input ---- */

/* Reads what is there; a closed input or a termination signal ends the launcher and everything it started. */
static void fill_input(void) {
  if (input.room - input.used < 4096) {
    input.room = input.room ? input.room * 2 : 16384;
    input.data = realloc(input.data, input.room);
    if (!input.data) leave(71);
  }
  ssize_t got = read(0, input.data + input.used, input.room - input.used);
  if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN)) leave(0);
  if (got > 0) input.used += (size_t)got;
}

static void take_signals(void) {
  struct signalfd_siginfo info;
  while (read(signal_fd, &info, sizeof info) == (ssize_t)sizeof info)
    if (info.ssi_signo != SIGCHLD) leave(0);
}

static void wait_for_input(void) {
  struct pollfd fds[2] = {{.fd = 0, .events = POLLIN}, {.fd = signal_fd, .events = POLLIN}};
  if (poll(fds, 2, -1) < 0) return;
  if (fds[1].revents) take_signals();
  if (fds[0].revents) fill_input();
}

static void drop_input(size_t count) {
  if (count == 0) return;
  memmove(input.data, input.data + count, input.used - count);
  input.used -= count;
}

static int take_cancel(void) {
  static const char word[] = "cancel\n";
  size_t length = sizeof word - 1;
  if (input.used < length || memcmp(input.data, word, length) != 0) return 0;
  drop_input(length);
  return 1;
}

/* ---- replies ---- */

static void reply_malformed(const char *message) {
  printf("{\"reply\":\"malformed\",\"message\":\"%s\"}\n", message);
  fflush(stdout);
}

/* Bytes as a JSON string of one character a byte (Latin-1); the reader turns them back into bytes. */
static void print_bytes(const char *bytes, size_t count) {
  putchar('"');
  for (size_t i = 0; i < count; i++) {
    unsigned char byte = (unsigned char)bytes[i];
    if (byte < 0x20 || byte >= 0x7f || byte == '"' || byte == '\\') printf("\\u%04x", byte);
    else putchar(byte);
  }
  putchar('"');
}

static void reply_not_started(const char *stage, int error) {
  printf("{\"reply\":\"notStarted\",\"stage\":\"%s\",\"errno\":%d,\"startedAtMs\":%llu}\n", stage, error,
         (unsigned long long)(clock_ns(CLOCK_REALTIME) / 1000000));
  fflush(stdout);
}

/* ---- requests ---- */

static int parse_number(const char *text, uint64_t *number) {
  if (!isdigit((unsigned char)*text)) return 0;
  char *end;
  errno = 0;
  *number = strtoull(text, &end, 10);
  return *end == 0 && errno == 0;
}

static const char *set_field(struct request *r, const char *key, char *value) {
  struct { const char *key; char **text; } texts[] = {
      {"cwd", &r->cwd}, {"stdin", &r->stdin_path}, {"stdout", &r->stdout_path},
      {"stderr", &r->stderr_path}, {"probe", &r->probe_path}, {"cpus", &r->cpus}};
  struct { const char *key; uint64_t *number; } numbers[] = {
      {"timeoutMs", &r->timeout_ms}, {"outputLimitBytes", &r->output_limit},
      {"memoryLimitBytes", &r->memory_limit}};
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    if (strcmp(key, texts[i].key) == 0) return *texts[i].text = value, NULL;
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
    if (strcmp(key, numbers[i].key) == 0) return parse_number(value, numbers[i].number) ? NULL : "a number is not a number";
  if (strcmp(key, "sampleThreads") == 0) return r->sample_threads = *value == '1', NULL;
  return "unknown field";
}

/* Fields are NUL-terminated `key=value`; no value can hold a NUL, because no argument, variable or path can. */
static const char *parse_request(char *payload, size_t length, struct request *r) {
  memset(r, 0, sizeof *r);
  if (length == 0 || payload[length - 1] != 0) return "the last field does not end";
  size_t fields = 0;
  for (size_t i = 0; i < length; i++) fields += payload[i] == 0;
  r->argv = calloc(fields + 1, sizeof *r->argv);
  r->env = calloc(fields + 1, sizeof *r->env);
  if (!r->argv || !r->env) return "out of memory";
  size_t args = 0, variables = 0;
  for (char *field = payload; field < payload + length; field += strlen(field) + 1) {
    char *value = strchr(field, '=');
    if (!value) return "a field has no value";
    *value++ = 0;
    const char *mistake = NULL;
    if (strcmp(field, "arg") == 0) r->argv[args++] = value;
    else if (strcmp(field, "env") == 0) r->env[variables++] = value;
    else mistake = set_field(r, field, value);
    if (mistake) return mistake;
    value[-1] = '=';
  }
  if (args == 0) return "no program";
  if (!r->cwd) return "no cwd";
  if (r->timeout_ms == 0 || r->output_limit == 0) return "no timeoutMs or no outputLimitBytes";
  return NULL;
}

static int parse_cpus(const char *text, cpu_set_t *set) {
  CPU_ZERO(set);
  for (char *end; *text; text = *end == ',' ? end + 1 : end) {
    unsigned long cpu = strtoul(text, &end, 10);
    if (end == text || (*end && *end != ',') || cpu >= CPU_SETSIZE) return 0;
    CPU_SET(cpu, set);
  }
  return CPU_COUNT(set) > 0;
}

/* ---- one run ---- */

/* The program's path: as given when it has a slash, else found on the PATH that the program itself will see. */
static const char *find_program(const struct request *r) {
  static char found[8192];
  const char *name = r->argv[0], *path = "/usr/local/bin:/usr/bin:/bin";
  if (strchr(name, '/') || !*name) return name;
  for (char **e = r->env; *e; e++)
    if (strncmp(*e, "PATH=", 5) == 0) path = *e + 5;
  while (*path) {
    int length = (int)strcspn(path, ":");
    snprintf(found, sizeof found, "%.*s/%s", length ? length : 1, length ? path : ".", name);
    struct stat status;
    if (access(found, X_OK) == 0 && stat(found, &status) == 0 && S_ISREG(status.st_mode)) return found;
    path += length + (path[length] == ':');
  }
  return name;
}

static void fail_child(const char *stage) {
  child_errno = errno;
  child_stage = stage;
  _exit(127);
}

/*
 * vfork: the child borrows this memory until execve, so nothing of it is copied. A session of its own is a scheduling
 * group of its own (autogroup): on a busy host this process then sees the end of a run some milliseconds earlier.
 */
static __attribute__((noinline)) pid_t start_child(const struct request *r, const char *program, const cpu_set_t *cpus,
                                                   const int streams[4]) {
  sigset_t none;
  sigemptyset(&none);
  struct rlimit memory = {r->memory_limit, r->memory_limit};
  child_errno = 0;
  pid_t pid = vfork();
  if (pid != 0) return pid;
  setsid();
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  sigprocmask(SIG_SETMASK, &none, NULL);
  for (int i = 0; i < 3; i++)
    if (dup2(streams[i], i) < 0) fail_child("streams");
  if (streams[PROBE_FD] >= 0 && dup2(streams[PROBE_FD], PROBE_FD) < 0) fail_child("streams");
  if (cpus && sched_setaffinity(0, sizeof *cpus, cpus) < 0) fail_child("cpus");
  if (own_nice < 0) setpriority(PRIO_PROCESS, 0, 0);
  if (r->memory_limit && setrlimit(RLIMIT_AS, &memory) < 0) fail_child("memoryLimit");
  execve(program, r->argv, r->env);
  fail_child("exec");
  return -1;
}

static uint64_t own_delay_ns(void) {
  char text[128];
  ssize_t got = pread(own_schedstat_fd, text, sizeof text - 1, 0);
  if (got <= 0) return 0;
  text[got] = 0;
  unsigned long long on_cpu, delay;
  return sscanf(text, "%llu %llu", &on_cpu, &delay) == 2 ? delay : 0;
}

static size_t read_proc(pid_t pid, const char *name, char *text, size_t room) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%d/%s", pid, name);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t got = fd < 0 ? 0 : read(fd, text, room - 1);
  if (fd >= 0) close(fd);
  text[got > 0 ? got : 0] = 0;
  return got > 0 ? (size_t)got : 0;
}

/* Bits of a mask in hexadecimal words with commas between them. */
static long bits_of(const char *mask) {
  long bits = 0;
  for (; *mask && *mask != '\n'; mask++) {
    char digit[2] = {*mask, 0};
    bits += __builtin_popcountl(strtoul(digit, NULL, 16));
  }
  return bits;
}

static void look_at_processors(struct run *run) {
  char text[4096];
  read_proc(run->pid, "status", text, sizeof text);
  const char *mask = strstr(text, "\nCpus_allowed:");
  if (mask) run->allowed_processors = bits_of(mask + 14);
}

static void sample_threads(struct run *run) {
  char text[4096];
  read_proc(run->pid, "status", text, sizeof text);
  const char *line = strstr(text, "\nThreads:");
  long threads = line ? strtol(line + 9, NULL, 10) : 0;
  if (threads > run->max_threads) run->max_threads = threads;
}

static void end_run(struct run *run, const char *why) {
  if (run->end) return;
  run->end = why;
  run->deadline_ns = clock_ns(CLOCK_MONOTONIC) + STUCK_MS * 1000000ull;
  kill(-run->pid, SIGKILL);
}

static void keep(struct run *run, int *file, const char *stage, size_t count) {
  for (size_t done = 0; *file >= 0 && done < count;) {
    ssize_t put = write(*file, chunk + done, count - done);
    if (put >= 0) {
      done += (size_t)put;
      continue;
    }
    if (errno == EINTR) continue;
    run->keep_errno = errno;
    run->keep_stage = stage;
    close(*file);
    *file = -1;
  }
}

/* One chunk of a stream; 0 when there is nothing more now. One chunk at a time keeps the exit's time stamp prompt. */
static int take_output(struct run *run, int is_stderr) {
  int *fd = is_stderr ? &run->err : &run->out;
  ssize_t got = *fd < 0 ? 0 : read(*fd, chunk, sizeof chunk);
  if (got < 0) return errno == EINTR;
  if (got == 0) {
    if (*fd >= 0) close(*fd);
    *fd = -1;
    return 0;
  }
  size_t count = (size_t)got;
  if (is_stderr) {
    for (size_t i = count > sizeof tail ? count - sizeof tail : 0; i < count; i++)
      tail[(run->stderr_bytes + i) % sizeof tail] = (char)chunk[i];
    run->stderr_bytes += count;
    keep(run, &run->err_file, "stderr", count);
  } else {
    hash_add(&run->hash, chunk, count);
    run->stdout_bytes += count;
    keep(run, &run->out_file, "stdout", count);
  }
  if (run->stdout_bytes > run->output_limit || run->stderr_bytes > run->output_limit) end_run(run, "flooded");
  return 1;
}

static int has_ended(pid_t pid) {
  siginfo_t info = {0};
  return waitid(P_PID, (id_t)pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == pid;
}

static struct timespec patience(const struct run *run, uint64_t now, int sampling) {
  uint64_t left = run->deadline_ns > now ? run->deadline_ns - now : 0;
  if (sampling && left > THREAD_SAMPLE_MS * 1000000u) left = THREAD_SAMPLE_MS * 1000000u;
  if (run->resume_ns > now && left > run->resume_ns - now) left = run->resume_ns - now;
  return (struct timespec){(time_t)(left / 1000000000u), (long)(left % 1000000000u)};
}

/*
 * Every wake of a reader costs the writer: after a short chunk the pipe is left to fill for a millisecond, which saves a
 * program with small writes a tenth of its processor time.
 */
static void take_stdout(struct run *run, uint64_t now) {
  uint64_t before = run->stdout_bytes;
  take_output(run, 0);
  if (run->stdout_bytes - before < CHUNK_BYTES) run->resume_ns = now + FILL_NS;
}

/* Until the program is a zombie: streams, deadline, cancel. The clock is read before anything else on every wake. */
static void watch(struct run *run, int sampling) {
  if (take_cancel()) end_run(run, "cancelled");
  if (sampling) look_at_processors(run);
  for (;;) {
    uint64_t asleep = clock_ns(CLOCK_MONOTONIC);
    struct pollfd fds[4] = {{.fd = signal_fd, .events = POLLIN},
                            {.fd = asleep < run->resume_ns ? -1 : run->out, .events = POLLIN},
                            {.fd = run->err, .events = POLLIN},
                            {.fd = 0, .events = input.used < MAX_HEADER_BYTES ? POLLIN : 0}};
    struct timespec wait = patience(run, asleep, sampling);
    int ready = ppoll(fds, 4, &wait, NULL);
    uint64_t now = clock_ns(CLOCK_MONOTONIC);
    if (ready < 0) continue;
    if (fds[0].revents) {
      if (has_ended(run->pid)) {
        run->end_ns = now;
        return;
      }
      take_signals();
    }
    if (sampling) sample_threads(run);
    if (fds[1].revents) take_stdout(run, now);
    if (fds[2].revents) take_output(run, 1);
    if (fds[3].revents) {
      fill_input();
      if (take_cancel()) end_run(run, "cancelled");
    }
    if (now < run->deadline_ns) continue;
    if (run->end) leave(71); /* SIGKILL did nothing for ten seconds: this host can measure nothing now. */
    end_run(run, "timedOut");
  }
}

static void print_optional_counters(const char *schedstat, const char *io, uint64_t launcher_delay_ns) {
  unsigned long long on_cpu, delay;
  if (sscanf(schedstat, "%llu %llu", &on_cpu, &delay) == 2)
    printf(",\"runQueueDelayNs\":%llu,\"launcherDelayNs\":%llu", delay, (unsigned long long)launcher_delay_ns);
  const char *reads = strstr(io, "syscr: "), *writes = strstr(io, "syscw: ");
  /* Without the right to see a zombie's counters the kernel shows zeros. */
  if (reads && writes && (geteuid() == 0 || strtoull(reads + 7, NULL, 10) || strtoull(writes + 7, NULL, 10)))
    printf(",\"readCalls\":%llu,\"writeCalls\":%llu", strtoull(reads + 7, NULL, 10), strtoull(writes + 7, NULL, 10));
}

static unsigned long long microseconds(struct timeval t) {
  return (unsigned long long)t.tv_sec * 1000000u + (unsigned long long)t.tv_usec;
}

static void print_outcome(const struct run *run, int status) {
  printf("{\"reply\":\"run\",\"end\":\"%s\"", run->end ? run->end : WIFSIGNALED(status) ? "signaled" : "exited");
  if (WIFSIGNALED(status)) printf(",\"signal\":%d", WTERMSIG(status));
  else printf(",\"code\":%d", WEXITSTATUS(status));
  printf(",\"startedAtMs\":%llu,\"wallTimeNs\":%llu", (unsigned long long)run->started_at_ms,
         (unsigned long long)(run->end_ns - run->start_ns));
  printf(",\"stdoutBytes\":%llu,\"stdoutHash\":\"%016llx\"", (unsigned long long)run->stdout_bytes,
         (unsigned long long)hash_end(&run->hash));
  if (run->max_threads) printf(",\"maxThreads\":%ld", run->max_threads);
  if (run->allowed_processors) printf(",\"allowedProcessors\":%ld", run->allowed_processors);
  if (run->keep_errno) printf(",\"keepErrno\":%d,\"keepStage\":\"%s\"", run->keep_errno, run->keep_stage);
}

static void print_usage(const struct rusage *usage) {
  printf(",\"userTimeNs\":%llu,\"systemTimeNs\":%llu,\"maxRssBytes\":%ld,\"minorFaults\":%ld,\"majorFaults\":%ld"
         ",\"voluntarySwitches\":%ld,\"involuntarySwitches\":%ld",
         microseconds(usage->ru_utime) * 1000, microseconds(usage->ru_stime) * 1000, usage->ru_maxrss * 1024,
         usage->ru_minflt, usage->ru_majflt, usage->ru_nvcsw, usage->ru_nivcsw);
}

static void print_tail(const struct run *run) {
  printf(",\"stderrTail\":");
  if (run->stderr_bytes <= sizeof tail) {
    print_bytes(tail, run->stderr_bytes);
    return;
  }
  static char ordered[STDERR_TAIL_BYTES];
  size_t oldest = run->stderr_bytes % sizeof tail;
  memcpy(ordered, tail + oldest, sizeof tail - oldest);
  memcpy(ordered + sizeof tail - oldest, tail, oldest);
  print_bytes(ordered, sizeof ordered);
}

/* The order matters: a zombie's files first, then its usage, then those that it left behind, then what they wrote. */
static void finish(struct run *run, uint64_t delay_before_ns) {
  char schedstat[128], io[1024];
  uint64_t delay_ns = own_delay_ns() - delay_before_ns;
  read_proc(run->pid, "schedstat", schedstat, sizeof schedstat);
  read_proc(run->pid, "io", io, sizeof io);
  int status = 0;
  struct rusage usage;
  wait4(run->pid, &status, 0, &usage);
  int orphans = end_children(run->end ? 0 : GRACE_MS);
  if (run->end) orphans = 0; /* those were to end with the program */
  while (take_output(run, 0)) {}
  while (take_output(run, 1)) {}
  print_outcome(run, status);
  print_usage(&usage);
  print_optional_counters(schedstat, io, delay_ns);
  print_tail(run);
  printf(",\"orphans\":%d}\n", orphans < 0 ? 1 : orphans);
  fflush(stdout);
}

static int open_file(const char *path, int flags, const char *stage) {
  int fd = open(path, flags | O_CLOEXEC, 0644);
  if (fd < 0) child_errno = errno, child_stage = stage;
  return fd;
}

static void close_if_open(int fd) {
  if (fd >= 0) close(fd);
}

static int open_streams(const struct request *r, struct run *run, int streams[4]) {
  if (r->stdin_path && (streams[0] = open_file(r->stdin_path, O_RDONLY, "stdin")) < 0) return 0;
  int keep_flags = O_WRONLY | O_CREAT | O_TRUNC;
  if (r->stdout_path && (run->out_file = open_file(r->stdout_path, keep_flags, "stdout")) < 0) return 0;
  if (r->stderr_path && (run->err_file = open_file(r->stderr_path, keep_flags, "stderr")) < 0) return 0;
  if (r->probe_path && (streams[PROBE_FD] = open_file(r->probe_path, keep_flags, "probe")) < 0) return 0;
  int out[2], err[2];
  child_stage = "streams";
  if (pipe2(out, O_CLOEXEC) < 0) return child_errno = errno, 0;
  run->out = out[0], streams[1] = out[1];
  if (pipe2(err, O_CLOEXEC) < 0) return child_errno = errno, 0;
  run->err = err[0], streams[2] = err[1];
  fcntl(run->out, F_SETFL, O_NONBLOCK);
  fcntl(run->err, F_SETFL, O_NONBLOCK);
  fcntl(run->out, F_SETPIPE_SZ, PIPE_BYTES); /* refused when the user's pipe budget is used up: 64 KiB will do */
  return 1;
}

static int start_run(const struct request *r, struct run *run, int streams[4]) {
  cpu_set_t cpus;
  child_stage = "cwd";
  if (chdir(r->cwd) < 0) return child_errno = errno, 0;
  child_stage = "cpus";
  if (r->cpus && !parse_cpus(r->cpus, &cpus)) return child_errno = EINVAL, 0;
  if (!open_streams(r, run, streams)) return 0;
  const char *program = find_program(r);
  run->started_at_ms = clock_ns(CLOCK_REALTIME) / 1000000;
  run->start_ns = clock_ns(CLOCK_MONOTONIC);
  run->pid = start_child(r, program, r->cpus ? &cpus : NULL, streams);
  uint64_t timeout_ms = r->timeout_ms < MAX_TIMEOUT_MS ? r->timeout_ms : MAX_TIMEOUT_MS;
  run->deadline_ns = run->start_ns + timeout_ms * 1000000u;
  if (run->pid < 0) return child_stage = "fork", child_errno = errno, 0;
  if (child_errno) return waitpid(run->pid, NULL, 0), 0;
  return 1;
}

static void run_request(const struct request *r) {
  struct run run = {.out = -1, .err = -1, .out_file = -1, .err_file = -1, .output_limit = r->output_limit};
  int streams[4] = {null_fd, -1, -1, -1};
  hash_begin(&run.hash);
  uint64_t delay_before_ns = own_delay_ns();
  int started = start_run(r, &run, streams);
  if (streams[0] != null_fd) close_if_open(streams[0]);
  close_if_open(streams[1]);
  close_if_open(streams[2]);
  close_if_open(streams[PROBE_FD]);
  if (started) {
    watch(&run, r->sample_threads);
    finish(&run, delay_before_ns);
  } else {
    reply_not_started(child_stage, child_errno);
  }
  close_if_open(run.out);
  close_if_open(run.err);
  close_if_open(run.out_file);
  close_if_open(run.err_file);
  if (chdir("/") < 0) leave(71);
}

/* ---- the loop ---- */

static void handle_run(size_t header, size_t length) {
  while (input.used < header + length) wait_for_input();
  struct request request;
  const char *mistake = parse_request(input.data + header, length, &request);
  if (mistake) reply_malformed(mistake);
  char *payload = input.data;
  /* The request's strings live in this buffer; a cancel that comes meanwhile needs another one. */
  size_t used = input.used - header - length;
  input.data = malloc(input.room);
  if (!input.data) leave(71);
  memcpy(input.data, payload + header + length, used);
  input.used = used;
  if (!mistake) run_request(&request);
  free(payload);
  free(request.argv);
  free(request.env);
}

static void handle_line(char *newline) {
  size_t header = (size_t)(newline - input.data) + 1;
  uint64_t length;
  *newline = 0;
  int is_run = strncmp(input.data, "run ", 4) == 0 && parse_number(input.data + 4, &length);
  if (is_run && length <= MAX_REQUEST_BYTES) return handle_run(header, (size_t)length);
  int is_cancel = strcmp(input.data, "cancel") == 0; /* came after the run's end: nothing to do */
  drop_input(header);
  if (is_run) {
    input.skip = length;
    reply_malformed("the request is too large");
  } else if (!is_cancel) {
    reply_malformed("not a request");
  }
}

static void serve(void) {
  for (;;) {
    size_t skipped = input.skip < input.used ? input.skip : input.used;
    input.skip -= skipped;
    drop_input(skipped);
    char *newline = input.used ? memchr(input.data, '\n', input.used) : NULL;
    if (newline) {
      handle_line(newline);
      continue;
    }
    /* A line without end is dropped as it comes; its end is then reported as one malformed request. */
    if (input.used > MAX_HEADER_BYTES) input.used = MAX_HEADER_BYTES;
    wait_for_input();
  }
}

static void close_inherited(void) {
  DIR *dir = opendir("/proc/self/fd");
  if (!dir) return;
  for (struct dirent *entry; (entry = readdir(dir));) {
    int fd = atoi(entry->d_name);
    if (fd > 2 && fd != dirfd(dir)) close(fd);
  }
  closedir(dir);
}

/*
 * Two processes, so that no single kill leaves anything running: the outer one outlives the inner one and ends what
 * that left; the inner one gets SIGTERM when the outer one dies.
 */
static void split(void) {
  pid_t outer = getpid(), worker = fork();
  if (worker < 0) _exit(71);
  if (worker == 0) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != outer) _exit(0);
    return;
  }
  close(0);
  close(1);
  int status = 0;
  struct pollfd fd = {.fd = signal_fd, .events = POLLIN};
  while (!has_ended(worker)) {
    struct signalfd_siginfo info;
    poll(&fd, 1, -1);
    while (read(signal_fd, &info, sizeof info) == (ssize_t)sizeof info)
      if (info.ssi_signo != SIGCHLD) kill(worker, SIGTERM);
  }
  waitpid(worker, &status, 0);
  leave(WIFEXITED(status) ? WEXITSTATUS(status) : 70);
}

int main(void) {
  close_inherited();
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  sigset_t watched;
  sigemptyset(&watched);
  int numbers[] = {SIGCHLD, SIGTERM, SIGINT, SIGHUP};
  for (int i = 0; i < 4; i++) sigaddset(&watched, numbers[i]);
  sigprocmask(SIG_BLOCK, &watched, NULL);
  signal_fd = signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK);
  split();
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  struct rlimit core;
  getrlimit(RLIMIT_CORE, &core);
  core.rlim_cur = 0; /* a crash must not cost the time of writing a core file */
  setrlimit(RLIMIT_CORE, &core);
  null_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
  own_schedstat_fd = open("/proc/self/schedstat", O_RDONLY | O_CLOEXEC);
  setpriority(PRIO_PROCESS, 0, -20);
  own_nice = getpriority(PRIO_PROCESS, 0);
  if (chdir("/") < 0) _exit(71);
  setvbuf(stdout, reply_buffer, _IOFBF, sizeof reply_buffer);
  printf("{\"reply\":\"ready\",\"protocol\":%d,\"launcher\":\"c\",\"nice\":%d}\n", PROTOCOL, own_nice);
  fflush(stdout);
  serve();
}
