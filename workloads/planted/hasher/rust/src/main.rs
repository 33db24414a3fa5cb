//! Counts numbers in a hash map whose hasher folds a product. With `--cfg planted` the map has the standard hasher.

use std::collections::HashMap;
use std::process::exit;

#[cfg(planted)]
type State = std::collections::hash_map::RandomState;
#[cfg(not(planted))]
type State = std::hash::BuildHasherDefault<fold::Hasher>;

#[cfg(not(planted))]
mod fold {
    #[derive(Default)]
    pub struct Hasher(u64);

    impl std::hash::Hasher for Hasher {
        fn finish(&self) -> u64 {
            self.0
        }

        fn write(&mut self, bytes: &[u8]) {
            for byte in bytes {
                self.write_u64(u64::from(*byte));
            }
        }

        fn write_u64(&mut self, value: u64) {
            let product = u128::from(self.0 ^ value) * 0x9e37_79b9_7f4a_7c15;
            self.0 = (product as u64) ^ ((product >> 64) as u64);
        }
    }
}

fn main() {
    let increments: u32 = match std::env::args().nth(1).map(|word| word.parse()) {
        None => 48_000_000,
        Some(Ok(value)) if value > 0 => value,
        Some(_) => {
            eprintln!("usage: hasher [INCREMENTS]");
            exit(2);
        }
    };
    let mut counts: HashMap<u64, u64, State> = HashMap::default();
    let mut state: u32 = 12345;
    for _ in 0..increments {
        state = state.wrapping_mul(1664525).wrapping_add(1013904223);
        *counts.entry(u64::from(state >> 16) % 2000).or_insert(0) += 1;
    }
    let weight: u64 = counts.iter().map(|(key, count)| key * count).sum();
    println!("keys {}", counts.len());
    println!("weight {weight}");
}
