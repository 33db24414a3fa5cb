//! Runs a 3x3 box blur over a grey picture many times, each pass reading what the last one wrote.

use std::process::exit;

/// Writes the mean of each pixel's 3x3 surroundings; the outermost pixels stay as they are in `target`.
fn blur(target: &mut [u8], source: &[u8], width: usize, height: usize) {
    for y in 1..height.saturating_sub(1) {
        for x in 1..width.saturating_sub(1) {
            let mut sum = 0u32;
            for dy in 0..3 {
                for dx in 0..3 {
                    sum += u32::from(source[(y + dy - 1) * width + x + dx - 1]);
                }
            }
            target[y * width + x] = (sum / 9) as u8;
        }
    }
}

fn fill(pixels: &mut [u8]) {
    let mut state: u32 = 12345;
    for pixel in pixels {
        state = state.wrapping_mul(1664525).wrapping_add(1013904223);
        *pixel = (state >> 24) as u8;
    }
}

fn argument(position: usize, fallback: usize) -> usize {
    match std::env::args().nth(position).map(|word| word.parse()) {
        None => fallback,
        Some(Ok(value)) if value > 0 => value,
        Some(_) => {
            eprintln!("usage: blur [PASSES [WIDTH [HEIGHT]]]");
            exit(2);
        }
    }
}

fn main() {
    let passes = argument(1, 360);
    let width = argument(2, 640);
    let height = argument(3, 480);

    let mut source = vec![0u8; width * height];
    fill(&mut source);
    let mut target = source.clone();
    for _ in 0..passes {
        blur(&mut target, &source, width, height);
        std::mem::swap(&mut source, &mut target);
    }
    let mut checksum: u64 = 14695981039346656037;
    for pixel in &source {
        checksum = (checksum ^ u64::from(*pixel)).wrapping_mul(1099511628211);
    }
    println!("centre {}", source[height / 2 * width + width / 2]);
    println!("checksum {checksum:016x}");
}
