// Counts the allocations of a program that takes memory from glibc's malloc through the dynamic linker. Loaded with
// LD_PRELOAD; at the process's end it writes one line of JSON to $PERFGAP_ALLOC_COUNTER.<pid>.
//
// Every thread counts in a slot of its own, so counting takes no lock. A program that links its allocator statically
// or brings its own (jemalloc, mimalloc) does not pass here: the reader must look for that before it believes a zero.
// A process that ends by a signal or by _exit writes nothing.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))
#define SLOTS 1024

extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);
extern void __libc_free(void *);

struct slot {
  unsigned long allocations, reallocations, frees, bytes;
  char padding[64 - 4 * sizeof(unsigned long)];
} __attribute__((aligned(64)));

static struct slot slots[SLOTS];
static unsigned long next_slot;
// initial-exec: the other models may themselves allocate when a thread first looks.
static __thread struct slot *own __attribute__((tls_model("initial-exec")));

static struct slot *slot(void) {
  if (own == NULL) own = &slots[__atomic_fetch_add(&next_slot, 1, __ATOMIC_RELAXED) % SLOTS];
  return own;
}

static void allocated(size_t size) {
  struct slot *mine = slot();
  mine->allocations++;
  mine->bytes += size;
}

EXPORT void *malloc(size_t size) {
  allocated(size);
  return __libc_malloc(size);
}

EXPORT void *calloc(size_t count, size_t size) {
  size_t total;
  if (!__builtin_mul_overflow(count, size, &total)) allocated(total);
  return __libc_calloc(count, size);
}

EXPORT void *realloc(void *old, size_t size) {
  struct slot *mine = slot();
  if (old == NULL) mine->allocations++;
  else mine->reallocations++;
  mine->bytes += size;
  return __libc_realloc(old, size);
}

EXPORT void free(void *pointer) {
  if (pointer != NULL) slot()->frees++;
  __libc_free(pointer);
}

EXPORT void *memalign(size_t alignment, size_t size) {
  allocated(size);
  return __libc_memalign(alignment, size);
}

EXPORT void *aligned_alloc(size_t alignment, size_t size) {
  allocated(size);
  return __libc_memalign(alignment, size);
}

EXPORT int posix_memalign(void **result, size_t alignment, size_t size) {
  if (alignment < sizeof(void *) || (alignment & (alignment - 1)) != 0) return EINVAL;
  allocated(size);
  void *pointer = __libc_memalign(alignment, size);
  if (pointer == NULL) return ENOMEM;
  *result = pointer;
  return 0;
}

static void write_all(int file, const char *text, size_t length) {
  while (length > 0) {
    ssize_t written = write(file, text, length);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return;
    text += written;
    length -= (size_t)written;
  }
}

__attribute__((destructor)) static void report(void) {
  const char *prefix = getenv("PERFGAP_ALLOC_COUNTER");
  if (prefix == NULL || *prefix == '\0') return;
  struct slot sum = {0};
  for (int index = 0; index < SLOTS; index++) {
    sum.allocations += slots[index].allocations;
    sum.reallocations += slots[index].reallocations;
    sum.frees += slots[index].frees;
    sum.bytes += slots[index].bytes;
  }
  char path[4096];
  int length = snprintf(path, sizeof path, "%s.%ld", prefix, (long)getpid());
  if (length < 0 || (size_t)length >= sizeof path) return;
  int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0) return;
  char line[256];
  length = snprintf(line, sizeof line, "{\"allocations\":%lu,\"reallocations\":%lu,\"frees\":%lu,\"bytes\":%lu}\n",
                    sum.allocations, sum.reallocations, sum.frees, sum.bytes);
  write_all(file, line, (size_t)length);
  close(file);
}
