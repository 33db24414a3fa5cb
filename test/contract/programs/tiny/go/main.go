// Command tiny grows trees and counts their nodes. It imports next to nothing: whatever its build sets for all packages
// has to be compiled for all of them.
package main

import "syscall"

type node struct{ left, right *node }

func grow(depth int) *node {
	if depth == 0 {
		return &node{}
	}
	return &node{grow(depth - 1), grow(depth - 1)}
}

func (n *node) count() int {
	if n.left == nil {
		return 1
	}
	return 1 + n.left.count() + n.right.count()
}

func main() {
	var line [64]byte
	for round := 0; round < 200; round++ {
		count := grow(14).count() + round
		at := len(line) - 1
		line[at] = '\n'
		for ; count > 0; count /= 10 {
			at--
			line[at] = byte('0' + count%10)
		}
		syscall.Write(1, line[at:])
	}
}
