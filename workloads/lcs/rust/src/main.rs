//! Finds longest common subsequences of two token streams, tokens being equal when their canonical forms are.

use std::process::exit;

const VOCABULARY: u32 = 512;

struct Random {
    state: u32,
}

impl Random {
    fn below(&mut self, bound: u32) -> u32 {
        self.state = self.state.wrapping_mul(1664525).wrapping_add(1013904223);
        (self.state >> 16) % bound
    }
}

/// Leaves in `table[i * width + j]` the length of the longest common subsequence of the first `i` tokens of
/// `left` and the first `j` of `right`.
fn fill_table(table: &mut [u32], left: &[u32], right: &[u32], canonical: &[u32]) {
    let width = right.len() + 1;
    for i in 1..=left.len() {
        let token = canonical[left[i - 1] as usize];
        for j in 1..=right.len() {
            table[i * width + j] = if token == canonical[right[j - 1] as usize] {
                table[(i - 1) * width + j - 1] + 1
            } else {
                table[(i - 1) * width + j].max(table[i * width + j - 1])
            };
        }
    }
}

/// Walks one longest common subsequence back from its end and folds its tokens into the checksum.
fn fold_path(
    mut checksum: u64,
    table: &[u32],
    left: &[u32],
    right: &[u32],
    canonical: &[u32],
) -> u64 {
    let width = right.len() + 1;
    let (mut i, mut j) = (left.len(), right.len());
    while i > 0 && j > 0 {
        let token = canonical[left[i - 1] as usize];
        if token == canonical[right[j - 1] as usize] {
            checksum = (checksum ^ u64::from(token)).wrapping_mul(1099511628211);
            i -= 1;
            j -= 1;
        } else if table[(i - 1) * width + j] >= table[i * width + j - 1] {
            i -= 1;
        } else {
            j -= 1;
        }
    }
    checksum
}

fn argument(position: usize, fallback: usize) -> usize {
    match std::env::args().nth(position).map(|word| word.parse()) {
        None => fallback,
        Some(Ok(value)) if value > 0 => value,
        Some(_) => {
            eprintln!("usage: lcs [ROUNDS [TOKENS]]");
            exit(2);
        }
    }
}

fn main() {
    let rounds = argument(1, 120);
    let tokens = argument(2, 1500);

    let mut source = Random { state: 2463534242 };
    let canonical: Vec<u32> = (0..VOCABULARY).map(|_| source.below(40)).collect();
    let mut left = vec![0u32; tokens];
    let mut right = vec![0u32; tokens];
    for i in 0..tokens {
        left[i] = source.below(VOCABULARY);
        right[i] = source.below(VOCABULARY);
    }

    let mut table = vec![0u32; (tokens + 1) * (tokens + 1)];
    let mut checksum: u64 = 14695981039346656037;
    for round in 0..rounds {
        left[round % tokens] = source.below(VOCABULARY);
        fill_table(&mut table, &left, &right, &canonical);
        checksum = fold_path(checksum, &table, &left, &right, &canonical);
    }
    println!("length {}", table[table.len() - 1]);
    println!("checksum {checksum:016x}");
}
