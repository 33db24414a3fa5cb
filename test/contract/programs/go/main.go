// Program contract has something for every factor: checked indices, a conditional move, garbage, threads, many writes.
package main

import (
	"fmt"
	"os"
	"sync"

	"example.org/contract/lib"
)

type node struct{ left, right *node }

func tree(depth int) *node {
	if depth == 0 {
		return &node{}
	}
	return &node{tree(depth - 1), tree(depth - 1)}
}

func (n *node) count() int {
	if n.left == nil {
		return 1
	}
	return 1 + n.left.count() + n.right.count()
}

func spin(rounds int, values, places []int) int {
	sum := 0
	for i := 0; i < rounds; i++ {
		sum += lib.Gather(values, places) + lib.Max(values)
	}
	return sum
}

func main() {
	values, places := make([]int, 4096), make([]int, 4096)
	for i := range values {
		values[i] = (i * 7919) % 4096
		places[i] = lib.Twice(i) % 4096
	}
	sums := make([]int, 2)
	var group sync.WaitGroup
	for i := range sums {
		group.Add(1)
		go func() {
			defer group.Done()
			sums[i] = spin(4000, values, places)
		}()
	}
	group.Wait()
	nodes := 0
	for i := 0; i < 20; i++ {
		nodes += tree(14).count()
	}
	for i := 0; i < 3000; i++ {
		fmt.Println("line", i)
	}
	os.Stdout.WriteString(fmt.Sprintln(sums, nodes))
	os.Exit(0)
}
