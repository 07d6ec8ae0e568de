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

use phieu_model::payload::OfficeKey;
use phieu_model::period::Period;
use phieu_model::serial::Serial;
use phieu_print::Sheet;
use phieu_simulate::{Batch, Profile, SheetPage, SimulatedPage, StrangerKind, stranger};
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
    let form = &phieu_form::BUILTIN[0];
    let layout = phieu_form::load(form.file, form.text).map_err(|faults| format!("{faults:?}"))?;
    let period = Period::new(2026, 1).ok_or("no such quarter")?;
    let sheets: Vec<Sheet> = (1..=args.count)
        .map(|running| {
            let salt = (args.seed.wrapping_mul(31).wrapping_add(u64::from(running) * 157) % 529) as u16;
            Ok(Sheet {
                serial: Serial::new(period, running, salt).ok_or("too many sheets")?,
                procedure: "Cấp Giấy chứng nhận cửa hàng đủ điều kiện bán lẻ xăng dầu (2.000648)".to_owned(),
                unit: "Phòng Quản lý Thương mại".to_owned(),
            })
        })
        .collect::<Result<_, &str>>()?;
    let printed = phieu_print::pdf(&layout, &OfficeKey::new([7; 32]), &sheets)?;
    let places = serde_json::to_string_pretty(&printed.sheets)?;
    std::fs::write(args.out.join("sheets.json"), &places)?;
    std::fs::write(args.out.join("sheets.pdf"), &printed.pdf)?;
    std::fs::write(args.out.join("layout.json"), serde_json::to_string_pretty(&layout.exchange_json())?)?;

    let pages: Vec<SheetPage> = serde_json::from_str(&places)?;
    let batch = Batch::new(printed.pdf, (&layout, &pages), &args.profile, args.seed)?;
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
