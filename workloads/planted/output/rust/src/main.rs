//! Writes many short lines. With `--cfg planted` each line is a write of its own.

use std::io::{self, BufWriter, Write};
use std::process::exit;

fn main() -> io::Result<()> {
    let lines: u32 = match std::env::args().nth(1).map(|word| word.parse()) {
        None => 500_000,
        Some(Ok(value)) if value > 0 => value,
        Some(_) => {
            eprintln!("usage: output [LINES]");
            exit(2);
        }
    };
    let stdout = io::stdout().lock();
    let capacity = if cfg!(planted) { 0 } else { 65536 };
    let mut out = BufWriter::with_capacity(capacity, stdout);
    let mut state: u32 = 12345;
    for i in 0..lines {
        state = state.wrapping_mul(1664525).wrapping_add(1013904223);
        writeln!(out, "reading {i} value {}", state >> 8)?;
    }
    out.flush()
}
