/* Adds up one array many times, changing one element between two calls. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* A constant so that the array stays in the first-level cache and every compiler may know its size. */
enum { elements = 4096 };

/* Kept out of line so that every call walks the whole array. */
__attribute__((noinline)) static int32_t sum(const int32_t *values, size_t count) {
  int32_t total = 0;
  for (size_t i = 0; i < count; i++) total += values[i];
  return total;
}

static void fill(int32_t *values, size_t count) {
  uint32_t state = 12345;
  for (size_t i = 0; i < count; i++) {
    state = state * 1664525u + 1013904223u;
    values[i] = (int32_t)(state >> 16);
  }
}

int main(int argc, char **argv) {
  long calls = 750000;
  if (argc > 1) {
    char *end;
    calls = strtol(argv[1], &end, 10);
    if (*end != '\0' || calls < 1) {
      fprintf(stderr, "usage: sum-array [CALLS]\n");
      return 2;
    }
  }

  int32_t *values = malloc(elements * sizeof *values);
  if (values == NULL) return 1;
  fill(values, elements);
  uint64_t checksum = UINT64_C(14695981039346656037);
  size_t position = 0;
  for (long call = 0; call < calls; call++) {
    values[position] ^= 1;
    position++;
    if (position == elements) position = 0;
    checksum = (checksum ^ (uint32_t)sum(values, elements)) * UINT64_C(1099511628211);
  }
  printf("last sum %" PRId32 "\n", sum(values, elements));
  printf("checksum %016" PRIx64 "\n", checksum);
  free(values);
  return 0;
}
