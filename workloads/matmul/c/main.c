/* Multiplies square matrices of doubles, each product feeding the next. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint32_t modulus = 31;

/* Leaves the product of left and right in product, all of size n by n, row by row. */
static void multiply(double *restrict product, const double *restrict left, const double *restrict right,
                     size_t n) {
  memset(product, 0, n * n * sizeof *product);
  for (size_t i = 0; i < n; i++) {
    double *row = product + i * n;
    for (size_t k = 0; k < n; k++) {
      double factor = left[i * n + k];
      const double *values = right + k * n;
      for (size_t j = 0; j < n; j++) row[j] += factor * values[j];
    }
  }
}

/* Brings every entry back to a whole number below the modulus, so that all arithmetic stays exact. */
static void reduce(double *matrix, size_t count) {
  for (size_t i = 0; i < count; i++) matrix[i] = (double)((uint32_t)matrix[i] % modulus);
}

static void fill(double *matrix, size_t count, uint32_t state) {
  for (size_t i = 0; i < count; i++) {
    state = state * 1664525u + 1013904223u;
    matrix[i] = (double)((state >> 16) % modulus);
  }
}

static size_t argument(int argc, char **argv, int position, size_t fallback) {
  if (position >= argc) return fallback;
  char *end;
  long value = strtol(argv[position], &end, 10);
  if (*end != '\0' || value < 1 || value > 4096) {
    fprintf(stderr, "usage: matmul [PRODUCTS [SIZE]], each 1 to 4096\n");
    exit(2);
  }
  return (size_t)value;
}

int main(int argc, char **argv) {
  size_t products = argument(argc, argv, 1, 40);
  size_t n = argument(argc, argv, 2, 256);

  double *left = malloc(n * n * sizeof *left);
  double *right = malloc(n * n * sizeof *right);
  double *product = malloc(n * n * sizeof *product);
  if (left == NULL || right == NULL || product == NULL) return 1;
  fill(left, n * n, 12345);
  fill(right, n * n, 54321);
  for (size_t i = 0; i < products; i++) {
    multiply(product, left, right, n);
    reduce(product, n * n);
    double *made = product;
    product = left;
    left = made;
  }
  uint64_t checksum = UINT64_C(14695981039346656037);
  for (size_t i = 0; i < n * n; i++) checksum = (checksum ^ (uint64_t)left[i]) * UINT64_C(1099511628211);
  printf("corner %" PRIu32 "\n", (uint32_t)left[n * n - 1]);
  printf("checksum %016" PRIx64 "\n", checksum);
  free(product);
  free(right);
  free(left);
  return 0;
}
