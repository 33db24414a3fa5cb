#include "work.h"

unsigned work_sum(const int *values) {
  unsigned sum = 0;
  for (int i = 0; i < 4096; i++) sum += (unsigned)values[i];
  return sum;
}

/* Half of the branches are taken at random: compilers make conditional moves of them. */
unsigned work_branches(const unsigned *values, unsigned count) {
  unsigned state = ~0u;
  for (unsigned i = 0; i < count; i++) {
    state ^= values[i];
    for (int bit = 0; bit < 3; bit++) {
      if (state & 1)
        state = (state >> 1) ^ 0xedb88320u;
      else
        state >>= 1;
      state += values[(i + (unsigned)bit) & 15];
    }
  }
  return state;
}

/* A loop that is a memset. */
void work_clear(int *values, unsigned count) {
  for (unsigned i = 0; i < count; i++) values[i] = 0;
}

/* An inner loop of constant length, which is unrolled completely. */
void work_blur(const unsigned char *in, unsigned char *out, unsigned count) {
  for (unsigned i = 1; i + 1 < count; i++) {
    unsigned sum = 0;
    for (int k = -1; k <= 1; k++) sum += in[(int)i + k];
    out[i] = (unsigned char)(sum / 3);
  }
}
