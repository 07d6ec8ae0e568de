//! How exactly boxes are found: the places that the reader has for them against those in the simulator's truth.

use std::fmt::Write;
use std::ops::ControlFlow;

use phieu_read::{inspect_files, sources};

use crate::collect::{Cache, Order, Outcome};

/// What is measured: every profile that is a scan or a photo of its own, on seeds kept for evaluation.
pub const PROFILES: [&str; 6] = ["clean", "office", "bilevel", "lowres", "hard", "photo"];
const FIRST_SEED: u64 = 40_000;
const BATCHES: u64 = 2;
const SHEETS: u32 = 50;

/// The batches of a profile.
pub fn orders(profile: &str) -> impl Iterator<Item = Order> + use<'_> {
    (FIRST_SEED..FIRST_SEED + BATCHES).map(|seed| Order { profile: profile.to_owned(), seed, sheets: SHEETS })
}

/// Distances of the boxes of a profile from their true places.
#[derive(Debug, Default)]
struct Distances {
    pages: usize,
    missed: usize,
    mm: Vec<f64>,
}

/// A table with a row for each profile.
///
/// # Errors
/// A batch that cannot be made or read.
pub fn table(cache: &Cache) -> Outcome<String> {
    let mut text = String::from(
        "| profile | pages registered | boxes | not found | median, mm | 95 % within, mm | 99 % within, mm |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | ---: |\n",
    );
    for profile in PROFILES {
        let mut distances = Distances::default();
        for order in orders(profile) {
            distances.add(cache, &order)?;
        }
        let Distances { pages, missed, mut mm } = distances;
        mm.sort_by(f64::total_cmp);
        let share = |share: f64| mm.get((mm.len() as f64 * share) as usize).copied().unwrap_or(f64::NAN);
        let _ = writeln!(
            text,
            "| {profile} | {pages} | {} | {missed} | {:.3} | {:.3} | {:.3} |",
            mm.len() + missed,
            share(0.5),
            share(0.95),
            share(0.99)
        );
    }
    Ok(text)
}

impl Distances {
    fn add(&mut self, cache: &Cache, order: &Order) -> Outcome<()> {
        cache.collect(order)?;
        let (reader, truths) = (cache.reader(), cache.truths(order)?);
        inspect_files(&reader, &sources(&[cache.pictures(order)]), &mut |page| {
            let name = page.source.rsplit(['/', '\\']).next().unwrap_or_default();
            let boxes = page.inspection.boxes_found();
            if let Some(truth) = truths.iter().find(|t| t.file_name == name).filter(|_| !boxes.is_empty()) {
                self.pages += 1;
                for (found, [x, y, per_mm]) in boxes.iter().zip(&truth.boxes_px) {
                    let at = found.at.0;
                    match found.found {
                        true => self.mm.push((at.x - x).hypot(at.y - y) / per_mm),
                        false => self.missed += 1,
                    }
                }
            }
            ControlFlow::Continue(())
        });
        Ok(())
    }
}
