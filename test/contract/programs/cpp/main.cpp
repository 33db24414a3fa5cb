// Something for every factor: loops to vectorise, unroll and replace, checked indices, allocations, threads, writes.
#include <iostream>
#include <memory>
#include <thread>
#include <vector>

#include "work.hpp"

extern "C" int legacy_add(int, int);

namespace {

struct Node {
  std::unique_ptr<Node> left, right;
  unsigned count() const { return 1 + (left ? left->count() + right->count() : 0); }
};

std::unique_ptr<Node> tree(int depth) {
  auto node = std::make_unique<Node>();
  if (depth > 0) {
    node->left = tree(depth - 1);
    node->right = tree(depth - 1);
  }
  return node;
}

unsigned spin() {
  std::vector<int> values(4096);
  std::vector<unsigned> bits(512);
  unsigned sum = 0;
  for (int round = 0; round < 3000; round++) {
    work::clear(values);
    for (std::size_t i = 0; i < values.size(); i += 7) values[i] = work::square_of(static_cast<int>(i)) + round;
    for (std::size_t i = 0; i < bits.size(); i++) bits[i] = static_cast<unsigned>(values[i * 7]);
    sum += work::sum(values) + work::branches(bits);
  }
  return sum;
}

}  // namespace

int main() {
  unsigned sums[2];
  std::thread first([&] { sums[0] = spin(); }), second([&] { sums[1] = spin(); });
  first.join();
  second.join();
  std::vector<unsigned char> picture(1000), blurred(1000);
  for (int i = 0; i < 1000; i++) picture[static_cast<std::size_t>(i)] = static_cast<unsigned char>(work::square_of(i));
  work::blur(picture.data(), blurred.data(), 1000);
  unsigned nodes = 0;
  for (int i = 0; i < 10; i++) nodes += tree(12)->count();
  for (int i = 0; i < 2000; i++) std::cout << "line " << i << ' ' << int{blurred.at(static_cast<std::size_t>(i % 1000))} << std::endl;
  std::cout << sums[0] << ' ' << sums[1] << ' ' << nodes << ' ' << legacy_add(1, 2) << std::endl;
}
