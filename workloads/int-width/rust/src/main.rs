//! Adds up one array of i32, which has 32 bits, many times.

use std::process::exit;

/// A constant; the array of 64-bit numbers is twice as large as the one of 32-bit numbers.
const ELEMENTS: usize = 1 << 19;

/// Kept out of line so that every call walks the whole array.
#[inline(never)]
fn sum(values: &[i32]) -> i32 {
    values.iter().sum()
}

fn fill(values: &mut [i32]) {
    let mut state: u32 = 12345;
    for value in values {
        state = state.wrapping_mul(1664525).wrapping_add(1013904223);
        *value = (state >> 24) as i32;
    }
}

fn main() {
    let calls: usize = match std::env::args().nth(1).map(|word| word.parse()) {
        None => 3000,
        Some(Ok(value)) if value > 0 => value,
        Some(_) => {
            eprintln!("usage: int-width [CALLS]");
            exit(2);
        }
    };

    let mut values = vec![0i32; ELEMENTS];
    fill(&mut values);
    let mut checksum: u64 = 14695981039346656037;
    let mut position = 0;
    for _ in 0..calls {
        values[position] ^= 1;
        position += 1;
        if position == ELEMENTS {
            position = 0;
        }
        checksum = (checksum ^ sum(&values) as u64).wrapping_mul(1099511628211);
    }
    println!("last sum {}", sum(&values));
    println!("checksum {checksum:016x}");
}
