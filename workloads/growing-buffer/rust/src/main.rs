//! Collects the readings of streams of unknown length and tells how far they lie from their mean.

use std::process::exit;

/// Readings from 0 to 999. Like a file or a socket it does not say how many are to come.
struct Stream {
    state: u64,
    left: u64,
}

impl Iterator for Stream {
    type Item = u64;

    fn next(&mut self) -> Option<u64> {
        if self.left == 0 {
            return None;
        }
        self.left -= 1;
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        Some((self.state >> 32) % 1000)
    }
}

/// The mean distance from the mean, in thousandths of a reading.
fn spread(readings: &[u64]) -> u64 {
    let count = readings.len() as u64;
    let mean = readings.iter().sum::<u64>() * 1000 / count;
    let distances = readings
        .iter()
        .map(|&reading| (reading * 1000).abs_diff(mean));
    distances.sum::<u64>() / count
}

fn argument(position: usize, fallback: u64) -> u64 {
    match std::env::args().nth(position) {
        None => fallback,
        Some(text) => match text.parse() {
            Ok(value) if value > 0 => value,
            _ => {
                eprintln!("usage: growing-buffer [STREAMS [READINGS]]");
                exit(2)
            }
        },
    }
}

fn main() {
    let streams = argument(1, 6);
    let least = argument(2, 5_000_000);
    for number in 1..=streams {
        let stream = Stream {
            state: number * 0x9E37_79B9,
            left: least + number * least / 100,
        };
        let readings: Vec<u64> = stream.collect();
        println!(
            "stream {number}: {} readings, spread {}",
            readings.len(),
            spread(&readings)
        );
    }
}
