/* Something for every factor: a loop to vectorise, one to unroll, a memset, conditional moves, malloc, threads, many
   writes. */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "work.h"

struct node {
  struct node *left, *right;
};

static struct node *tree(int depth) {
  struct node *node = malloc(sizeof *node);
  node->left = depth > 0 ? tree(depth - 1) : NULL;
  node->right = depth > 0 ? tree(depth - 1) : NULL;
  return node;
}

static unsigned release(struct node *node) {
  if (node == NULL) return 0;
  unsigned count = 1 + release(node->left) + release(node->right);
  free(node);
  return count;
}

static int square_of(int x) { return x * x; }

static void *spin(void *result) {
  int values[4096];
  unsigned sum = 0;
  for (int round = 0; round < 4000; round++) {
    work_clear(values, 4096);
    for (int i = 0; i < 4096; i += 7) values[i] = square_of(i) + round;
    sum += work_sum(values) + work_branches((const unsigned *)values, 512);
  }
  *(unsigned *)result = sum;
  return NULL;
}

int main(void) {
  unsigned sums[2];
  pthread_t threads[2];
  for (int i = 0; i < 2; i++) pthread_create(&threads[i], NULL, spin, &sums[i]);
  for (int i = 0; i < 2; i++) pthread_join(threads[i], NULL);
  unsigned char picture[1000], blurred[1000] = {0};
  for (int i = 0; i < 1000; i++) picture[i] = (unsigned char)square_of(i);
  work_blur(picture, blurred, 1000);
  unsigned nodes = 0;
  for (int i = 0; i < 10; i++) nodes += release(tree(12));
  for (int i = 0; i < 2000; i++) {
    printf("line %d %d\n", i, blurred[i % 1000]);
    fflush(stdout);
  }
  printf("%u %u %u\n", sums[0], sums[1], nodes);
  return 0;
}
