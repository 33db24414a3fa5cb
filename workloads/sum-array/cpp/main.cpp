// Adds up one array many times, changing one element between two calls.
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace {

// A constant so that the array stays in the first-level cache and every compiler may know its size.
constexpr std::size_t elements = 4096;

// Kept out of line so that every call walks the whole array.
[[gnu::noinline]] std::int32_t sum(const std::vector<std::int32_t> &values) {
  std::int32_t total = 0;
  for (std::int32_t value : values) total += value;
  return total;
}

void fill(std::vector<std::int32_t> &values) {
  std::uint32_t state = 12345;
  for (std::int32_t &value : values) {
    state = state * 1664525u + 1013904223u;
    value = static_cast<std::int32_t>(state >> 16);
  }
}

}  // namespace

int main(int argc, char **argv) {
  long calls = 750000;
  if (argc > 1) {
    char *end;
    calls = std::strtol(argv[1], &end, 10);
    if (*end != '\0' || calls < 1) {
      std::fprintf(stderr, "usage: sum-array [CALLS]\n");
      return 2;
    }
  }

  std::vector<std::int32_t> values(elements);
  fill(values);
  std::uint64_t checksum = 14695981039346656037u;
  std::size_t position = 0;
  for (long call = 0; call < calls; call++) {
    values[position] ^= 1;
    position++;
    if (position == elements) position = 0;
    checksum = (checksum ^ static_cast<std::uint32_t>(sum(values))) * 1099511628211u;
  }
  std::printf("last sum %" PRId32 "\n", sum(values));
  std::printf("checksum %016" PRIx64 "\n", checksum);
}
