//! Computes the CRC-32 of a buffer bit by bit, again and again, each pass starting from the last.

use std::process::exit;

const POLYNOMIAL: u32 = 0xedb88320;

fn update(crc: u32, data: &[u8]) -> u32 {
    let mut crc = !crc;
    for octet in data {
        crc ^= u32::from(*octet);
        for _ in 0..8 {
            if crc & 1 != 0 {
                crc = (crc >> 1) ^ POLYNOMIAL;
            } else {
                crc >>= 1;
            }
        }
    }
    !crc
}

fn fill(data: &mut [u8]) {
    let mut state: u32 = 12345;
    for octet in data {
        state = state.wrapping_mul(1664525).wrapping_add(1013904223);
        *octet = (state >> 24) as u8;
    }
}

fn argument(position: usize, fallback: usize) -> usize {
    match std::env::args().nth(position).map(|word| word.parse()) {
        None => fallback,
        Some(Ok(value)) if value > 0 => value,
        Some(_) => {
            eprintln!("usage: crc32 [PASSES [BYTES]]");
            exit(2);
        }
    }
}

fn main() {
    let passes = argument(1, 140);
    let size = argument(2, 262_144);

    println!("check value {:08x}", update(0, b"123456789"));
    let mut data = vec![0u8; size];
    fill(&mut data);
    let mut crc = 0;
    for _ in 0..passes {
        crc = update(crc, &data);
    }
    println!("crc {crc:08x}");
}
