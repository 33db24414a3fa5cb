//! Serves requests from a table of records, replacing as many as it reads, and reports how long each took.

use std::collections::HashMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::process::exit;
use std::time::Instant;

struct Record {
    key: u32,
    version: u32,
    fields: Vec<u32>,
}

const KEYS: u32 = 1 << 16;

fn next(mut state: u32) -> u32 {
    state ^= state << 13;
    state ^= state >> 17;
    state ^ (state << 5)
}

fn new_record(key: u32, version: u32) -> Box<Record> {
    let fields = (0..16).map(|i| key.wrapping_add(version.wrapping_mul(i))).collect();
    Box::new(Record { key, version, fields })
}

/// Reads one record and replaces another.
fn serve(table: &mut HashMap<u32, Box<Record>>, read: u32, write: u32) -> u64 {
    let sum = table.get(&read).map_or(0, |found| found.fields.iter().map(|&field| u64::from(field)).sum());
    let version = table.get(&write).map_or(0, |old| {
        debug_assert_eq!(old.key, write);
        old.version + 1
    });
    table.insert(write, new_record(write, version));
    sum
}

/// Where to report latencies, or nothing where nobody asks for them.
fn open_report() -> Option<BufWriter<File>> {
    let fd: u32 = std::env::var("PERFGAP_FD").ok()?.parse().ok()?;
    let file = File::options().write(true).open(format!("/proc/self/fd/{fd}")).ok()?;
    Some(BufWriter::with_capacity(65536, file))
}

fn argument(position: usize, fallback: usize) -> usize {
    match std::env::args().nth(position).map(|word| word.parse()) {
        None => fallback,
        Some(Ok(value)) if value > 0 => value,
        Some(_) => {
            eprintln!("usage: key-value [REQUESTS]");
            exit(2);
        }
    }
}

fn main() -> std::io::Result<()> {
    let requests = argument(1, 20_000);
    let mut report = open_report();
    let mut table = HashMap::with_capacity(KEYS as usize);
    for key in 0..KEYS {
        table.insert(key, new_record(key, 0));
    }
    let mut state: u32 = 12345;
    let mut checksum: u64 = 0;
    for _ in 0..requests {
        let start = report.is_some().then(Instant::now);
        for _ in 0..8 {
            let read = next(state);
            state = next(read);
            checksum = checksum.wrapping_mul(31).wrapping_add(serve(&mut table, read % KEYS, state % KEYS));
        }
        if let (Some(out), Some(start)) = (report.as_mut(), start) {
            writeln!(out, "request {}", start.elapsed().as_nanos())?;
        }
    }
    if let Some(mut out) = report {
        out.flush()?;
    }
    println!("checksum {checksum:016x}");
    Ok(())
}
