/* Counts to its argument without being optimised away: a program whose time is its own. */
#include <stdlib.h>

int main(int argc, char **argv) {
  unsigned long rounds = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
  volatile unsigned long state = 88172645463325252u;
  for (unsigned long i = 0; i < rounds; i++) {
    unsigned long x = state;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    state = x;
  }
  return state == 0;
}
