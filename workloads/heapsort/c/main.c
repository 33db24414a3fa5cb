/* Sorts shuffled numbers with a hand-written heapsort, again and again. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static void swap(uint32_t *left, uint32_t *right) {
  uint32_t kept = *left;
  *left = *right;
  *right = kept;
}

/* Moves values[root] down until no child before end is larger. */
static void sift_down(uint32_t *values, size_t root, size_t end) {
  for (;;) {
    size_t child = 2 * root + 1;
    if (child >= end) return;
    if (child + 1 < end && values[child] < values[child + 1]) child++;
    if (values[root] >= values[child]) return;
    swap(&values[root], &values[child]);
    root = child;
  }
}

static void heap_sort(uint32_t *values, size_t count) {
  for (size_t root = count / 2; root-- > 0;) sift_down(values, root, count);
  for (size_t end = count; end-- > 1;) {
    swap(&values[0], &values[end]);
    sift_down(values, 0, end);
  }
}

static size_t argument(int argc, char **argv, int position, size_t fallback) {
  if (position >= argc) return fallback;
  char *end;
  long value = strtol(argv[position], &end, 10);
  if (*end != '\0' || value < 1) {
    fprintf(stderr, "usage: heapsort [ROUNDS [ELEMENTS]]\n");
    exit(2);
  }
  return (size_t)value;
}

int main(int argc, char **argv) {
  size_t rounds = argument(argc, argv, 1, 50);
  size_t elements = argument(argc, argv, 2, 100000);

  uint32_t *values = malloc(elements * sizeof *values);
  if (values == NULL) return 1;
  uint32_t state = 12345;
  uint64_t checksum = UINT64_C(14695981039346656037);
  for (size_t round = 0; round < rounds; round++) {
    for (size_t i = 0; i < elements; i++) {
      state = state * 1664525u + 1013904223u;
      values[i] = state >> 4;
    }
    heap_sort(values, elements);
    for (size_t i = 1; i < elements; i++) {
      if (values[i - 1] > values[i]) {
        fprintf(stderr, "not sorted\n");
        return 1;
      }
    }
    checksum = (checksum ^ values[elements / 3]) * UINT64_C(1099511628211);
  }
  printf("median %" PRIu32 "\n", values[elements / 2]);
  printf("checksum %016" PRIx64 "\n", checksum);
  free(values);
  return 0;
}
