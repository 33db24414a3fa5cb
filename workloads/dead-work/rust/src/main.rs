//! Changes an array round by round and adds up a digest of each round that nobody reads.

use std::process::exit;

const ELEMENTS: usize = 4096;

/// Kept out of line so that every round walks the whole array.
#[inline(never)]
fn advance(values: &mut [u32]) -> u32 {
    let mut last = 0;
    for value in values {
        *value = value.wrapping_mul(1664525).wrapping_add(1013904223);
        last ^= *value;
    }
    last
}

/// Has no effect but its result.
fn audit(values: &[u32]) -> u32 {
    let mut digest: u32 = 2166136261;
    let (mut smallest, mut largest, mut odd, mut total) = (u32::MAX, 0, 0, 0u32);
    for &value in values {
        digest = (digest ^ (value & 0xffff)).wrapping_mul(16777619);
        digest = (digest ^ (value >> 16)).wrapping_mul(16777619);
        odd += value & (value >> 16) & 1;
        total = total.wrapping_add(value >> 8);
        digest ^= digest >> 13;
        smallest = smallest.min(value);
        largest = largest.max(value);
    }
    digest ^ smallest ^ largest ^ odd ^ total
}

fn main() {
    let rounds: usize = match std::env::args().nth(1).map(|word| word.parse()) {
        None => 30_000,
        Some(Ok(value)) if value > 0 => value,
        Some(_) => {
            eprintln!("usage: dead-work [ROUNDS]");
            exit(2);
        }
    };

    let mut values: Vec<u32> = (0..ELEMENTS as u32).collect();
    let mut checksum: u64 = 14695981039346656037;
    for _ in 0..rounds {
        checksum = (checksum ^ u64::from(advance(&mut values))).wrapping_mul(1099511628211);
        let _ = audit(&values);
    }
    println!("checksum {checksum:016x}");
}
