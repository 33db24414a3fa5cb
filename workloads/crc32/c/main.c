/* Computes the CRC-32 of a buffer bit by bit, again and again, each pass starting from the last. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static const uint32_t polynomial = 0xedb88320u;

static uint32_t update(uint32_t crc, const unsigned char *data, size_t size) {
  crc = ~crc;
  for (size_t i = 0; i < size; i++) {
    crc ^= data[i];
    for (int bit = 0; bit < 8; bit++) {
      if ((crc & 1) != 0) {
        crc = (crc >> 1) ^ polynomial;
      } else {
        crc >>= 1;
      }
    }
  }
  return ~crc;
}

static void fill(unsigned char *data, size_t size) {
  uint32_t state = 12345;
  for (size_t i = 0; i < size; i++) {
    state = state * 1664525u + 1013904223u;
    data[i] = (unsigned char)(state >> 24);
  }
}

static size_t argument(int argc, char **argv, int position, size_t fallback) {
  if (position >= argc) return fallback;
  char *end;
  long value = strtol(argv[position], &end, 10);
  if (*end != '\0' || value < 1) {
    fprintf(stderr, "usage: crc32 [PASSES [BYTES]]\n");
    exit(2);
  }
  return (size_t)value;
}

int main(int argc, char **argv) {
  size_t passes = argument(argc, argv, 1, 140);
  size_t size = argument(argc, argv, 2, 262144);

  printf("check value %08" PRIx32 "\n", update(0, (const unsigned char *)"123456789", 9));
  unsigned char *data = malloc(size);
  if (data == NULL) return 1;
  fill(data, size);
  uint32_t crc = 0;
  for (size_t pass = 0; pass < passes; pass++) crc = update(crc, data, size);
  printf("crc %08" PRIx32 "\n", crc);
  free(data);
  return 0;
}
