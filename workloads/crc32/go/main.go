// Command crc32 computes the CRC-32 of a buffer bit by bit, again and again, each pass starting from the last.
package main

import (
	"fmt"
	"os"
	"strconv"
)

const polynomial = 0xedb88320

func update(crc uint32, data []byte) uint32 {
	crc = ^crc
	for _, octet := range data {
		crc ^= uint32(octet)
		for bit := 0; bit < 8; bit++ {
			if crc&1 != 0 {
				crc = crc>>1 ^ polynomial
			} else {
				crc >>= 1
			}
		}
	}
	return ^crc
}

func fill(data []byte) {
	state := uint32(12345)
	for i := range data {
		state = state*1664525 + 1013904223
		data[i] = byte(state >> 24)
	}
}

func argument(position int, fallback int) int {
	if position >= len(os.Args) {
		return fallback
	}
	value, err := strconv.Atoi(os.Args[position])
	if err != nil || value < 1 {
		fmt.Fprintln(os.Stderr, "usage: crc32 [PASSES [BYTES]]")
		os.Exit(2)
	}
	return value
}

func main() {
	passes := argument(1, 140)
	size := argument(2, 262144)

	fmt.Printf("check value %08x\n", update(0, []byte("123456789")))
	data := make([]byte, size)
	fill(data)
	crc := uint32(0)
	for pass := 0; pass < passes; pass++ {
		crc = update(crc, data)
	}
	fmt.Printf("crc %08x\n", crc)
}
