/* Runs a 3x3 box blur over a grey picture many times, each pass reading what the last one wrote. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Writes the mean of each pixel's 3x3 surroundings; the outermost pixels stay as they are in target. */
static void blur(uint8_t *restrict target, const uint8_t *restrict source, size_t width, size_t height) {
  for (size_t y = 1; y + 1 < height; y++) {
    for (size_t x = 1; x + 1 < width; x++) {
      uint32_t sum = 0;
      for (size_t dy = 0; dy < 3; dy++) {
        for (size_t dx = 0; dx < 3; dx++) sum += source[(y + dy - 1) * width + x + dx - 1];
      }
      target[y * width + x] = (uint8_t)(sum / 9);
    }
  }
}

static void fill(uint8_t *pixels, size_t count) {
  uint32_t state = 12345;
  for (size_t i = 0; i < count; i++) {
    state = state * 1664525u + 1013904223u;
    pixels[i] = (uint8_t)(state >> 24);
  }
}

static size_t argument(int argc, char **argv, int position, size_t fallback) {
  if (position >= argc) return fallback;
  char *end;
  long value = strtol(argv[position], &end, 10);
  if (*end != '\0' || value < 1) {
    fprintf(stderr, "usage: blur [PASSES [WIDTH [HEIGHT]]]\n");
    exit(2);
  }
  return (size_t)value;
}

int main(int argc, char **argv) {
  size_t passes = argument(argc, argv, 1, 360);
  size_t width = argument(argc, argv, 2, 640);
  size_t height = argument(argc, argv, 3, 480);

  uint8_t *source = malloc(width * height);
  uint8_t *target = malloc(width * height);
  if (source == NULL || target == NULL) return 1;
  fill(source, width * height);
  memcpy(target, source, width * height);
  for (size_t pass = 0; pass < passes; pass++) {
    blur(target, source, width, height);
    uint8_t *written = target;
    target = source;
    source = written;
  }
  uint64_t checksum = UINT64_C(14695981039346656037);
  for (size_t i = 0; i < width * height; i++) checksum = (checksum ^ source[i]) * UINT64_C(1099511628211);
  printf("centre %u\n", (unsigned)source[height / 2 * width + width / 2]);
  printf("checksum %016" PRIx64 "\n", checksum);
  free(target);
  free(source);
  return 0;
}
