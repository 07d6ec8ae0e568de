//! Sums up batches and prints a Markdown table, a row for each profile, and below it
//! every page and answer that went wrong.
//!
//! `cargo run --release -p phieu-simulate --example accuracy -- DIR`
//!
//! Every folder in DIR with `truth.jsonl` and `readings.jsonl` is one batch.
#![allow(clippy::print_stdout)]

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use phieu_simulate::{PageTruth, Score, score};
use serde::de::DeserializeOwned;

fn lines<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, Box<dyn Error>> {
    let text = std::fs::read_to_string(path).map_err(|e| format!("{}: {e}", path.display()))?;
    let records = text.lines().filter(|l| !l.trim().is_empty()).enumerate();
    records
        .map(|(i, line)| {
            Ok(serde_json::from_str(line).map_err(|e| format!("{}: line {}: {e}", path.display(), i + 1))?)
        })
        .collect()
}

fn row(profile: &str, seeds: &[u64], score: &Score) -> String {
    let share = |n: u64, of: u64| format!("{n} ({:.2} %)", 100.0 * n as f64 / of.max(1) as f64);
    format!(
        "| {profile} {}–{} | {} | {} | {} | {} | {} (< 1 in {:.0}) | {} | {} | {} | {} of {} | {} | {} |",
        seeds.iter().min().unwrap_or(&0),
        seeds.iter().max().unwrap_or(&0),
        score.pages,
        score.refused.len() + score.missing.len(),
        score.answers,
        score.accepted,
        score.silent.len(),
        1.0 / score.silent_rate_bound.max(1e-12),
        score.traceless.len(),
        share(score.reviewed, score.answers),
        share(score.plain_reviewed, score.plain),
        score.corrections_decided,
        score.corrections,
        share(score.fields_right, score.fields),
        score.wrong_serial.len(),
    )
}

fn main() -> Result<(), Box<dyn Error>> {
    let root = std::env::args().nth(1).ok_or("the folder with the batches is missing")?;
    let mut folders: Vec<_> =
        std::fs::read_dir(&root)?.map(|e| Ok(e?.path())).collect::<std::io::Result<_>>()?;
    folders.retain(|f| f.join("readings.jsonl").is_file() && f.join("truth.jsonl").is_file());
    folders.sort();
    let mut profiles: BTreeMap<String, (Vec<u64>, Score)> = BTreeMap::new();
    let mut faults = Vec::new();
    for folder in &folders {
        let truth: Vec<PageTruth> = lines(&folder.join("truth.jsonl"))?;
        let Some(first) = truth.first() else { continue };
        let result = score(&truth, &lines(&folder.join("readings.jsonl"))?);
        let at = folder.file_name().unwrap_or_default().to_string_lossy();
        faults.extend(result.refused.iter().map(|(file, code)| format!("- {at}/{file}: refused, {code}")));
        faults.extend(result.missing.iter().map(|file| format!("- {at}/{file}: no line")));
        faults.extend(result.wrong_serial.iter().map(|file| format!("- {at}/{file}: another serial")));
        faults.extend(result.silent.iter().map(|w| {
            let (meant, got) = (&w.expected, &w.got);
            format!(
                "- {at}/{} {}: meant {:?} {:?}, read {} {:?} at {:.5}",
                w.source, w.question, meant.0, meant.1, got.0, got.1, w.confidence
            )
        }));
        let (seeds, sum) = profiles.entry(first.profile.clone()).or_default();
        seeds.push(first.seed);
        sum.add(result);
    }
    println!(
        "| profile, seeds | pages | refused | answers | accepted | silent errors (95 % sure) | without a trace \
         | reviewed | plain reviewed | corrections decided | field ink right | wrong serials |"
    );
    println!("| --- |{}", " ---: |".repeat(11));
    for (profile, (seeds, score)) in &profiles {
        println!("{}", row(profile, seeds, score));
    }
    if !faults.is_empty() {
        println!("\n{}", faults.join("\n"));
    }
    Ok(())
}
