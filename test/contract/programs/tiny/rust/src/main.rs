fn digits(values: &[i32]) -> Vec<String> {
    values.iter().filter(|value| **value % 3 != 0).map(|value| value.to_string()).collect()
}

#[inline(never)]
fn sum(values: &[i32]) -> i32 {
    values.iter().fold(0, |total, value| total.wrapping_mul(3).wrapping_add(value ^ 5) ^ value)
}

#[inline(never)]
fn total(values: &[i32]) -> i32 {
    values.iter().fold(0, |total, value| total.wrapping_add(*value))
}

fn main() {
    let values: Vec<i32> = (0..20_000).collect();
    for round in 0..20 {
        let words = digits(&values[round * 7..]);
        println!("{} {} {}", words.len(), sum(&values[round..]), total(&values[round..]));
    }
}
