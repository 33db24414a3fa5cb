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

// graph holds the neighbours of vertex v in neighbours[first[v]:first[v+1]].
type graph struct {
	first, neighbours, weights []uint32
}

const vertices = 1024

func makeGraph() graph {
	g := graph{first: make([]uint32, vertices+1), weights: make([]uint32, vertices)}
	state := uint32(54321)
	for v := 0; v < vertices; v++ {
		g.weights[v] = uint32(v)
		for count := 8 + v%8; count > 0; count-- {
			state = state*1664525 + 1013904223
			g.neighbours = append(g.neighbours, state>>8%vertices)
		}
		g.first[v+1] = uint32(len(g.neighbours))
	}
	return g
}

// gather adds up the weights of the neighbours of some vertices; every index comes from data, so every check stays.
func (g *graph) gather(start uint32, count int) uint32 {
	sum := uint32(0)
	for v := start % vertices; count > 0; count-- {
		for i := g.first[v]; i < g.first[v+1]; i++ {
			sum += g.weights[g.neighbours[i]]
		}
		v = (v + 1) % vertices
	}
	return sum
}

func argument(position int, fallback int) int {
	if position >= len(os.Args) {
		return fallback
	}
	value, err := strconv.Atoi(os.Args[position])
	if err != nil || value < 0 {
		fmt.Fprintln(os.Stderr, "usage: collector [OBJECTS [GATHERS]]")
		os.Exit(2)
	}
	return value
}

func main() {
	objects := argument(1, 5000000)
	gathers := argument(2, 0)

	live := build(16, 1)
	ring := make([]*node, 1024)
	g := makeGraph()
	state := uint32(12345)
	checksum := uint64(0)
	for i := 0; i < objects; i++ {
		state = state*1664525 + 1013904223
		slot := (state >> 8) % uint32(len(ring))
		if old := ring[slot]; old != nil {
			checksum += uint64(old.weight)
		}
		ring[slot] = &node{weight: state + g.gather(state>>8, gathers)}
	}
	fmt.Printf("live %d\n", live.total())
	fmt.Printf("checksum %d\n", checksum)
}
