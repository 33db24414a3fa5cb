// Command binary-trees builds, counts and drops many perfect binary trees beside one that lives on.
package main

import (
	"fmt"
	"os"
	"strconv"
)

const minDepth = 4

type tree struct {
	left, right *tree
}

func build(depth int) *tree {
	if depth == 0 {
		return &tree{}
	}
	return &tree{left: build(depth - 1), right: build(depth - 1)}
}

func (t *tree) nodes() uint32 {
	if t.left == nil {
		return 1
	}
	return 1 + t.left.nodes() + t.right.nodes()
}

func main() {
	maxDepth := 16
	if len(os.Args) > 1 {
		value, err := strconv.Atoi(os.Args[1])
		if err != nil || value < minDepth || value > 24 {
			fmt.Fprintln(os.Stderr, "usage: binary-trees [DEPTH, 4 to 24]")
			os.Exit(2)
		}
		maxDepth = value
	}

	stretch := build(maxDepth + 1)
	fmt.Printf("stretch tree of depth %d: %d nodes\n", maxDepth+1, stretch.nodes())
	stretch = nil

	longLived := build(maxDepth)
	for depth := minDepth; depth <= maxDepth; depth += 2 {
		count := 1 << (maxDepth - depth + minDepth)
		var nodes uint32
		for i := 0; i < count; i++ {
			nodes += build(depth).nodes()
		}
		fmt.Printf("%d trees of depth %d: %d nodes\n", count, depth, nodes)
	}
	fmt.Printf("long-lived tree of depth %d: %d nodes\n", maxDepth, longLived.nodes())
}
