// Runs a 3x3 box blur over a grey picture many times, each pass reading what the last one wrote.
#include <charconv>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using Picture = std::vector<std::uint8_t>;

// Writes the mean of each pixel's 3x3 surroundings; the outermost pixels stay as they are in target.
void blur(Picture &target, const Picture &source, std::size_t width, std::size_t height) {
  for (std::size_t y = 1; y + 1 < height; y++) {
    for (std::size_t x = 1; x + 1 < width; x++) {
      std::uint32_t sum = 0;
      for (std::size_t dy = 0; dy < 3; dy++) {
        for (std::size_t dx = 0; dx < 3; dx++) sum += source[(y + dy - 1) * width + x + dx - 1];
      }
      target[y * width + x] = static_cast<std::uint8_t>(sum / 9);
    }
  }
}

void fill(Picture &pixels) {
  std::uint32_t state = 12345;
  for (std::uint8_t &pixel : pixels) {
    state = state * 1664525u + 1013904223u;
    pixel = static_cast<std::uint8_t>(state >> 24);
  }
}

std::size_t argument(int argc, char **argv, int position, std::size_t fallback) {
  if (position >= argc) return fallback;
  const std::string_view word = argv[position];
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size() || value < 1) {
    std::fprintf(stderr, "usage: blur [PASSES [WIDTH [HEIGHT]]]\n");
    std::exit(2);
  }
  return value;
}

}  // namespace

int main(int argc, char **argv) {
  const std::size_t passes = argument(argc, argv, 1, 360);
  const std::size_t width = argument(argc, argv, 2, 640);
  const std::size_t height = argument(argc, argv, 3, 480);

  Picture source(width * height);
  fill(source);
  Picture target = source;
  for (std::size_t pass = 0; pass < passes; pass++) {
    blur(target, source, width, height);
    std::swap(source, target);
  }
  std::uint64_t checksum = 14695981039346656037u;
  for (std::uint8_t pixel : source) checksum = (checksum ^ pixel) * 1099511628211u;
  std::printf("centre %u\n", static_cast<unsigned>(source[height / 2 * width + width / 2]));
  std::printf("checksum %016" PRIx64 "\n", checksum);
}
