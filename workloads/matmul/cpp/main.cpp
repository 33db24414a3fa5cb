// Multiplies square matrices of doubles, each product feeding the next.
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

constexpr std::uint32_t modulus = 31;
using Matrix = std::vector<double>;

// Leaves the product of left and right in product, all of size n by n, row by row.
void multiply(Matrix &product, const Matrix &left, const Matrix &right, std::size_t n) {
  std::fill(product.begin(), product.end(), 0.0);
  for (std::size_t i = 0; i < n; i++) {
    for (std::size_t k = 0; k < n; k++) {
      const double factor = left[i * n + k];
      for (std::size_t j = 0; j < n; j++) product[i * n + j] += factor * right[k * n + j];
    }
  }
}

// Brings every entry back to a whole number below the modulus, so that all arithmetic stays exact.
void reduce(Matrix &matrix) {
  for (double &value : matrix) value = static_cast<double>(static_cast<std::uint32_t>(value) % modulus);
}

void fill(Matrix &matrix, std::uint32_t state) {
  for (double &value : matrix) {
    state = state * 1664525u + 1013904223u;
    value = static_cast<double>((state >> 16) % modulus);
  }
}

std::size_t argument(int argc, char **argv, int position, std::size_t fallback) {
  if (position >= argc) return fallback;
  const std::string_view word = argv[position];
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size() || value < 1 || value > 4096) {
    std::fprintf(stderr, "usage: matmul [PRODUCTS [SIZE]], each 1 to 4096\n");
    std::exit(2);
  }
  return value;
}

}  // namespace

int main(int argc, char **argv) {
  const std::size_t products = argument(argc, argv, 1, 40);
  const std::size_t n = argument(argc, argv, 2, 256);

  Matrix left(n * n), right(n * n), product(n * n);
  fill(left, 12345);
  fill(right, 54321);
  for (std::size_t i = 0; i < products; i++) {
    multiply(product, left, right, n);
    reduce(product);
    std::swap(left, product);
  }
  std::uint64_t checksum = 14695981039346656037u;
  for (double value : left) checksum = (checksum ^ static_cast<std::uint64_t>(value)) * 1099511628211u;
  std::printf("corner %" PRIu32 "\n", static_cast<std::uint32_t>(left.back()));
  std::printf("checksum %016" PRIx64 "\n", checksum);
}
