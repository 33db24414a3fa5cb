// Counts the words of the text on stdin, again and again, and prints the most frequent.
#include <algorithm>
#include <cctype>
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace {

using Counts = std::unordered_map<std::string, std::uint32_t>;

std::string normalise(std::string_view field) {
  while (!field.empty() && (field.back() == '.' || field.back() == ',')) field.remove_suffix(1);
  std::string word(field);
  std::transform(word.begin(), word.end(), word.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return word;
}

// Counts the words of text from the one at position skip on, without regard to case and punctuation.
Counts count(std::string_view text, std::size_t skip) {
  constexpr std::string_view blanks = " \t\n\r\f\v";
  Counts counts;
  std::size_t position = 0;
  for (std::size_t start = text.find_first_not_of(blanks); start != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_of(blanks, start), text.size());
    if (position++ >= skip) counts[normalise(text.substr(start, end - start))]++;
    start = text.find_first_not_of(blanks, end);
  }
  return counts;
}

// Folds counts into one number that does not depend on the map's order.
std::uint64_t weigh(const Counts &counts) {
  std::uint64_t weight = 0;
  for (const auto &[word, times] : counts) weight += std::uint64_t{times} * times * word.size();
  return weight;
}

void print_most_frequent(const Counts &counts) {
  std::vector<std::pair<std::string, std::uint32_t>> words(counts.begin(), counts.end());
  std::sort(words.begin(), words.end(), [](const auto &left, const auto &right) {
    return left.second != right.second ? left.second > right.second : left.first < right.first;
  });
  for (std::size_t i = 0; i < std::min<std::size_t>(10, words.size()); i++)
    std::printf("%" PRIu32 " %s\n", words[i].second, words[i].first.c_str());
  std::printf("words %zu\n", words.size());
}

}  // namespace

int main(int argc, char **argv) {
  long rounds = 40;
  if (argc > 1) {
    char *end;
    rounds = std::strtol(argv[1], &end, 10);
    if (*end != '\0' || rounds < 1) {
      std::fprintf(stderr, "usage: word-count [ROUNDS] < TEXT\n");
      return 2;
    }
  }
  std::ios::sync_with_stdio(false);
  const std::string text(std::istreambuf_iterator<char>(std::cin), {});

  std::uint64_t checksum = 14695981039346656037u;
  Counts counts;
  for (long round = 0; round < rounds; round++) {
    counts = count(text, static_cast<std::size_t>(round));
    checksum = (checksum ^ weigh(counts)) * 1099511628211u;
  }
  print_most_frequent(counts);
  std::printf("checksum %016" PRIx64 "\n", checksum);
}
