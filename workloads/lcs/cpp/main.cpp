// Finds longest common subsequences of two token streams, tokens being equal when their canonical forms are.
#include <algorithm>
#include <charconv>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>
#include <vector>

namespace {

constexpr std::uint32_t vocabulary = 512;
using Tokens = std::vector<std::uint32_t>;

class Random {
 public:
  std::uint32_t below(std::uint32_t bound) {
    state_ = state_ * 1664525u + 1013904223u;
    return (state_ >> 16) % bound;
  }

 private:
  std::uint32_t state_ = 2463534242u;
};

// Leaves in table[i * width + j] the length of the longest common subsequence of the first i tokens of left and
// the first j of right.
void fill_table(Tokens &table, const Tokens &left, const Tokens &right, const Tokens &canonical) {
  const std::size_t width = right.size() + 1;
  for (std::size_t i = 1; i <= left.size(); i++) {
    const std::uint32_t token = canonical[left[i - 1]];
    for (std::size_t j = 1; j <= right.size(); j++) {
      if (token == canonical[right[j - 1]]) {
        table[i * width + j] = table[(i - 1) * width + j - 1] + 1;
      } else {
        table[i * width + j] = std::max(table[(i - 1) * width + j], table[i * width + j - 1]);
      }
    }
  }
}

// Walks one longest common subsequence back from its end and folds its tokens into the checksum.
std::uint64_t fold_path(std::uint64_t checksum, const Tokens &table, const Tokens &left, const Tokens &right,
                        const Tokens &canonical) {
  const std::size_t width = right.size() + 1;
  std::size_t i = left.size(), j = right.size();
  while (i > 0 && j > 0) {
    const std::uint32_t token = canonical[left[i - 1]];
    if (token == canonical[right[j - 1]]) {
      checksum = (checksum ^ token) * 1099511628211u;
      i--;
      j--;
    } else if (table[(i - 1) * width + j] >= table[i * width + j - 1]) {
      i--;
    } else {
      j--;
    }
  }
  return checksum;
}

std::size_t argument(int argc, char **argv, int position, std::size_t fallback) {
  if (position >= argc) return fallback;
  const std::string_view word = argv[position];
  std::size_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || end != word.data() + word.size() || value < 1) {
    std::fprintf(stderr, "usage: lcs [ROUNDS [TOKENS]]\n");
    std::exit(2);
  }
  return value;
}

}  // namespace

int main(int argc, char **argv) {
  const std::size_t rounds = argument(argc, argv, 1, 120);
  const std::size_t tokens = argument(argc, argv, 2, 1500);

  Random source;
  Tokens canonical(vocabulary);
  for (std::uint32_t &token : canonical) token = source.below(40);
  Tokens left(tokens), right(tokens);
  for (std::size_t i = 0; i < tokens; i++) {
    left[i] = source.below(vocabulary);
    right[i] = source.below(vocabulary);
  }

  Tokens table((tokens + 1) * (tokens + 1));
  std::uint64_t checksum = 14695981039346656037u;
  for (std::size_t round = 0; round < rounds; round++) {
    left[round % tokens] = source.below(vocabulary);
    fill_table(table, left, right, canonical);
    checksum = fold_path(checksum, table, left, right, canonical);
  }
  std::printf("length %" PRIu32 "\n", table.back());
  std::printf("checksum %016" PRIx64 "\n", checksum);
}
