// Computes the CRC-32 of a buffer bit by bit, again and again, each pass starting from the last.
#include <charconv>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

namespace {

constexpr std::uint32_t polynomial = 0xedb88320u;
using Bytes = std::vector<std::uint8_t>;

std::uint32_t update(std::uint32_t crc, const Bytes &data) {
  crc = ~crc;
  for (std::uint8_t octet : data) {
    crc ^= octet;
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

void fill(Bytes &data) {
  std::uint32_t state = 12345;
  for (std::uint8_t &octet : data) {
    state = state * 1664525u + 1013904223u;
    octet = static_cast<std::uint8_t>(state >> 24);
  }
}

std::size_t argument(int argc, char **argv, int position, std::size_t fallback) {
  if (position >= argc) return fallback;
  const std::string_view word = argv[position];
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size() || value < 1) {
    std::fprintf(stderr, "usage: crc32 [PASSES [BYTES]]\n");
    std::exit(2);
  }
  return value;
}

}  // namespace

int main(int argc, char **argv) {
  const std::size_t passes = argument(argc, argv, 1, 140);
  const std::size_t size = argument(argc, argv, 2, 262144);

  const std::string_view check = "123456789";
  std::printf("check value %08" PRIx32 "\n", update(0, Bytes(check.begin(), check.end())));
  Bytes data(size);
  fill(data);
  std::uint32_t crc = 0;
  for (std::size_t pass = 0; pass < passes; pass++) crc = update(crc, data);
  std::printf("crc %08" PRIx32 "\n", crc);
}
