// Command blur runs a 3x3 box blur over a grey picture many times, each pass reading what the last one wrote.
package main

import (
	"fmt"
	"os"
	"strconv"
)

// blur writes the mean of each pixel's 3x3 surroundings; the outermost pixels stay as they are in target.
func blur(target, source []uint8, width, height int) {
	for y := 1; y < height-1; y++ {
		for x := 1; x < width-1; x++ {
			sum := uint32(0)
			for dy := 0; dy < 3; dy++ {
				for dx := 0; dx < 3; dx++ {
					sum += uint32(source[(y+dy-1)*width+x+dx-1])
				}
			}
			target[y*width+x] = uint8(sum / 9)
		}
	}
}

func fill(pixels []uint8) {
	state := uint32(12345)
	for i := range pixels {
		state = state*1664525 + 1013904223
		pixels[i] = uint8(state >> 24)
	}
}

func argument(position int, fallback int) int {
	if position >= len(os.Args) {
		return fallback
	}
	value, err := strconv.Atoi(os.Args[position])
	if err != nil || value < 1 {
		fmt.Fprintln(os.Stderr, "usage: blur [PASSES [WIDTH [HEIGHT]]]")
		os.Exit(2)
	}
	return value
}

func main() {
	passes := argument(1, 360)
	width := argument(2, 640)
	height := argument(3, 480)

	source := make([]uint8, width*height)
	fill(source)
	target := make([]uint8, width*height)
	copy(target, source)
	for pass := 0; pass < passes; pass++ {
		blur(target, source, width, height)
		source, target = target, source
	}
	checksum := uint64(14695981039346656037)
	for _, pixel := range source {
		checksum = (checksum ^ uint64(pixel)) * 1099511628211
	}
	fmt.Printf("centre %d\n", source[height/2*width+width/2])
	fmt.Printf("checksum %016x\n", checksum)
}
