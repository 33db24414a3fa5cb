// Command unbuffered-output prints one digit a line, each with a write call of its own.
package main

import (
	"fmt"
	"os"
	"strconv"
)

// steps of the generator stand between two lines, so that there is work beside the printing.
const steps = 100

func next(state uint32) uint32 {
	for step := 0; step < steps; step++ {
		state ^= state << 13
		state ^= state >> 17
		state ^= state << 5
	}
	return state
}

func main() {
	lines := 150000
	if len(os.Args) > 1 {
		value, err := strconv.Atoi(os.Args[1])
		if err != nil || value < 1 {
			fmt.Fprintln(os.Stderr, "usage: unbuffered-output [LINES]")
			os.Exit(2)
		}
		lines = value
	}

	state := uint32(12345)
	for line := 0; line < lines; line++ {
		state = next(state)
		fmt.Println(state % 10)
	}
}
