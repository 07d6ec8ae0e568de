//! Prints sheets of the built-in form with a test key, fills them in, scans them, and
//! writes pictures, `truth.jsonl`, `layout.json`, `sheets.json` and `sheets.pdf`.
//!
//! `cargo run --release -p phieu-simulate --example make -- --count 60 --seed 1 --profile office --out DIR`
//!
//! With `--strangers N` every N-th page is followed by a page that must be refused.
#![allow(clippy::print_stdout)]

use std::error::Error;
use std::io::Write;
use std::path::PathBuf;
use std::time::Instant;

use phieu_simulate::{Profile, SimulatedPage, StrangerKind, stranger};
use phieu_trial::PrintedSheets;
use rayon::prelude::*;

struct Args {
    count: u32,
    seed: u64,
    profile: Profile,
    out: PathBuf,
    strangers: usize,
}

fn args() -> Result<Args, Box<dyn Error>> {
    let mut args = Args {
        count: 60,
        seed: 1,
        profile: Profile::office(),
        out: PathBuf::from("simulated"),
        strangers: 0,
    };
    let mut words = std::env::args().skip(1);
    while let Some(name) = words.next() {
        let value = words.next().ok_or_else(|| format!("{name} needs a value"))?;
        match name.as_str() {
            "--count" => args.count = value.parse()?,
            "--seed" => args.seed = value.parse()?,
            "--profile" => {
                args.profile = Profile::named(&value)
                    .ok_or_else(|| format!("no profile {value}; there are {:?}", Profile::NAMES))?;
            }
            "--out" => args.out = value.into(),
            "--strangers" => args.strangers = value.parse()?,
            _ => return Err(format!("unknown option {name}").into()),
        }
    }
    Ok(args)
}

fn main() -> Result<(), Box<dyn Error>> {
    let args = args()?;
    std::fs::create_dir_all(&args.out)?;
    let layout = phieu_trial::layout();
    let printed = PrintedSheets::new(&layout, &phieu_trial::key(), (args.count, args.seed))?;
    let places = serde_json::to_string_pretty(&printed.pages)?;
    std::fs::write(args.out.join("sheets.json"), &places)?;
    std::fs::write(args.out.join("sheets.pdf"), &printed.pdf)?;
    std::fs::write(args.out.join("layout.json"), serde_json::to_string_pretty(&layout.exchange_json())?)?;

    let batch = printed.batch(&layout, &args.profile, args.seed)?;
    let scans = args.out.join("scans");
    std::fs::create_dir_all(&scans)?;
    let start = Instant::now();
    let write = |page: SimulatedPage| -> std::io::Result<String> {
        std::fs::write(scans.join(&page.file_name), &page.bytes)?;
        Ok(serde_json::to_string(&page.truth)?)
    };
    let lines: Vec<String> = (0..batch.len())
        .into_par_iter()
        .map(|i| -> Result<Vec<String>, String> {
            let page = batch.page(i).map_err(|e| e.to_string())?;
            let mut lines = vec![write(page).map_err(|e| e.to_string())?];
            if args.strangers > 0 && i % args.strangers == args.strangers - 1 {
                let kind = StrangerKind::ALL[i / args.strangers % StrangerKind::ALL.len()];
                let page = stranger(kind, &args.profile, (args.seed, i));
                lines.push(write(page).map_err(|e| e.to_string())?);
            }
            Ok(lines)
        })
        .collect::<Result<Vec<_>, _>>()?
        .concat();
    let mut file = std::fs::File::create(args.out.join("truth.jsonl"))?;
    for line in &lines {
        writeln!(file, "{line}")?;
    }
    println!("{} pages in {:.1} s: {}", lines.len(), start.elapsed().as_secs_f64(), args.out.display());
    Ok(())
}
