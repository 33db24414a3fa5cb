//! Builds, counts and drops many perfect binary trees beside one that lives on.

use std::process::exit;

const MIN_DEPTH: u32 = 4;

struct Tree {
    children: Option<(Box<Tree>, Box<Tree>)>,
}

fn build(depth: u32) -> Box<Tree> {
    let children = if depth == 0 {
        None
    } else {
        Some((build(depth - 1), build(depth - 1)))
    };
    Box::new(Tree { children })
}

impl Tree {
    fn nodes(&self) -> u32 {
        match &self.children {
            None => 1,
            Some((left, right)) => 1 + left.nodes() + right.nodes(),
        }
    }
}

fn main() {
    let max_depth = match std::env::args().nth(1).map(|word| word.parse()) {
        None => 16,
        Some(Ok(value)) if (MIN_DEPTH..=24).contains(&value) => value,
        Some(_) => {
            eprintln!("usage: binary-trees [DEPTH, 4 to 24]");
            exit(2);
        }
    };

    let stretch = build(max_depth + 1);
    println!(
        "stretch tree of depth {}: {} nodes",
        max_depth + 1,
        stretch.nodes()
    );
    drop(stretch);

    let long_lived = build(max_depth);
    for depth in (MIN_DEPTH..=max_depth).step_by(2) {
        let count = 1u32 << (max_depth - depth + MIN_DEPTH);
        let mut nodes = 0u32;
        for _ in 0..count {
            nodes += build(depth).nodes();
        }
        println!("{count} trees of depth {depth}: {nodes} nodes");
    }
    println!(
        "long-lived tree of depth {max_depth}: {} nodes",
        long_lived.nodes()
    );
}
