//! Runs a small bytecode program that counts the steps of Collatz sequences.

use std::process::exit;

#[derive(Clone, Copy)]
enum Operation {
    Set,
    Move,
    Add,
    AddValue,
    Multiply,
    MultiplyValue,
    AndValue,
    Xor,
    ShiftRight,
    Load,
    Store,
    Jump,
    JumpIfZero,
    JumpIfOdd,
    JumpIfLess,
    JumpIfNotMore,
    Halt,
}

/// Names registers by number; `value` is an operand or the place to jump to.
#[derive(Clone, Copy)]
struct Instruction {
    operation: Operation,
    target: u8,
    left: u8,
    right: u8,
    value: u32,
}

// Registers of the program below.
const NUMBER: u8 = 0;
const LIMIT: u8 = 1;
const REST: u8 = 2;
const STEPS: u8 = 3;
const CHECKSUM: u8 = 4;
const SLOT: u8 = 5;
const HELD: u8 = 6;
const ONE: u8 = 7;
const SLOTS: u8 = 8;

const fn code(operation: Operation, target: u8, left: u8, right: u8, value: u32) -> Instruction {
    Instruction { operation, target, left, right, value }
}

/// For each number up to the limit, count the steps until its sequence reaches one, and keep a sum per count.
static PROGRAM: [Instruction; 30] = [
    code(Operation::Set, NUMBER, 0, 0, 1),
    code(Operation::Set, ONE, 0, 0, 1),
    code(Operation::Set, SLOTS, 0, 0, 512),
    code(Operation::Set, CHECKSUM, 0, 0, 17),
    // 4: the next number
    code(Operation::Move, REST, NUMBER, 0, 0),
    code(Operation::Set, STEPS, 0, 0, 0),
    // 6: the next step
    code(Operation::JumpIfNotMore, 0, REST, ONE, 14),
    code(Operation::JumpIfOdd, 0, REST, 0, 10),
    code(Operation::ShiftRight, REST, REST, 0, 1),
    code(Operation::Jump, 0, 0, 0, 12),
    // 10: an odd number
    code(Operation::MultiplyValue, REST, REST, 0, 3),
    code(Operation::AddValue, REST, REST, 0, 1),
    // 12: one step is done
    code(Operation::AddValue, STEPS, STEPS, 0, 1),
    code(Operation::Jump, 0, 0, 0, 6),
    // 14: the sequence is done
    code(Operation::AndValue, SLOT, STEPS, 0, 511),
    code(Operation::Load, HELD, SLOT, 0, 0),
    code(Operation::Add, HELD, HELD, NUMBER, 0),
    code(Operation::Store, 0, SLOT, HELD, 0),
    code(Operation::MultiplyValue, CHECKSUM, CHECKSUM, 0, 31),
    code(Operation::Xor, CHECKSUM, CHECKSUM, STEPS, 0),
    code(Operation::AddValue, NUMBER, NUMBER, 0, 1),
    code(Operation::JumpIfNotMore, 0, NUMBER, LIMIT, 4),
    // 22: fold the sums into the checksum
    code(Operation::Set, SLOT, 0, 0, 0),
    code(Operation::Load, HELD, SLOT, 0, 0),
    code(Operation::JumpIfZero, 0, HELD, 0, 27),
    code(Operation::Multiply, CHECKSUM, CHECKSUM, HELD, 0),
    code(Operation::AddValue, CHECKSUM, CHECKSUM, 0, 7),
    // 27: the next sum
    code(Operation::AddValue, SLOT, SLOT, 0, 1),
    code(Operation::JumpIfLess, 0, SLOT, SLOTS, 23),
    code(Operation::Halt, 0, 0, 0, 0),
];

struct Machine {
    registers: [u64; 16],
    memory: Vec<u64>,
    counter: u32,
    running: bool,
}

impl Machine {
    fn get(&self, register: u8) -> u64 {
        self.registers[usize::from(register)]
    }

    fn set(&mut self, register: u8, value: u64) {
        self.registers[usize::from(register)] = value;
    }

    fn jump_if(&mut self, condition: bool, place: u32) {
        if condition {
            self.counter = place;
        }
    }

    /// Executes one instruction and moves the counter.
    fn step(&mut self, i: Instruction) {
        self.counter += 1;
        let value = u64::from(i.value);
        match i.operation {
            Operation::Set => self.set(i.target, value),
            Operation::Move => self.set(i.target, self.get(i.left)),
            Operation::Add => self.set(i.target, self.get(i.left).wrapping_add(self.get(i.right))),
            Operation::AddValue => self.set(i.target, self.get(i.left).wrapping_add(value)),
            Operation::Multiply => self.set(i.target, self.get(i.left).wrapping_mul(self.get(i.right))),
            Operation::MultiplyValue => self.set(i.target, self.get(i.left).wrapping_mul(value)),
            Operation::AndValue => self.set(i.target, self.get(i.left) & value),
            Operation::Xor => self.set(i.target, self.get(i.left) ^ self.get(i.right)),
            Operation::ShiftRight => self.set(i.target, self.get(i.left) >> (i.value & 63)),
            Operation::Load => self.set(i.target, self.memory[self.get(i.left) as usize]),
            Operation::Store => {
                let address = self.get(i.left) as usize;
                self.memory[address] = self.get(i.right);
            }
            Operation::Jump => self.counter = i.value,
            Operation::JumpIfZero => self.jump_if(self.get(i.left) == 0, i.value),
            Operation::JumpIfOdd => self.jump_if(self.get(i.left) & 1 == 1, i.value),
            Operation::JumpIfLess => self.jump_if(self.get(i.left) < self.get(i.right), i.value),
            Operation::JumpIfNotMore => self.jump_if(self.get(i.left) <= self.get(i.right), i.value),
            Operation::Halt => self.running = false,
        }
    }

    /// Executes code until it halts and gives back how many instructions that took.
    fn run(&mut self, code: &[Instruction]) -> u64 {
        let mut executed = 0;
        self.counter = 0;
        self.running = true;
        while self.running {
            self.step(code[self.counter as usize]);
            executed += 1;
        }
        executed
    }
}

fn argument(position: usize, fallback: usize) -> usize {
    match std::env::args().nth(position).map(|word| word.parse()) {
        None => fallback,
        Some(Ok(value)) if value > 0 => value,
        Some(_) => {
            eprintln!("usage: interpreter [NUMBERS]");
            exit(2);
        }
    }
}

fn main() {
    let numbers = argument(1, 60_000);
    let mut machine = Machine {
        registers: [0; 16],
        memory: vec![0; 512],
        counter: 0,
        running: false,
    };
    machine.set(LIMIT, numbers as u64);
    let executed = machine.run(&PROGRAM);
    println!("instructions {executed}");
    println!("checksum {:016x}", machine.get(CHECKSUM));
}
