// Builds, counts and drops many perfect binary trees beside one that lives on.
#include <cinttypes>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>

namespace {

constexpr int min_depth = 4;

struct Tree {
  std::unique_ptr<Tree> left, right;

  std::uint32_t nodes() const { return left ? 1 + left->nodes() + right->nodes() : 1; }
};

std::unique_ptr<Tree> build(int depth) {
  auto tree = std::make_unique<Tree>();
  if (depth > 0) {
    tree->left = build(depth - 1);
    tree->right = build(depth - 1);
  }
  return tree;
}

}  // namespace

int main(int argc, char **argv) {
  int max_depth = 16;
  if (argc > 1) {
    char *end;
    const long value = std::strtol(argv[1], &end, 10);
    if (*end != '\0' || value < min_depth || value > 24) {
      std::fprintf(stderr, "usage: binary-trees [DEPTH, 4 to 24]\n");
      return 2;
    }
    max_depth = static_cast<int>(value);
  }

  auto stretch = build(max_depth + 1);
  std::printf("stretch tree of depth %d: %" PRIu32 " nodes\n", max_depth + 1, stretch->nodes());
  stretch.reset();

  const auto long_lived = build(max_depth);
  for (int depth = min_depth; depth <= max_depth; depth += 2) {
    const int count = 1 << (max_depth - depth + min_depth);
    std::uint32_t nodes = 0;
    for (int i = 0; i < count; i++) nodes += build(depth)->nodes();
    std::printf("%d trees of depth %d: %" PRIu32 " nodes\n", count, depth, nodes);
  }
  std::printf("long-lived tree of depth %d: %" PRIu32 " nodes\n", max_depth, long_lived->nodes());
}
