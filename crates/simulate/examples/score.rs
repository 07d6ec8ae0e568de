//! Compares readings with the truth and prints the score.
//!
//! `cargo run --release -p phieu-simulate --example score -- truth.jsonl readings.jsonl`
#![allow(clippy::print_stdout)]

use std::error::Error;

use phieu_simulate::score;
use serde::de::DeserializeOwned;

fn lines<T: DeserializeOwned>(path: &str) -> Result<Vec<T>, Box<dyn Error>> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{path}: {e}"))?;
    let records = text.lines().filter(|l| !l.trim().is_empty()).enumerate();
    records
        .map(|(i, line)| Ok(serde_json::from_str(line).map_err(|e| format!("{path}: line {}: {e}", i + 1))?))
        .collect()
}

fn main() -> Result<(), Box<dyn Error>> {
    let paths: Vec<String> = std::env::args().skip(1).collect();
    let [truth, readings] = paths.as_slice() else {
        return Err("two files are needed: truth.jsonl readings.jsonl".into());
    };
    print!("{}", score(&lines(truth)?, &lines(readings)?));
    Ok(())
}
