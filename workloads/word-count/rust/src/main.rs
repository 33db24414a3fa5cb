//! Counts the words of the text on stdin, again and again, and prints the most frequent.

use std::collections::HashMap;
use std::io::Read;
use std::process::exit;

/// Counts the words of `text` from the one at position `skip` on, without regard to case and punctuation.
fn count(text: &str, skip: usize) -> HashMap<String, u32> {
    let mut counts = HashMap::new();
    for field in text.split_ascii_whitespace().skip(skip) {
        let word = field.trim_end_matches(['.', ',']).to_lowercase();
        *counts.entry(word).or_insert(0) += 1;
    }
    counts
}

/// Folds counts into one number that does not depend on the map's order.
fn weigh(counts: &HashMap<String, u32>) -> u64 {
    counts
        .iter()
        .map(|(word, times)| u64::from(*times) * u64::from(*times) * word.len() as u64)
        .sum()
}

fn main() {
    let rounds: usize = match std::env::args().nth(1).map(|word| word.parse()) {
        None => 40,
        Some(Ok(value)) if value > 0 => value,
        Some(_) => {
            eprintln!("usage: word-count [ROUNDS] < TEXT");
            exit(2);
        }
    };
    let mut text = String::new();
    if let Err(error) = std::io::stdin().read_to_string(&mut text) {
        eprintln!("word-count: {error}");
        exit(1);
    }

    let mut checksum: u64 = 14695981039346656037;
    let mut counts = HashMap::new();
    for round in 0..rounds {
        counts = count(&text, round);
        checksum = (checksum ^ weigh(&counts)).wrapping_mul(1099511628211);
    }

    let mut words: Vec<(&String, &u32)> = counts.iter().collect();
    words.sort_by(|left, right| right.1.cmp(left.1).then(left.0.cmp(right.0)));
    for (word, times) in words.iter().take(10) {
        println!("{times} {word}");
    }
    println!("words {}", words.len());
    println!("checksum {checksum:016x}");
}
