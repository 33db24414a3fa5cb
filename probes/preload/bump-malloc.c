// An allocator that never takes memory back: every thread cuts its blocks off the front of chunks that come fresh
// from the kernel. Loaded with LD_PRELOAD it gives a program the level "memory is never reclaimed".
//
// Threads share nothing, so there is no lock and nothing to set right after fork. A block is preceded by a header
// with its size. Memory is never used twice, so calloc has nothing to clear.
#define _GNU_SOURCE
#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))
#define HEADER 16
#define HUGE_PAGE ((size_t)2 << 20)
#define LARGEST_CHUNK ((size_t)64 << 20)

// initial-exec: the dynamic linker must not call malloc to find a variable of malloc's.
#define PER_THREAD static __thread __attribute__((tls_model("initial-exec")))
PER_THREAD uintptr_t cursor;
PER_THREAD uintptr_t limit;
PER_THREAD size_t next_chunk;

static size_t *size_of(void *block) { return (size_t *)((char *)block - HEADER); }

// Maps a chunk that begins on a huge page, or gives 0. Chunks grow, so that small programs stay small.
static uintptr_t map_chunk(size_t bytes) {
  char *start = mmap(NULL, bytes + HUGE_PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (start == MAP_FAILED) return 0;
  uintptr_t aligned = ((uintptr_t)start + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);
  size_t before = aligned - (uintptr_t)start;
  if (before != 0) munmap(start, before);
  if (HUGE_PAGE - before != 0) munmap((void *)(aligned + bytes), HUGE_PAGE - before);
  madvise((void *)aligned, bytes, MADV_HUGEPAGE);
  return aligned;
}

static int refill(size_t needed) {
  if (needed > SIZE_MAX / 4) return 0;
  size_t bytes = next_chunk == 0 ? HUGE_PAGE : next_chunk;
  while (bytes < needed) bytes += HUGE_PAGE * ((needed - bytes + HUGE_PAGE - 1) / HUGE_PAGE);
  uintptr_t chunk = map_chunk(bytes);
  if (chunk == 0) return 0;
  cursor = chunk;
  limit = chunk + bytes;
  next_chunk = bytes * 2 > LARGEST_CHUNK ? LARGEST_CHUNK : bytes * 2;
  return 1;
}

// `alignment` is a power of two, at least 16.
static void *take(size_t size, size_t alignment) {
  if (size > PTRDIFF_MAX - alignment - HEADER - 16) {
    errno = ENOMEM;
    return NULL;
  }
  size_t room = (size + 15) & ~(size_t)15;
  uintptr_t block = (cursor + HEADER + alignment - 1) & ~(alignment - 1);
  if (cursor == 0 || block > limit || room > limit - block) {
    if (!refill(room + HEADER + alignment)) {
      errno = ENOMEM;
      return NULL;
    }
    block = (cursor + HEADER + alignment - 1) & ~(alignment - 1);
  }
  cursor = block + room;
  *size_of((void *)block) = size;
  return (void *)block;
}

EXPORT void *malloc(size_t size) { return take(size, 16); }

EXPORT void free(void *block) { (void)block; }

EXPORT void *calloc(size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes)) {
    errno = ENOMEM;
    return NULL;
  }
  return take(bytes, 16);
}

EXPORT void *realloc(void *old, size_t size) {
  if (old == NULL) return take(size, 16);
  size_t had = *size_of(old);
  size_t room = (had + 15) & ~(size_t)15;
  if (size <= room) {
    if (size > had) *size_of(old) = size;
    return old;
  }
  // The last block of the chunk grows where it is, as a vector that is pushed to does.
  if ((uintptr_t)old + room == cursor && size <= PTRDIFF_MAX && size + 15 <= limit - (uintptr_t)old) {
    cursor = (uintptr_t)old + ((size + 15) & ~(size_t)15);
    *size_of(old) = size;
    return old;
  }
  void *fresh = take(size, 16);
  if (fresh != NULL) memcpy(fresh, old, had);
  return fresh;
}

EXPORT void *reallocarray(void *old, size_t count, size_t size) {
  size_t bytes;
  if (__builtin_mul_overflow(count, size, &bytes)) {
    errno = ENOMEM;
    return NULL;
  }
  return realloc(old, bytes);
}

static int is_power_of_two(size_t value) { return value != 0 && (value & (value - 1)) == 0; }

EXPORT void *memalign(size_t alignment, size_t size) {
  if (!is_power_of_two(alignment) || alignment > SIZE_MAX / 8) {
    errno = EINVAL;
    return NULL;
  }
  return take(size, alignment < 16 ? 16 : alignment);
}

EXPORT void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }

EXPORT int posix_memalign(void **out, size_t alignment, size_t size) {
  if (!is_power_of_two(alignment) || alignment % sizeof(void *) != 0) return EINVAL;
  int before = errno;
  void *block = memalign(alignment, size);
  errno = before;
  if (block == NULL) return ENOMEM;
  *out = block;
  return 0;
}

EXPORT void *valloc(size_t size) { return memalign((size_t)sysconf(_SC_PAGESIZE), size); }

EXPORT void *pvalloc(size_t size) {
  size_t page = (size_t)sysconf(_SC_PAGESIZE);
  return size > PTRDIFF_MAX ? take(size, page) : memalign(page, (size + page - 1) & ~(page - 1));
}

EXPORT size_t malloc_usable_size(void *block) { return block == NULL ? 0 : *size_of(block); }
