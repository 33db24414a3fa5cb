//! Sorts shuffled numbers with a hand-written heapsort, again and again.

use std::process::exit;

/// Moves `values[root]` down until no child in `values[..end]` is larger.
fn sift_down(values: &mut [u32], mut root: usize, end: usize) {
    loop {
        let mut child = 2 * root + 1;
        if child >= end {
            return;
        }
        if child + 1 < end && values[child] < values[child + 1] {
            child += 1;
        }
        if values[root] >= values[child] {
            return;
        }
        values.swap(root, child);
        root = child;
    }
}

fn heap_sort(values: &mut [u32]) {
    for root in (0..values.len() / 2).rev() {
        sift_down(values, root, values.len());
    }
    for end in (1..values.len()).rev() {
        values.swap(0, end);
        sift_down(values, 0, end);
    }
}

fn argument(position: usize, fallback: usize) -> usize {
    match std::env::args().nth(position).map(|word| word.parse()) {
        None => fallback,
        Some(Ok(value)) if value > 0 => value,
        Some(_) => {
            eprintln!("usage: heapsort [ROUNDS [ELEMENTS]]");
            exit(2);
        }
    }
}

fn main() {
    let rounds = argument(1, 50);
    let elements = argument(2, 100_000);

    let mut values = vec![0u32; elements];
    let mut state: u32 = 12345;
    let mut checksum: u64 = 14695981039346656037;
    for _ in 0..rounds {
        for value in &mut values {
            state = state.wrapping_mul(1664525).wrapping_add(1013904223);
            *value = state >> 4;
        }
        heap_sort(&mut values);
        if values.windows(2).any(|pair| pair[0] > pair[1]) {
            eprintln!("not sorted");
            exit(1);
        }
        checksum = (checksum ^ u64::from(values[elements / 3])).wrapping_mul(1099511628211);
    }
    println!("median {}", values[elements / 2]);
    println!("checksum {checksum:016x}");
}
