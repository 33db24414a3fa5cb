// Command escape makes a small object in every step. With the build tag "planted" the object is stored where others
// could see it, so it has to live on the heap.
package main

import (
	"fmt"
	"os"
	"strconv"
)

type point struct{ x, y, z uint32 }

// distance reads the point through a pointer; it is too small not to be inlined.
func distance(p *point) uint64 {
	return uint64(p.x) + uint64(p.y) + uint64(p.z)
}

func main() {
	steps := 30000000
	if len(os.Args) > 1 {
		value, err := strconv.Atoi(os.Args[1])
		if err != nil || value < 1 {
			fmt.Fprintln(os.Stderr, "usage: escape [STEPS]")
			os.Exit(2)
		}
		steps = value
	}
	state := uint32(12345)
	total := uint64(0)
	for i := 0; i < steps; i++ {
		state = state*1664525 + 1013904223
		p := &point{x: state >> 24, y: state >> 16 & 255, z: state & 255}
		publish(p)
		total += distance(p)
	}
	fmt.Printf("total %d\n", total)
}
