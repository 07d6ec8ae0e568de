//! Fits the reader's models: collects pages, grows trees, calibrates, prints tables, writes the
//! weights.
//!
//!     phieu-train collect CACHE             makes and reads what is missing in CACHE
//!     phieu-train fit CACHE WEIGHTS         fits on what CACHE holds
//!     phieu-train places CACHE              how exactly boxes are found, on pages that it makes in CACHE
#![allow(clippy::print_stdout, reason = "tables are what this program is for")]

mod boost;
mod calibrate;
mod collect;
mod learn;
mod noise;
mod places;
mod plan;
mod tables;

use std::path::Path;

use collect::{Cache, Outcome};
use learn::{Page, Recipe, grow, judge};
use plan::{Purpose, plan};

/// Targets of the printed tables.
const SHOWN: [f64; 4] = [7e-4, 5e-4, phieu_read::policy::TARGET_ERROR, 3e-4];

fn main() -> Outcome<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match args[..] {
        ["collect", cache] => collect_all(&Cache::of(Path::new(cache))),
        ["fit", cache, weights] => fit_all(&Cache::of(Path::new(cache)), Path::new(weights)),
        ["places", cache] => {
            print!("{}", places::table(&Cache::of(Path::new(cache)))?);
            Ok(())
        }
        _ => Err("phieu-train collect CACHE | fit CACHE WEIGHTS | places CACHE".into()),
    }
}

fn collect_all(cache: &Cache) -> Outcome<()> {
    for (_, order) in plan() {
        cache.collect(&order)?;
        eprintln!("{} {}: {} sheets collected", order.profile, order.seed, order.sheets);
    }
    Ok(())
}

fn fit_all(cache: &Cache, weights: &Path) -> Outcome<()> {
    let training = load(cache, Purpose::Training)?;
    let calibration = load(cache, Purpose::Calibration)?;
    let check = load(cache, Purpose::Check)?;
    let page = &cache.layout().pages[0];
    println!(
        "Pages: {} training, {} calibration, {} check.\n",
        training.len(),
        calibration.len(),
        check.len()
    );
    let (models, mut judgements) = grow(page, &training, &Recipe::default());
    judgements.extend(judge(page, &calibration, &models));
    // What was made common for training is no measure of how often it happens.
    judgements.retain(|j| calibrate::weight(&j.page.profile) > 0.0);
    let models = calibrate::calibrated(models, &judgements);
    std::fs::write(weights, models.text())?;

    for (name, pages) in [("Calibration", &calibration), ("Check", &check)] {
        let judgements = judge(page, pages, &models);
        println!("{name}\n\n{}", tables::outcomes(&models, &judgements, &SHOWN));
        println!("{}", tables::reliability(&models, &judgements, false));
        println!("With a caution\n\n{}", tables::reliability(&models, &judgements, true));
        println!("{}", tables::reviews(&models, &judgements, phieu_read::policy::TARGET_ERROR));
        println!("{}", tables::silent_errors(&models, &judgements, phieu_read::policy::TARGET_ERROR));
    }
    Ok(())
}

fn load(cache: &Cache, wanted: Purpose) -> Outcome<Vec<Page>> {
    let mut pages = Vec::new();
    for (_, order) in plan().iter().filter(|(purpose, _)| *purpose == wanted) {
        pages.extend(cache.load(order)?);
    }
    Ok(pages)
}
