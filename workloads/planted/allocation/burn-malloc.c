/* The C library's allocator with BURN steps of useless work before every allocation. Built as a shared library and linked to a program,
   it stands before the C library; an allocator that is preloaded stands before it and takes the burning away. */
#include <stddef.h>

#ifndef BURN
#error "BURN is the number of steps"
#endif

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *memory, size_t size);
extern void __libc_free(void *memory);

static void burn(void) {
  for (volatile int step = 0; step < BURN; step++) {
  }
}

void *malloc(size_t size) {
  burn();
  return __libc_malloc(size);
}

void *calloc(size_t count, size_t size) {
  burn();
  return __libc_calloc(count, size);
}

void *realloc(void *memory, size_t size) {
  burn();
  return __libc_realloc(memory, size);
}

void free(void *memory) { __libc_free(memory); }
