// Command heapsort sorts shuffled numbers with a hand-written heapsort, again and again.
package main

import (
	"fmt"
	"os"
	"strconv"
)

// siftDown moves values[root] down until no child in values[:end] is larger.
func siftDown(values []uint32, root, end int) {
	for {
		child := 2*root + 1
		if child >= end {
			return
		}
		if child+1 < end && values[child] < values[child+1] {
			child++
		}
		if values[root] >= values[child] {
			return
		}
		values[root], values[child] = values[child], values[root]
		root = child
	}
}

func heapSort(values []uint32) {
	for root := len(values)/2 - 1; root >= 0; root-- {
		siftDown(values, root, len(values))
	}
	for end := len(values) - 1; end > 0; end-- {
		values[0], values[end] = values[end], values[0]
		siftDown(values, 0, end)
	}
}

func argument(position int, fallback int) int {
	if position >= len(os.Args) {
		return fallback
	}
	value, err := strconv.Atoi(os.Args[position])
	if err != nil || value < 1 {
		fmt.Fprintln(os.Stderr, "usage: heapsort [ROUNDS [ELEMENTS]]")
		os.Exit(2)
	}
	return value
}

func main() {
	rounds := argument(1, 50)
	elements := argument(2, 100000)

	values := make([]uint32, elements)
	state := uint32(12345)
	checksum := uint64(14695981039346656037)
	for round := 0; round < rounds; round++ {
		for i := range values {
			state = state*1664525 + 1013904223
			values[i] = state >> 4
		}
		heapSort(values)
		for i := 1; i < len(values); i++ {
			if values[i-1] > values[i] {
				fmt.Fprintln(os.Stderr, "not sorted")
				os.Exit(1)
			}
		}
		checksum = (checksum ^ uint64(values[elements/3])) * 1099511628211
	}
	fmt.Printf("median %d\n", values[elements/2])
	fmt.Printf("checksum %016x\n", checksum)
}
