// Command interpreter runs a small bytecode program that counts the steps of Collatz sequences.
package main

import (
	"fmt"
	"os"
	"strconv"
)

type operation uint8

const (
	set operation = iota
	move
	add
	addValue
	multiply
	multiplyValue
	andValue
	xor
	shiftRight
	load
	store
	jump
	jumpIfZero
	jumpIfOdd
	jumpIfLess
	jumpIfNotMore
	halt
)

// instruction names registers by number; value is an operand or the place to jump to.
type instruction struct {
	operation operation
	target    uint8
	left      uint8
	right     uint8
	value     uint32
}

// Registers of the program below.
const (
	number = iota
	limit
	rest
	steps
	checksum
	slot
	held
	one
	slots
)

// program: for each number up to limit, count the steps until its sequence reaches one, and keep a sum per count.
var program = []instruction{
	{operation: set, target: number, value: 1},
	{operation: set, target: one, value: 1},
	{operation: set, target: slots, value: 512},
	{operation: set, target: checksum, value: 17},
	// 4: the next number
	{operation: move, target: rest, left: number},
	{operation: set, target: steps, value: 0},
	// 6: the next step
	{operation: jumpIfNotMore, left: rest, right: one, value: 14},
	{operation: jumpIfOdd, left: rest, value: 10},
	{operation: shiftRight, target: rest, left: rest, value: 1},
	{operation: jump, value: 12},
	// 10: an odd number
	{operation: multiplyValue, target: rest, left: rest, value: 3},
	{operation: addValue, target: rest, left: rest, value: 1},
	// 12: one step is done
	{operation: addValue, target: steps, left: steps, value: 1},
	{operation: jump, value: 6},
	// 14: the sequence is done
	{operation: andValue, target: slot, left: steps, value: 511},
	{operation: load, target: held, left: slot},
	{operation: add, target: held, left: held, right: number},
	{operation: store, left: slot, right: held},
	{operation: multiplyValue, target: checksum, left: checksum, value: 31},
	{operation: xor, target: checksum, left: checksum, right: steps},
	{operation: addValue, target: number, left: number, value: 1},
	{operation: jumpIfNotMore, left: number, right: limit, value: 4},
	// 22: fold the sums into the checksum
	{operation: set, target: slot, value: 0},
	{operation: load, target: held, left: slot},
	{operation: jumpIfZero, left: held, value: 27},
	{operation: multiply, target: checksum, left: checksum, right: held},
	{operation: addValue, target: checksum, left: checksum, value: 7},
	// 27: the next sum
	{operation: addValue, target: slot, left: slot, value: 1},
	{operation: jumpIfLess, left: slot, right: slots, value: 23},
	{operation: halt},
}

type machine struct {
	registers [16]uint64
	memory    []uint64
	counter   uint32
	running   bool
}

// step executes one instruction and moves the counter.
func (m *machine) step(i instruction) {
	m.counter++
	switch i.operation {
	case set:
		m.registers[i.target] = uint64(i.value)
	case move:
		m.registers[i.target] = m.registers[i.left]
	case add:
		m.registers[i.target] = m.registers[i.left] + m.registers[i.right]
	case addValue:
		m.registers[i.target] = m.registers[i.left] + uint64(i.value)
	case multiply:
		m.registers[i.target] = m.registers[i.left] * m.registers[i.right]
	case multiplyValue:
		m.registers[i.target] = m.registers[i.left] * uint64(i.value)
	case andValue:
		m.registers[i.target] = m.registers[i.left] & uint64(i.value)
	case xor:
		m.registers[i.target] = m.registers[i.left] ^ m.registers[i.right]
	case shiftRight:
		m.registers[i.target] = m.registers[i.left] >> (i.value & 63)
	case load:
		m.registers[i.target] = m.memory[m.registers[i.left]]
	case store:
		m.memory[m.registers[i.left]] = m.registers[i.right]
	case jump:
		m.counter = i.value
	case jumpIfZero:
		if m.registers[i.left] == 0 {
			m.counter = i.value
		}
	case jumpIfOdd:
		if m.registers[i.left]&1 == 1 {
			m.counter = i.value
		}
	case jumpIfLess:
		if m.registers[i.left] < m.registers[i.right] {
			m.counter = i.value
		}
	case jumpIfNotMore:
		if m.registers[i.left] <= m.registers[i.right] {
			m.counter = i.value
		}
	case halt:
		m.running = false
	}
}

// run executes code until it halts and gives back how many instructions that took.
func (m *machine) run(code []instruction) uint64 {
	executed := uint64(0)
	m.counter = 0
	m.running = true
	for m.running {
		m.step(code[m.counter])
		executed++
	}
	return executed
}

func argument(position int, fallback int) int {
	if position >= len(os.Args) {
		return fallback
	}
	value, err := strconv.Atoi(os.Args[position])
	if err != nil || value < 1 {
		fmt.Fprintln(os.Stderr, "usage: interpreter [NUMBERS]")
		os.Exit(2)
	}
	return value
}

func main() {
	numbers := argument(1, 60000)
	m := machine{memory: make([]uint64, 512)}
	m.registers[limit] = uint64(numbers)
	executed := m.run(program)
	fmt.Printf("instructions %d\n", executed)
	fmt.Printf("checksum %016x\n", m.registers[checksum])
}
