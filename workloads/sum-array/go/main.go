// Command sum-array adds up one array many times, changing one element between two calls.
package main

import (
	"fmt"
	"os"
	"strconv"
)

// elements is a constant so that the array stays in the first-level cache and every compiler may know its size.
const elements = 4096

// sum is kept out of line so that every call walks the whole array.
//
//go:noinline
func sum(values []int32) int32 {
	var total int32
	for _, value := range values {
		total += value
	}
	return total
}

func fill(values []int32) {
	state := uint32(12345)
	for i := range values {
		state = state*1664525 + 1013904223
		values[i] = int32(state >> 16)
	}
}

func main() {
	calls := 750000
	if len(os.Args) > 1 {
		value, err := strconv.Atoi(os.Args[1])
		if err != nil || value < 1 {
			fmt.Fprintln(os.Stderr, "usage: sum-array [CALLS]")
			os.Exit(2)
		}
		calls = value
	}

	values := make([]int32, elements)
	fill(values)
	checksum := uint64(14695981039346656037)
	position := 0
	for call := 0; call < calls; call++ {
		values[position] ^= 1
		position++
		if position == elements {
			position = 0
		}
		checksum = (checksum ^ uint64(uint32(sum(values)))) * 1099511628211
	}
	fmt.Printf("last sum %d\n", sum(values))
	fmt.Printf("checksum %016x\n", checksum)
}
