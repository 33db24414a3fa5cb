// Gathers small writes to standard output into large ones. Loaded with LD_PRELOAD it gives a program the level
// "output is buffered" without an edit. What a reader of the pipe gets is the same bytes in the same order:
//  - everything is written before exit, _exit, abort, exec, a fork or a spawn, and when fd 1 is closed or replaced;
//  - before a read of stdin unless stdin is a file (somebody may wait for a prompt at the other end);
//  - before a write to stderr where stderr is the same file as stdout;
//  - a program that duplicates fd 1, or a terminal as stdout, switches the gathering off.
// Flushes of C's stdout are put off to the same moments. Bytes that stdio writes by itself when its buffer is full do
// not pass here: a program that mixes stdio and write(1) may see them in another order, which verification tells.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <spawn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))
#define CAPACITY 65536
#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static char buffer[CAPACITY];
static size_t held;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
// A signal handler may write while its own thread holds the lock.
static __thread __attribute__((tls_model("initial-exec"))) int inside;
static int enabled;
static int stderr_is_stdout;
static int stdin_has_peer;
static int stdio_owes_flush;

static ssize_t write_now(int fd, const void *bytes, size_t count) { return syscall(SYS_write, fd, bytes, count); }

// Returns 0, or -1 with errno when bytes could not be written; they are dropped then, as a failed write drops them.
static int flush_held(void) {
  size_t done = 0;
  while (done < held) {
    ssize_t wrote = write_now(1, buffer + done, held - done);
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote <= 0) {
      held = 0;
      return -1;
    }
    done += (size_t)wrote;
  }
  held = 0;
  return 0;
}

static void enter(void) {
  inside++;
  pthread_mutex_lock(&lock);
}

static void leave(void) {
  pthread_mutex_unlock(&lock);
  inside--;
}

static void flush_stdio(void) {
  if (!stdio_owes_flush) return;
  stdio_owes_flush = 0;
  NEXT(fflush)(stdout);
}

// Puts everything out, in order, and keeps errno.
static void flush_all(void) {
  if (!enabled || inside) return;
  int before = errno;
  enter();
  flush_held();
  leave();
  flush_stdio();
  errno = before;
}

static void switch_off(void) {
  flush_all();
  enabled = 0;
}

static int same_file(int left, int right) {
  struct stat a, b;
  return fstat(left, &a) == 0 && fstat(right, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino;
}

__attribute__((constructor)) static void begin(void) {
  struct stat in;
  stdin_has_peer = fstat(0, &in) == 0 && !S_ISREG(in.st_mode) && !(S_ISCHR(in.st_mode) && !isatty(0));
  stderr_is_stdout = same_file(1, 2);
  pthread_atfork(flush_all, NULL, NULL);
  enabled = fcntl(1, F_GETFD) != -1 && !isatty(1);
}

// Whatever is written after this goes out at once.
__attribute__((destructor)) static void end(void) { switch_off(); }

static ssize_t gather(const struct iovec *parts, int count) {
  size_t total = 0;
  for (int i = 0; i < count; i++) total += parts[i].iov_len;
  if (stdio_owes_flush) flush_all();
  enter();
  ssize_t result = (ssize_t)total;
  if (total > CAPACITY - held && flush_held() != 0) result = -1;
  if (result >= 0 && total >= CAPACITY) {
    result = syscall(SYS_writev, 1, parts, count);
  } else if (result >= 0) {
    for (int i = 0; i < count; i++) {
      memcpy(buffer + held, parts[i].iov_base, parts[i].iov_len);
      held += parts[i].iov_len;
    }
  }
  leave();
  return result;
}

EXPORT ssize_t write(int fd, const void *bytes, size_t count) {
  if (fd == 1 && enabled && !inside) {
    struct iovec part = {(void *)bytes, count};
    return gather(&part, 1);
  }
  if (fd == 2 && stderr_is_stdout) flush_all();
  return write_now(fd, bytes, count);
}

EXPORT ssize_t writev(int fd, const struct iovec *parts, int count) {
  if (fd == 1 && enabled && !inside && count >= 0 && count <= 1024) return gather(parts, count);
  if (fd == 2 && stderr_is_stdout) flush_all();
  return syscall(SYS_writev, fd, parts, count);
}

EXPORT int fflush(FILE *stream) {
  if (stream != stdout || !enabled || inside) return NEXT(fflush)(stream);
  stdio_owes_flush = 1;
  return 0;
}

EXPORT ssize_t read(int fd, void *bytes, size_t count) {
  if (fd == 0 && stdin_has_peer) flush_all();
  return syscall(SYS_read, fd, bytes, count);
}

EXPORT ssize_t readv(int fd, const struct iovec *parts, int count) {
  if (fd == 0 && stdin_has_peer) flush_all();
  return syscall(SYS_readv, fd, parts, count);
}

EXPORT int close(int fd) {
  if (fd == 1) switch_off();
  return (int)syscall(SYS_close, fd);
}

EXPORT int dup(int fd) {
  if (fd == 1) switch_off();
  return NEXT(dup)(fd);
}

EXPORT int dup2(int from, int to) {
  if (from == 1 || to == 1) switch_off();
  return NEXT(dup2)(from, to);
}

EXPORT int dup3(int from, int to, int flags) {
  if (from == 1 || to == 1) switch_off();
  return NEXT(dup3)(from, to, flags);
}

static void before_fcntl(int fd, int operation) {
  if (fd == 1 && (operation == F_DUPFD || operation == F_DUPFD_CLOEXEC)) switch_off();
}

EXPORT int fcntl(int fd, int operation, ...) {
  va_list rest;
  va_start(rest, operation);
  void *argument = va_arg(rest, void *);
  va_end(rest);
  before_fcntl(fd, operation);
  return NEXT(fcntl)(fd, operation, argument);
}

EXPORT int fcntl64(int fd, int operation, ...) {
  va_list rest;
  va_start(rest, operation);
  void *argument = va_arg(rest, void *);
  va_end(rest);
  before_fcntl(fd, operation);
  return NEXT(fcntl)(fd, operation, argument);
}

EXPORT int fsync(int fd) {
  if (fd == 1) flush_all();
  return NEXT(fsync)(fd);
}

EXPORT off_t lseek(int fd, off_t offset, int whence) {
  if (fd == 1) flush_all();
  return NEXT(lseek)(fd, offset, whence);
}

EXPORT ssize_t sendfile(int out, int in, off_t *offset, size_t count) {
  if (out == 1) flush_all();
  return NEXT(sendfile)(out, in, offset, count);
}

EXPORT ssize_t splice(int in, off64_t *in_offset, int out, off64_t *out_offset, size_t count, unsigned flags) {
  if (out == 1) flush_all();
  return NEXT(splice)(in, in_offset, out, out_offset, count, flags);
}

EXPORT ssize_t copy_file_range(int in, off64_t *in_offset, int out, off64_t *out_offset, size_t count, unsigned flags) {
  if (out == 1) flush_all();
  return NEXT(copy_file_range)(in, in_offset, out, out_offset, count, flags);
}

EXPORT int execve(const char *path, char *const arguments[], char *const environment[]) {
  flush_all();
  return NEXT(execve)(path, arguments, environment);
}

EXPORT int execv(const char *path, char *const arguments[]) {
  flush_all();
  return NEXT(execv)(path, arguments);
}

EXPORT int execvp(const char *file, char *const arguments[]) {
  flush_all();
  return NEXT(execvp)(file, arguments);
}

EXPORT int execvpe(const char *file, char *const arguments[], char *const environment[]) {
  flush_all();
  return NEXT(execvpe)(file, arguments, environment);
}

// The C library's own execl family does not pass through the functions above.
#define MAX_ARGUMENTS 4096
#define COLLECT_ARGUMENTS(first)                                                                       \
  const char *collected[MAX_ARGUMENTS + 1] = {first};                                                  \
  size_t count = 0;                                                                                    \
  va_list rest;                                                                                        \
  va_start(rest, first);                                                                               \
  while (collected[count] != NULL && count < MAX_ARGUMENTS) collected[++count] = va_arg(rest, char *); \
  if (collected[count] != NULL) {                                                                      \
    va_end(rest);                                                                                      \
    errno = E2BIG;                                                                                     \
    return -1;                                                                                         \
  }

EXPORT int execl(const char *path, const char *first, ...) {
  COLLECT_ARGUMENTS(first)
  va_end(rest);
  return execv(path, (char *const *)collected);
}

EXPORT int execlp(const char *file, const char *first, ...) {
  COLLECT_ARGUMENTS(first)
  va_end(rest);
  return execvp(file, (char *const *)collected);
}

EXPORT int execle(const char *path, const char *first, ...) {
  COLLECT_ARGUMENTS(first)
  char *const *environment = va_arg(rest, char *const *);
  va_end(rest);
  return execve(path, (char *const *)collected, environment);
}

EXPORT int posix_spawn(pid_t *pid, const char *path, const posix_spawn_file_actions_t *actions,
                       const posix_spawnattr_t *attributes, char *const arguments[], char *const environment[]) {
  flush_all();
  return NEXT(posix_spawn)(pid, path, actions, attributes, arguments, environment);
}

EXPORT int posix_spawnp(pid_t *pid, const char *file, const posix_spawn_file_actions_t *actions,
                        const posix_spawnattr_t *attributes, char *const arguments[], char *const environment[]) {
  flush_all();
  return NEXT(posix_spawnp)(pid, file, actions, attributes, arguments, environment);
}

EXPORT int system(const char *command) {
  flush_all();
  return NEXT(system)(command);
}

EXPORT FILE *popen(const char *command, const char *mode) {
  flush_all();
  return NEXT(popen)(command, mode);
}

EXPORT void _exit(int status) {
  switch_off();
  syscall(SYS_exit_group, status);
  __builtin_unreachable();
}

EXPORT void _Exit(int status) { _exit(status); }

EXPORT void quick_exit(int status) {
  flush_all();
  NEXT(quick_exit)(status);
  __builtin_unreachable();
}

EXPORT void abort(void) {
  switch_off();
  NEXT(abort)();
  __builtin_unreachable();
}
