//! Adds numbers up in one thread. With `--cfg planted` every addition takes a lock that nobody else wants.

use std::process::exit;
use std::sync::Mutex;

/// Each step waits for the one before: no unrolling can shorten it, so the lock is all that differs.
#[cfg(not(unrollable))]
fn mix(mut state: u32) -> u32 {
    state ^= state << 13;
    state ^= state >> 17;
    state ^ (state << 5)
}

/// Several steps of this fold into one, where nothing stands between them.
#[cfg(unrollable)]
fn mix(state: u32) -> u32 {
    state.wrapping_mul(1664525).wrapping_add(1013904223)
}

fn add(total: &Mutex<u64>, steps: u32) {
    let mut state: u32 = 12345;
    if cfg!(planted) {
        for _ in 0..steps {
            state = mix(state);
            *total.lock().expect("nobody panics with the lock") += u64::from(state >> 8);
        }
    } else {
        let mut total = total.lock().expect("nobody panics with the lock");
        for _ in 0..steps {
            state = mix(state);
            *total += u64::from(state >> 8);
        }
    }
}

fn main() {
    let steps: u32 = match std::env::args().nth(1).map(|word| word.parse()) {
        None => 200_000_000,
        Some(Ok(value)) if value > 0 => value,
        Some(_) => {
            eprintln!("usage: lock [STEPS]");
            exit(2);
        }
    };
    let total = Mutex::new(0);
    add(&total, steps);
    println!(
        "total {}",
        total.into_inner().expect("nobody panics with the lock")
    );
}
