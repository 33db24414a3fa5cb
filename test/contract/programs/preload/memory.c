// Asks an allocator for everything it promises, from several threads; prints "ok" or the line that failed.
#define _GNU_SOURCE
#include <errno.h>
#include <malloc.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHECK(condition)                                  \
  do {                                                    \
    if (!(condition)) {                                   \
      printf("line %d: %s\n", __LINE__, #condition);      \
      exit(1);                                            \
    }                                                     \
  } while (0)

static int all(const unsigned char *bytes, size_t size, int value) {
  for (size_t i = 0; i < size; i++)
    if (bytes[i] != value) return 0;
  return 1;
}

static void *work(void *seed) {
  unsigned state = (unsigned)(uintptr_t)seed;
  unsigned char *blocks[64] = {0};
  size_t sizes[64] = {0};
  for (int i = 0; i < 20000; i++) {
    state = state * 1664525u + 1013904223u;
    unsigned place = (state >> 8) % 64;
    size_t size = (state >> 14) % 3000;
    if (blocks[place] != NULL) CHECK(all(blocks[place], sizes[place], (int)place));
    if ((state & 3) == 0 && blocks[place] != NULL) {
      unsigned char *grown = realloc(blocks[place], size + 1);
      CHECK(grown != NULL);
      size_t kept = sizes[place] < size + 1 ? sizes[place] : size + 1;
      CHECK(all(grown, kept, (int)place));
      blocks[place] = grown;
    } else {
      free(blocks[place]);
      blocks[place] = (state & 4) ? calloc(size + 1, 1) : malloc(size + 1);
      CHECK(blocks[place] != NULL);
      if (state & 4) CHECK(all(blocks[place], size + 1, 0));
    }
    CHECK((uintptr_t)blocks[place] % 16 == 0);
    CHECK(malloc_usable_size(blocks[place]) >= size + 1);
    sizes[place] = size + 1;
    memset(blocks[place], (int)place, sizes[place]);
  }
  return NULL;
}

int main(void) {
  volatile size_t huge = PTRDIFF_MAX;
  for (size_t alignment = 16; alignment <= (4u << 20); alignment *= 2) {
    void *block = NULL;
    CHECK(posix_memalign(&block, alignment, 100) == 0 && (uintptr_t)block % alignment == 0);
    memset(block, 1, 100);
    block = aligned_alloc(alignment, alignment);
    CHECK(block != NULL && (uintptr_t)block % alignment == 0);
    block = memalign(alignment, 1);
    CHECK(block != NULL && (uintptr_t)block % alignment == 0);
  }
  void *unchanged = &huge;
  CHECK(posix_memalign(&unchanged, 3, 8) == EINVAL && posix_memalign(&unchanged, 0, 8) == EINVAL);
  CHECK(posix_memalign(&unchanged, 4, 8) == EINVAL && unchanged == &huge);
  CHECK(posix_memalign(&unchanged, 64, huge) == ENOMEM);
  errno = 0;
  CHECK(malloc(huge) == NULL && errno == ENOMEM);
  CHECK(malloc(huge + huge) == NULL);
  errno = 0;
  CHECK(calloc(huge, 4) == NULL && errno == ENOMEM);
  CHECK(reallocarray(NULL, huge, 4) == NULL);
  CHECK(realloc(malloc(10), huge) == NULL);
  CHECK(malloc(0) != NULL && malloc(0) != malloc(0));
  CHECK(malloc_usable_size(NULL) == 0);
  free(NULL);
  CHECK((uintptr_t)valloc(1) % (uintptr_t)sysconf(_SC_PAGESIZE) == 0);
  char *large = malloc(200u << 20);
  CHECK(large != NULL);
  large[0] = large[(200u << 20) - 1] = 1;
  char *vector = NULL;
  for (size_t size = 1; size < (8u << 20); size *= 2) {
    vector = realloc(vector, size);
    CHECK(vector != NULL);
    vector[size - 1] = 'v';
    CHECK(size == 1 || vector[size / 2 - 1] == 'v');
  }
  pthread_t threads[4];
  for (uintptr_t i = 0; i < 4; i++) CHECK(pthread_create(&threads[i], NULL, work, (void *)(i + 1)) == 0);
  work((void *)9);
  for (int i = 0; i < 4; i++) pthread_join(threads[i], NULL);
  pid_t child = fork();
  if (child == 0) {
    work((void *)11);
    _exit(0);
  }
  int status = 1;
  CHECK(waitpid(child, &status, 0) == child && status == 0);
  puts("ok");
  return 0;
}
