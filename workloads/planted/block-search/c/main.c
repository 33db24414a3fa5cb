/* Finds for blocks of 16x16 pixels the nearest match in another picture by the sum of absolute differences. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { width = 320, height = 192, block = 16, reach = 8 };

static uint32_t difference(const uint8_t *left, const uint8_t *right) {
  uint32_t sum = 0;
  for (int y = 0; y < block; y++) {
    for (int x = 0; x < block; x++) {
      int d = left[y * width + x] - right[y * width + x];
      sum += (uint32_t)(d < 0 ? -d : d);
    }
  }
  return sum;
}

static uint32_t nearest(const uint8_t *now, const uint8_t *before, int left, int top) {
  uint32_t best = UINT32_MAX;
  for (int dy = -reach; dy <= reach; dy++) {
    for (int dx = -reach; dx <= reach; dx++) {
      int x = left + dx, y = top + dy;
      if (x < 0 || y < 0 || x + block > width || y + block > height) continue;
      uint32_t found = difference(now + top * width + left, before + y * width + x);
      if (found < best) best = found;
    }
  }
  return best;
}

static void fill(uint8_t *picture, uint32_t state) {
  for (int i = 0; i < width * height; i++) {
    state = state * 1664525u + 1013904223u;
    picture[i] = (uint8_t)(state >> 24);
  }
}

int main(int argc, char **argv) {
  long frames = 100;
  if (argc > 1) {
    char *end;
    frames = strtol(argv[1], &end, 10);
    if (*end != '\0' || frames < 1) {
      fprintf(stderr, "usage: block-search [FRAMES]\n");
      return 2;
    }
  }
  static uint8_t now[width * height], before[width * height];
  uint64_t checksum = UINT64_C(14695981039346656037);
  fill(before, 12345);
  for (long frame = 0; frame < frames; frame++) {
    fill(now, (uint32_t)frame * 2654435761u);
    for (int top = 0; top < height; top += block) {
      for (int left = 0; left < width; left += block) {
        checksum = (checksum ^ nearest(now, before, left, top)) * UINT64_C(1099511628211);
      }
    }
  }
  printf("checksum %016" PRIx64 "\n", checksum);
  return 0;
}
