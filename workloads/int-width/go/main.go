// Command int-width adds up one array of int, which has 64 bits, many times.
package main

import (
	"fmt"
	"os"
	"strconv"
)

// elements is a constant; the array of 64-bit numbers is twice as large as the one of 32-bit numbers.
const elements = 1 << 19

// sum is kept out of line so that every call walks the whole array.
//
//go:noinline
func sum(values []int) int {
	total := 0
	for _, value := range values {
		total += value
	}
	return total
}

func fill(values []int) {
	state := uint32(12345)
	for i := range values {
		state = state*1664525 + 1013904223
		values[i] = int(state >> 24)
	}
}

func main() {
	calls := 3000
	if len(os.Args) > 1 {
		value, err := strconv.Atoi(os.Args[1])
		if err != nil || value < 1 {
			fmt.Fprintln(os.Stderr, "usage: int-width [CALLS]")
			os.Exit(2)
		}
		calls = value
	}

	values := make([]int, elements)
	fill(values)
	checksum := uint64(14695981039346656037)
	position := 0
	for call := 0; call < calls; call++ {
		values[position] ^= 1
		position++
		if position == elements {
			position = 0
		}
		checksum = (checksum ^ uint64(sum(values))) * 1099511628211
	}
	fmt.Printf("last sum %d\n", sum(values))
	fmt.Printf("checksum %016x\n", checksum)
}
