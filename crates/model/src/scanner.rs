//! What the pages of a batch say together about the scanner and the printer.
//!
//! One page with a streak is a page with a streak; the same streak on many is dirt on the glass, and the office is told
//! where to wipe. Nothing here changes an answer.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::reading::{PageOutcome, Registration, Tones};
use crate::rejection::RejectCode;

/// Resolution, in dots to an inch, below which a scan is called coarse: 200, and what rounding takes of it. Where only the form
/// tells it, a sheet printed at 92 % has 184.
const COARSE_DPI: f32 = 199.0;
const COARSE_DPI_BY_FORM: f32 = 180.0;
/// Streaks within so many mm are one place of the glass.
const SAME_PLACE_MM: f32 = 2.0;
/// Pages that show a streak at one place before it is dirt on the glass, and the share of all pages.
const STREAKED_PAGES: u64 = 3;
const STREAKED_SHARE: f64 = 0.1;
/// Print scale, as a share, from which on a batch is said to be printed too small or too large, and the difference
/// within a batch that is a drift.
const SCALE_OFF: f32 = 0.03;
const SCALE_DRIFT: f32 = 0.04;

/// A streak that runs through a whole picture.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Streak {
    /// Its distance from the left edge of the picture, or from the top edge where it runs level, in mm of the glass as the file's
    /// resolution has them; of the form where it tells none.
    pub at_mm: f32,
    /// Whether it runs level.
    pub level: bool,
}

/// A place of the glass at which several pages show a streak.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct DirtyPlace {
    /// The median place.
    pub streak: Streak,
    /// Pages that show it.
    pub pages: u64,
}

/// The size at which the sheets were printed, as a share of the form's: 0.94 for one printed at 94 %.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct PrintScale {
    /// Pages of which it is known: the scanner must have told its resolution.
    pub pages: u64,
    /// The median.
    pub median: f32,
    /// The fifth and the ninety-fifth of a hundred pages.
    pub range: [f32; 2],
}

/// What is worth telling an office about the machine that its sheets came from.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct ScannerHealth {
    /// Pages that were read and looked at.
    pub pages: u64,
    /// Those in black and white only: what was lighter than the threshold is gone.
    pub one_bit: u64,
    /// Those of less than 200 dpi.
    pub coarse: u64,
    /// Places to wipe, from the one that most pages show.
    pub dirty: Vec<DirtyPlace>,
    /// The print scale, where it is known.
    pub scale: Option<PrintScale>,
    /// Pages refused because two sheets show in one picture: the feeder may have drawn two.
    pub double_feeds: u64,
}

impl ScannerHealth {
    /// Whether the sheets were printed too small or too large.
    pub fn is_off_scale(&self) -> bool {
        self.scale.is_some_and(|s| (s.median - 1.0).abs() > SCALE_OFF)
    }

    /// Whether their size changes within the batch.
    pub fn drifts(&self) -> bool {
        self.scale.is_some_and(|s| s.range[1] - s.range[0] > SCALE_DRIFT)
    }
}

/// Gathers what the pages of a batch show.
#[derive(Debug, Clone, Default)]
pub struct ScannerLog {
    counts: ScannerHealth,
    /// Streaks, each with the number of its page.
    streaks: Vec<(Streak, u64)>,
    scales: Vec<f32>,
}

impl ScannerLog {
    /// Takes up a page.
    pub fn add(&mut self, outcome: &PageOutcome) {
        match outcome {
            PageOutcome::Read(reading) => self.read(&reading.registration),
            PageOutcome::Rejected(r) => {
                self.counts.double_feeds += u64::from(r.code == RejectCode::CodesDisagree);
            }
        }
    }

    fn read(&mut self, page: &Registration) {
        self.counts.pages += 1;
        self.counts.one_bit += u64::from(page.tones == Tones::Two);
        let is_coarse = match page.print_scale {
            Some(scale) => page.dpi / scale < COARSE_DPI,
            None => page.dpi < COARSE_DPI_BY_FORM,
        };
        self.counts.coarse += u64::from(is_coarse);
        self.streaks.extend(page.streaks.iter().map(|streak| (*streak, self.counts.pages)));
        self.scales.extend(page.print_scale);
    }

    /// What they say together.
    pub fn health(&self) -> ScannerHealth {
        ScannerHealth { dirty: self.dirty(), scale: self.scale(), ..self.counts.clone() }
    }

    /// Streaks that lie near each other, if enough pages show them.
    fn dirty(&self) -> Vec<DirtyPlace> {
        let enough = STREAKED_PAGES.max((self.counts.pages as f64 * STREAKED_SHARE).ceil() as u64);
        let mut left = self.streaks.clone();
        left.sort_by(|(a, _), (b, _)| a.level.cmp(&b.level).then(a.at_mm.total_cmp(&b.at_mm)));
        let mut dirty = Vec::new();
        // From the place that most pages show; what lies round it is taken out, so that no place grows without end.
        loop {
            let places = (0..left.len()).map(|from| {
                let near = |(s, _): &&(Streak, u64)| {
                    s.level == left[from].0.level && s.at_mm - left[from].0.at_mm <= SAME_PLACE_MM
                };
                let place: Vec<&(Streak, u64)> = left[from..].iter().take_while(near).collect();
                let pages: BTreeSet<u64> = place.iter().map(|(_, page)| *page).collect();
                (pages.len() as u64, from, place.len())
            });
            let Some((pages, from, length)) = places.max_by_key(|(pages, _, length)| (*pages, *length))
            else {
                return dirty;
            };
            if pages < enough {
                return dirty;
            }
            dirty.push(DirtyPlace { streak: left[from + length / 2].0, pages });
            left.drain(from..from + length);
        }
    }

    fn scale(&self) -> Option<PrintScale> {
        let mut scales = self.scales.clone();
        scales.sort_by(f32::total_cmp);
        let at = |share: f64| scales.get(((scales.len() as f64 - 1.0) * share).round() as usize).copied();
        Some(PrintScale { pages: scales.len() as u64, median: at(0.5)?, range: [at(0.05)?, at(0.95)?] })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where something is not as it says")]
mod tests {
    use super::*;
    use crate::rejection::Rejection;

    fn log(pages: impl IntoIterator<Item = Registration>) -> ScannerHealth {
        let mut log = ScannerLog::default();
        pages.into_iter().for_each(|page| log.read(&page));
        log.health()
    }

    fn page(streaks: &[f32]) -> Registration {
        let streaks = streaks.iter().map(|&at_mm| Streak { at_mm, level: false }).collect();
        Registration { dpi: 300.0, streaks, ..Registration::default() }
    }

    #[test]
    fn a_streak_at_one_place_of_many_pages_is_dirt_and_one_here_and_there_is_none() {
        let pages = (0..20).map(|k| match k {
            0..6 => page(&[82.6 + k as f32 * 0.1]),
            6..12 => page(&[20.0 * k as f32]),
            _ => page(&[]),
        });
        let health = log(pages);
        assert_eq!(health.dirty.len(), 1, "{health:?}");
        assert_eq!(health.dirty[0].pages, 6);
        assert!((health.dirty[0].streak.at_mm - 83.0).abs() < 0.3);
        assert!(log((0..2).map(|_| page(&[83.0]))).dirty.is_empty(), "two pages");
        let many = (0..100).map(|k| page(if k < 5 { &[83.0] } else { &[] }));
        assert!(log(many).dirty.is_empty(), "one page in twenty");
    }

    #[test]
    fn streaks_scattered_over_the_glass_are_no_place_and_two_on_a_page_are_one_page() {
        let scattered = (0..60).map(|k| page(&[40.0 + k as f32]));
        assert!(log(scattered).dirty.is_empty());
        let double = log((0..4).map(|_| page(&[82.8, 83.2])));
        assert_eq!(double.dirty.iter().map(|d| d.pages).collect::<Vec<_>>(), [4]);
    }

    #[test]
    fn a_level_streak_is_another_place_than_an_upright_one() {
        let level = Streak { at_mm: 83.0, level: true };
        let pages = (0..6).map(|k| Registration {
            streaks: if k % 2 == 0 { vec![level] } else { page(&[83.0]).streaks },
            ..page(&[])
        });
        assert_eq!(log(pages).dirty.iter().map(|d| d.pages).collect::<Vec<_>>(), [3, 3]);
    }

    #[test]
    fn coarse_and_one_bit_pages_are_counted() {
        let dpi = |dpi: f32| Registration { dpi, ..page(&[]) };
        let told = |dpi_of_glass: f32| Registration { print_scale: Some(0.92), ..dpi(dpi_of_glass * 0.92) };
        let health =
            log([dpi(150.0), told(190.0), told(200.0), Registration { tones: Tones::Two, ..dpi(300.0) }]);
        assert_eq!((health.pages, health.coarse, health.one_bit), (4, 2, 1));
    }

    #[test]
    fn sheets_printed_too_small_and_sheets_of_changing_size_are_told_apart() {
        let scaled = |scale: f32| Registration { print_scale: Some(scale), ..page(&[]) };
        let small = log((0..10).map(|_| scaled(0.94)));
        assert!(small.is_off_scale() && !small.drifts());
        let drifting = log((0..10).map(|k| scaled(0.97 + 0.006 * k as f32)));
        assert!(!drifting.is_off_scale() && drifting.drifts());
        let unknown = log((0..10).map(|_| page(&[])));
        assert_eq!(unknown.scale, None);
        assert!(!unknown.is_off_scale() && !unknown.drifts());
    }

    #[test]
    fn two_sheets_in_one_picture_are_a_double_feed_suspected() {
        let mut log = ScannerLog::default();
        log.add(&PageOutcome::Rejected(Rejection::new(RejectCode::CodesDisagree, "")));
        log.add(&PageOutcome::Rejected(Rejection::new(RejectCode::BlankPage, "")));
        assert_eq!(log.health().double_feeds, 1);
        assert_eq!(log.health().pages, 0);
    }
}
