#include "work.hpp"

namespace work {

unsigned sum(const std::vector<int> &values) {
  unsigned sum = 0;
  for (int value : values) sum += static_cast<unsigned>(value);
  return sum;
}

// Half of the branches are taken at random: compilers make conditional moves of them.
unsigned branches(const std::vector<unsigned> &values) {
  unsigned state = ~0u;
  for (unsigned i = 0; i < values.size(); i++) {
    state ^= values[i];
    for (unsigned bit = 0; bit < 3; bit++) {
      if (state & 1)
        state = (state >> 1) ^ 0xedb88320u;
      else
        state >>= 1;
      state += values[(i + bit) & 15];
    }
  }
  return state;
}

// A loop that is a memset.
void clear(std::vector<int> &values) {
  int *data = values.data();
  for (unsigned long i = 0, count = values.size(); i < count; i++) data[i] = 0;
}

// An inner loop of constant length, which is unrolled completely.
void blur(const unsigned char *in, unsigned char *out, unsigned count) {
  for (unsigned i = 1; i + 1 < count; i++) {
    unsigned sum = 0;
    for (int k = -1; k <= 1; k++) sum += in[static_cast<int>(i) + k];
    out[i] = static_cast<unsigned char>(sum / 3);
  }
}

}  // namespace work
