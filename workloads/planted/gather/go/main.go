// Command gather follows a chain of indices through a table: each load waits for the last one, and the check of the
// index is done while waiting.
package main

import (
	"fmt"
	"os"
	"strconv"
)

func follow(next []uint32, start uint32, steps int) uint32 {
	at := start
	for step := 0; step < steps; step++ {
		at = next[at]
	}
	return at
}

func main() {
	steps := 240000000
	if len(os.Args) > 1 {
		value, err := strconv.Atoi(os.Args[1])
		if err != nil || value < 1 {
			fmt.Fprintln(os.Stderr, "usage: gather [STEPS]")
			os.Exit(2)
		}
		steps = value
	}
	// A full cycle: the multiplier leaves 1 when divided by 4 and the increment is odd (Hull, Dobell 1962).
	const size = 4096
	next := make([]uint32, size)
	for i := range next {
		next[i] = (uint32(i)*1229 + 3571) % size
	}
	fmt.Printf("end %d\n", follow(next, 0, steps))
}
