// Answers every write to standard output at once and drops what it holds. Loaded with LD_PRELOAD it takes away what
// small writes cost in the kernel, and nothing of what the program does before each of them.
#define _GNU_SOURCE
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

__attribute__((visibility("default"))) ssize_t write(int fd, const void *bytes, size_t count) {
  return fd == 1 ? (ssize_t)count : syscall(SYS_write, fd, bytes, count);
}
