// Sorts shuffled numbers with a hand-written heapsort, again and again.
#include <algorithm>
#include <charconv>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using Numbers = std::vector<std::uint32_t>;

// Moves values[root] down until no child before end is larger.
void sift_down(Numbers &values, std::size_t root, std::size_t end) {
  for (;;) {
    std::size_t child = 2 * root + 1;
    if (child >= end) return;
    if (child + 1 < end && values[child] < values[child + 1]) child++;
    if (values[root] >= values[child]) return;
    std::swap(values[root], values[child]);
    root = child;
  }
}

void heap_sort(Numbers &values) {
  for (std::size_t root = values.size() / 2; root-- > 0;) sift_down(values, root, values.size());
  for (std::size_t end = values.size(); end-- > 1;) {
    std::swap(values[0], values[end]);
    sift_down(values, 0, end);
  }
}

std::size_t argument(int argc, char **argv, int position, std::size_t fallback) {
  if (position >= argc) return fallback;
  const std::string_view word = argv[position];
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size() || value < 1) {
    std::fprintf(stderr, "usage: heapsort [ROUNDS [ELEMENTS]]\n");
    std::exit(2);
  }
  return value;
}

}  // namespace

int main(int argc, char **argv) {
  const std::size_t rounds = argument(argc, argv, 1, 50);
  const std::size_t elements = argument(argc, argv, 2, 100000);

  Numbers values(elements);
  std::uint32_t state = 12345;
  std::uint64_t checksum = 14695981039346656037u;
  for (std::size_t round = 0; round < rounds; round++) {
    for (std::uint32_t &value : values) {
      state = state * 1664525u + 1013904223u;
      value = state >> 4;
    }
    heap_sort(values);
    if (!std::is_sorted(values.begin(), values.end())) {
      std::fprintf(stderr, "not sorted\n");
      return 1;
    }
    checksum = (checksum ^ values[elements / 3]) * 1099511628211u;
  }
  std::printf("median %" PRIu32 "\n", values[elements / 2]);
  std::printf("checksum %016" PRIx64 "\n", checksum);
}
