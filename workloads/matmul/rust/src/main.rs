//! Multiplies square matrices of doubles, each product feeding the next.

use std::process::exit;

const MODULUS: u32 = 31;

/// Leaves the product of `left` and `right` in `product`, all of size `n` by `n`, row by row.
fn multiply(product: &mut [f64], left: &[f64], right: &[f64], n: usize) {
    product.fill(0.0);
    for i in 0..n {
        let row = &mut product[i * n..(i + 1) * n];
        for k in 0..n {
            let factor = left[i * n + k];
            for (sum, value) in row.iter_mut().zip(&right[k * n..(k + 1) * n]) {
                *sum += factor * value;
            }
        }
    }
}

/// Brings every entry back to a whole number below the modulus, so that all arithmetic stays exact.
fn reduce(matrix: &mut [f64]) {
    for value in matrix {
        *value = f64::from(*value as u32 % MODULUS);
    }
}

fn fill(matrix: &mut [f64], mut state: u32) {
    for value in matrix {
        state = state.wrapping_mul(1664525).wrapping_add(1013904223);
        *value = f64::from((state >> 16) % MODULUS);
    }
}

fn argument(position: usize, fallback: usize) -> usize {
    match std::env::args().nth(position).map(|word| word.parse()) {
        None => fallback,
        Some(Ok(value)) if (1..=4096).contains(&value) => value,
        Some(_) => {
            eprintln!("usage: matmul [PRODUCTS [SIZE]], each 1 to 4096");
            exit(2);
        }
    }
}

fn main() {
    let products = argument(1, 40);
    let n = argument(2, 256);

    let mut left = vec![0.0; n * n];
    let mut right = vec![0.0; n * n];
    let mut product = vec![0.0; n * n];
    fill(&mut left, 12345);
    fill(&mut right, 54321);
    for _ in 0..products {
        multiply(&mut product, &left, &right, n);
        reduce(&mut product);
        std::mem::swap(&mut left, &mut product);
    }
    let mut checksum: u64 = 14695981039346656037;
    for value in &left {
        checksum = (checksum ^ *value as u64).wrapping_mul(1099511628211);
    }
    println!("corner {}", left[n * n - 1] as u32);
    println!("checksum {checksum:016x}");
}
