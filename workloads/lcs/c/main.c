/* Finds longest common subsequences of two token streams, tokens being equal when their canonical forms are. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { vocabulary = 512 };

static uint32_t below(uint32_t *state, uint32_t bound) {
  *state = *state * 1664525u + 1013904223u;
  return (*state >> 16) % bound;
}

/* Leaves in table[i * width + j] the length of the longest common subsequence of the first i tokens of left and
   the first j of right. */
static void fill_table(uint32_t *table, const uint32_t *left, const uint32_t *right, size_t tokens,
                       const uint32_t *canonical) {
  size_t width = tokens + 1;
  for (size_t i = 1; i <= tokens; i++) {
    uint32_t token = canonical[left[i - 1]];
    for (size_t j = 1; j <= tokens; j++) {
      if (token == canonical[right[j - 1]]) {
        table[i * width + j] = table[(i - 1) * width + j - 1] + 1;
      } else {
        uint32_t above = table[(i - 1) * width + j];
        uint32_t before = table[i * width + j - 1];
        table[i * width + j] = above > before ? above : before;
      }
    }
  }
}

/* Walks one longest common subsequence back from its end and folds its tokens into the checksum. */
static uint64_t fold_path(uint64_t checksum, const uint32_t *table, const uint32_t *left,
                          const uint32_t *right, size_t tokens, const uint32_t *canonical) {
  size_t width = tokens + 1;
  size_t i = tokens, j = tokens;
  while (i > 0 && j > 0) {
    uint32_t token = canonical[left[i - 1]];
    if (token == canonical[right[j - 1]]) {
      checksum = (checksum ^ token) * UINT64_C(1099511628211);
      i--;
      j--;
    } else if (table[(i - 1) * width + j] >= table[i * width + j - 1]) {
      i--;
    } else {
      j--;
    }
  }
  return checksum;
}

static size_t argument(int argc, char **argv, int position, size_t fallback) {
  if (position >= argc) return fallback;
  char *end;
  long value = strtol(argv[position], &end, 10);
  if (*end != '\0' || value < 1) {
    fprintf(stderr, "usage: lcs [ROUNDS [TOKENS]]\n");
    exit(2);
  }
  return (size_t)value;
}

int main(int argc, char **argv) {
  size_t rounds = argument(argc, argv, 1, 120);
  size_t tokens = argument(argc, argv, 2, 1500);

  uint32_t state = 2463534242u;
  uint32_t canonical[vocabulary];
  for (size_t i = 0; i < vocabulary; i++) canonical[i] = below(&state, 40);
  uint32_t *left = malloc(tokens * sizeof *left);
  uint32_t *right = malloc(tokens * sizeof *right);
  uint32_t *table = calloc((tokens + 1) * (tokens + 1), sizeof *table);
  if (left == NULL || right == NULL || table == NULL) return 1;
  for (size_t i = 0; i < tokens; i++) {
    left[i] = below(&state, vocabulary);
    right[i] = below(&state, vocabulary);
  }

  uint64_t checksum = UINT64_C(14695981039346656037);
  for (size_t round = 0; round < rounds; round++) {
    left[round % tokens] = below(&state, vocabulary);
    fill_table(table, left, right, tokens, canonical);
    checksum = fold_path(checksum, table, left, right, tokens, canonical);
  }
  printf("length %" PRIu32 "\n", table[(tokens + 1) * (tokens + 1) - 1]);
  printf("checksum %016" PRIx64 "\n", checksum);
  free(table);
  free(right);
  free(left);
  return 0;
}
