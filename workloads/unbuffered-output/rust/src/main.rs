//! Prints one digit a line through a buffer that is handed to the kernel in large pieces.

use std::io::{BufWriter, Write};
use std::process::exit;

/// Steps of the generator stand between two lines, so that there is work beside the printing.
const STEPS: usize = 100;

fn next(mut state: u32) -> u32 {
    for _ in 0..STEPS {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
    }
    state
}

fn main() {
    let lines: usize = match std::env::args().nth(1).map(|word| word.parse()) {
        None => 150_000,
        Some(Ok(value)) if value > 0 => value,
        Some(_) => {
            eprintln!("usage: unbuffered-output [LINES]");
            exit(2);
        }
    };

    let mut out = BufWriter::with_capacity(65536, std::io::stdout().lock());
    let mut state: u32 = 12345;
    for _ in 0..lines {
        state = next(state);
        writeln!(out, "{}", state % 10).expect("stdout takes what is written");
    }
    out.flush().expect("stdout takes what is written");
}
