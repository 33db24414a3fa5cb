// Command growing-buffer collects the readings of streams of unknown length and tells how far they lie from their mean.
package main

import (
	"fmt"
	"os"
	"strconv"
)

// stream gives readings from 0 to 999. Like a file or a socket it does not say how many are to come.
type stream struct {
	state uint64
	left  uint64
}

func (s *stream) next() (uint64, bool) {
	if s.left == 0 {
		return 0, false
	}
	s.left--
	s.state ^= s.state << 13
	s.state ^= s.state >> 7
	s.state ^= s.state << 17
	return (s.state >> 32) % 1000, true
}

func collect(s stream) []uint64 {
	var readings []uint64
	for {
		reading, ok := s.next()
		if !ok {
			return readings
		}
		readings = append(readings, reading)
	}
}

// spread is the mean distance from the mean, in thousandths of a reading.
func spread(readings []uint64) uint64 {
	count := uint64(len(readings))
	sum := uint64(0)
	for _, reading := range readings {
		sum += reading
	}
	mean := sum * 1000 / count
	distances := uint64(0)
	for _, reading := range readings {
		distances += max(reading*1000, mean) - min(reading*1000, mean)
	}
	return distances / count
}

func argument(position int, fallback uint64) uint64 {
	if position >= len(os.Args) {
		return fallback
	}
	value, err := strconv.ParseUint(os.Args[position], 10, 64)
	if err != nil || value == 0 {
		fmt.Fprintln(os.Stderr, "usage: growing-buffer [STREAMS [READINGS]]")
		os.Exit(2)
	}
	return value
}

func main() {
	streams := argument(1, 6)
	least := argument(2, 5_000_000)
	for number := uint64(1); number <= streams; number++ {
		readings := collect(stream{state: number * 0x9E3779B9, left: least + number*least/100})
		fmt.Printf("stream %d: %d readings, spread %d\n", number, len(readings), spread(readings))
	}
}
