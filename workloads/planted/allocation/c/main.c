/* Keeps a ring of small blocks alive, replacing one after the other: nearly all its time goes to malloc and free. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { ring = 4096 };

int main(int argc, char **argv) {
  long replacements = 12000000;
  if (argc > 1) {
    char *end;
    replacements = strtol(argv[1], &end, 10);
    if (*end != '\0' || replacements < 1) {
      fprintf(stderr, "usage: allocation [REPLACEMENTS]\n");
      return 2;
    }
  }
  static uint32_t *blocks[ring];
  uint32_t state = 12345;
  uint64_t checksum = UINT64_C(14695981039346656037);
  for (long i = 0; i < replacements; i++) {
    state = state * 1664525u + 1013904223u;
    size_t slot = (state >> 8) % ring;
    if (blocks[slot] != NULL) checksum = (checksum ^ *blocks[slot]) * UINT64_C(1099511628211);
    free(blocks[slot]);
    blocks[slot] = malloc(16 + (state >> 24));
    if (blocks[slot] == NULL) return 1;
    *blocks[slot] = state;
  }
  printf("checksum %016" PRIx64 "\n", checksum);
  return 0;
}
