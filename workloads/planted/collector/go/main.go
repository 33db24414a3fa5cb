// Command collector makes short-lived objects beside a live heap that the collector must trace again and again.
// With the build tag "planted" it sets the collector to run four times as often as it does by default.
package main

import (
	"fmt"
	"os"
	"strconv"
)

type node struct {
	left, right *node
	weight      uint32
}

func build(depth int, weight uint32) *node {
	if depth == 0 {
		return &node{weight: weight}
	}
	return &node{left: build(depth-1, 2*weight), right: build(depth-1, 2*weight+1), weight: weight}
}

func (n *node) total() uint64 {
	if n == nil {
		return 0
	}
	return uint64(n.weight) + n.left.total() + n.right.total()
}

// blur sums up the 3x3 surroundings of some places of a square picture, through indices whose checks stay.
func blur(picture []uint8, width, start, places int) uint32 {
	sum := uint32(0)
	for place := start; place < start+places; place++ {
		x, y := place&63+1, place>>6&63+1
		for dy := 0; dy < 3; dy++ {
			for dx := 0; dx < 3; dx++ {
				sum += uint32(picture[(y+dy-1)*width+x+dx-1])
			}
		}
	}
	return sum
}

func argument(position int, fallback int) int {
	if position >= len(os.Args) {
		return fallback
	}
	value, err := strconv.Atoi(os.Args[position])
	if err != nil || value < 0 {
		fmt.Fprintln(os.Stderr, "usage: collector [OBJECTS [PLACES]]")
		os.Exit(2)
	}
	return value
}

func main() {
	objects := argument(1, 5000000)
	places := argument(2, 0)

	live := build(16, 1)
	ring := make([]*node, 1024)
	const width = 66
	picture := make([]uint8, width*width)
	for i := range picture {
		picture[i] = uint8(uint32(i) * 2654435761 >> 24)
	}
	state := uint32(12345)
	checksum := uint64(0)
	for i := 0; i < objects; i++ {
		state = state*1664525 + 1013904223
		slot := (state >> 8) % uint32(len(ring))
		if old := ring[slot]; old != nil {
			checksum += uint64(old.weight)
		}
		ring[slot] = &node{weight: state + blur(picture, width, int(state>>20), places)}
	}
	fmt.Printf("live %d\n", live.total())
	fmt.Printf("checksum %d\n", checksum)
}
