/* Builds, counts and frees many perfect binary trees beside one that lives on. */
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { min_depth = 4 };

struct tree {
  struct tree *left, *right;
};

static struct tree *build(int depth) {
  struct tree *tree = malloc(sizeof *tree);
  if (tree == NULL) abort();
  tree->left = depth == 0 ? NULL : build(depth - 1);
  tree->right = depth == 0 ? NULL : build(depth - 1);
  return tree;
}

static uint32_t nodes(const struct tree *tree) {
  return tree->left == NULL ? 1 : 1 + nodes(tree->left) + nodes(tree->right);
}

static void drop(struct tree *tree) {
  if (tree->left != NULL) {
    drop(tree->left);
    drop(tree->right);
  }
  free(tree);
}

int main(int argc, char **argv) {
  int max_depth = 16;
  if (argc > 1) {
    char *end;
    long value = strtol(argv[1], &end, 10);
    if (*end != '\0' || value < min_depth || value > 24) {
      fprintf(stderr, "usage: binary-trees [DEPTH, 4 to 24]\n");
      return 2;
    }
    max_depth = (int)value;
  }

  struct tree *stretch = build(max_depth + 1);
  printf("stretch tree of depth %d: %" PRIu32 " nodes\n", max_depth + 1, nodes(stretch));
  drop(stretch);

  struct tree *long_lived = build(max_depth);
  for (int depth = min_depth; depth <= max_depth; depth += 2) {
    int count = 1 << (max_depth - depth + min_depth);
    uint32_t total = 0;
    for (int i = 0; i < count; i++) {
      struct tree *tree = build(depth);
      total += nodes(tree);
      drop(tree);
    }
    printf("%d trees of depth %d: %" PRIu32 " nodes\n", count, depth, total);
  }
  printf("long-lived tree of depth %d: %" PRIu32 " nodes\n", max_depth, nodes(long_lived));
  drop(long_lived);
  return 0;
}
