// Command dead-work changes an array round by round and adds up a digest of each round that nobody reads.
package main

import (
	"fmt"
	"os"
	"strconv"
)

const elements = 4096

// advance is kept out of line so that every round walks the whole array.
//
//go:noinline
func advance(values []uint32) uint32 {
	last := uint32(0)
	for i := range values {
		values[i] = values[i]*1664525 + 1013904223
		last ^= values[i]
	}
	return last
}

// audit has no effect but its result. It is longer than what the compiler puts into its callers.
func audit(values []uint32) uint32 {
	digest := uint32(2166136261)
	smallest, largest, odd, total := ^uint32(0), uint32(0), uint32(0), uint32(0)
	for _, value := range values {
		digest = (digest ^ value&0xffff) * 16777619
		digest = (digest ^ value>>16) * 16777619
		odd += value & (value >> 16) & 1
		total += value >> 8
		digest ^= digest >> 13
		smallest = min(smallest, value)
		largest = max(largest, value)
	}
	return digest ^ smallest ^ largest ^ odd ^ total
}

func main() {
	rounds := 30000
	if len(os.Args) > 1 {
		value, err := strconv.Atoi(os.Args[1])
		if err != nil || value < 1 {
			fmt.Fprintln(os.Stderr, "usage: dead-work [ROUNDS]")
			os.Exit(2)
		}
		rounds = value
	}

	values := make([]uint32, elements)
	for i := range values {
		values[i] = uint32(i)
	}
	checksum := uint64(14695981039346656037)
	for round := 0; round < rounds; round++ {
		checksum = (checksum ^ uint64(advance(values))) * 1099511628211
		_ = audit(values)
	}
	fmt.Printf("checksum %016x\n", checksum)
}
