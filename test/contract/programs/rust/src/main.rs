//! Has something for every factor: checks, vectors, a checksum, a conditional move, garbage, threads, many writes.

use contract_lib::{checksum, gather, steps, sum};

struct Node {
    children: Option<(Box<Node>, Box<Node>)>,
}

fn tree(depth: u32) -> Node {
    let children = (depth > 0).then(|| (Box::new(tree(depth - 1)), Box::new(tree(depth - 1))));
    Node { children }
}

fn count(node: &Node) -> usize {
    node.children.as_ref().map_or(1, |(left, right)| 1 + count(left) + count(right))
}

fn spin(rounds: usize, values: &[u32], places: &[usize]) -> usize {
    let bytes: Vec<u8> = values.iter().map(|value| *value as u8).collect();
    let mut total = 0usize;
    for round in 0..rounds {
        total = total.wrapping_add(gather(values, places) as usize);
        total = total.wrapping_add(sum(&values[round % 16..]) as usize);
        total = total.wrapping_add(steps(round as u64) as usize);
        if round % 64 == 0 {
            total = total.wrapping_add(checksum(&bytes) as usize);
        }
    }
    total
}

fn main() {
    let values: Vec<u32> = (0..4096).map(|i| i * 3).collect();
    let places: Vec<usize> = (0..4096).map(|i| (i * 7919) % 4096).collect();
    let totals: Vec<usize> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..2).map(|_| scope.spawn(|| spin(20_000, &values, &places))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let nodes: usize = (0..20).map(|_| count(&tree(13))).sum();
    for i in 0..3000 {
        println!("line {i}");
    }
    println!("{totals:?} {nodes}");
}
