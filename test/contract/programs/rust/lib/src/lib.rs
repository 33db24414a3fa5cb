//! Loops that each give one optimisation something to do.

/// Indices that nothing proves in range.
#[inline(never)]
pub fn gather(values: &[u32], places: &[usize]) -> u32 {
    let mut sum = 0u32;
    for &place in places {
        sum = sum.wrapping_add(values[place]);
    }
    sum
}

/// A loop for the vectoriser and the unroller.
#[inline(never)]
pub fn sum(values: &[u32]) -> u32 {
    let mut sum = 0u32;
    for &value in values {
        sum = sum.wrapping_add(value);
    }
    sum
}

/// The bitwise form of a checksum, which the compiler knows.
#[inline(never)]
pub fn checksum(bytes: &[u8]) -> u32 {
    let mut crc = !0u32;
    for &byte in bytes {
        crc ^= u32::from(byte);
        for _ in 0..8 {
            crc = if crc & 1 != 0 { (crc >> 1) ^ 0xEDB8_8320 } else { crc >> 1 };
        }
    }
    !crc
}

/// Steps of Collatz's sequence: the next number is one of two, a conditional move.
#[inline(never)]
pub fn steps(start: u64) -> u32 {
    let mut number = start;
    let mut count = 0;
    while number > 1 {
        number = if number % 2 == 0 { number / 2 } else { 3 * number + 1 };
        count += 1;
    }
    count
}
