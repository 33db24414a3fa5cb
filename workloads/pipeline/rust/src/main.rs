//! A pipeline of three stages: numbers, their squares, the sum.

use std::env;
use std::process::exit;
use std::sync::mpsc::sync_channel;
use std::thread;

fn main() {
    let (count, capacity) = (argument(1, 1_500_000), argument(2, 128));
    let (to_square, numbers) = sync_channel(capacity as usize);
    let (to_sum, squares) = sync_channel(capacity as usize);
    thread::spawn(move || {
        for number in 0..count {
            to_square.send(number).expect("a stage that squares");
        }
    });
    thread::spawn(move || {
        for number in numbers {
            to_sum.send(number * number % 1_000_003).expect("a stage that adds");
        }
    });
    println!("{}", squares.iter().sum::<u64>());
}

fn argument(place: usize, otherwise: u64) -> u64 {
    match env::args().nth(place).map(|word| word.parse()) {
        None => otherwise,
        Some(Ok(value)) if value > 0 => value,
        Some(_) => {
            eprintln!("usage: pipeline [NUMBERS [PLACES]]");
            exit(2);
        }
    }
}
