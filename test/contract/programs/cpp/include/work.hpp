#pragma once
#include <vector>

namespace work {

inline int square_of(int x) { return x * x; }

unsigned sum(const std::vector<int> &values);
unsigned branches(const std::vector<unsigned> &values);
void clear(std::vector<int> &values);
void blur(const unsigned char *in, unsigned char *out, unsigned count);

}  // namespace work
