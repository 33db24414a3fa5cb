// Command key-value serves requests from a table of records, replacing as many as it reads, and reports how long each took.
package main

import (
	"bufio"
	"fmt"
	"os"
	"strconv"
	"time"
)

type record struct {
	key     uint32
	version uint32
	fields  []uint32
}

const keys = 1 << 16

func next(state uint32) uint32 {
	state ^= state << 13
	state ^= state >> 17
	return state ^ state<<5
}

func newRecord(key, version uint32) *record {
	fields := make([]uint32, 16)
	for i := range fields {
		fields[i] = key + version*uint32(i)
	}
	return &record{key: key, version: version, fields: fields}
}

// serve reads one record and replaces another.
func serve(table map[uint32]*record, read, write uint32) uint64 {
	sum := uint64(0)
	if found := table[read]; found != nil {
		for _, field := range found.fields {
			sum += uint64(field)
		}
	}
	version := uint32(0)
	if old := table[write]; old != nil {
		version = old.version + 1
	}
	table[write] = newRecord(write, version)
	return sum
}

// openReport gives where to report latencies, or nil where nobody asks for them.
func openReport() *bufio.Writer {
	fd, err := strconv.Atoi(os.Getenv("PERFGAP_FD"))
	if err != nil {
		return nil
	}
	return bufio.NewWriterSize(os.NewFile(uintptr(fd), "report"), 65536)
}

func argument(position int, fallback int) int {
	if position >= len(os.Args) {
		return fallback
	}
	value, err := strconv.Atoi(os.Args[position])
	if err != nil || value < 1 {
		fmt.Fprintln(os.Stderr, "usage: key-value [REQUESTS]")
		os.Exit(2)
	}
	return value
}

func main() {
	requests := argument(1, 20000)
	report := openReport()
	table := make(map[uint32]*record, keys)
	for key := uint32(0); key < keys; key++ {
		table[key] = newRecord(key, 0)
	}
	state := uint32(12345)
	checksum := uint64(0)
	for request := 0; request < requests; request++ {
		start := time.Time{}
		if report != nil {
			start = time.Now()
		}
		for step := 0; step < 8; step++ {
			read := next(state)
			state = next(read)
			checksum = checksum*31 + serve(table, read%keys, state%keys)
		}
		if report != nil {
			fmt.Fprintf(report, "request %d\n", time.Since(start).Nanoseconds())
		}
	}
	if report != nil {
		report.Flush()
	}
	fmt.Printf("checksum %016x\n", checksum)
}
