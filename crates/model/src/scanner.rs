//! What the pages of a batch say together about the scanner and the printer.
//!
//! One page with a streak is a page with a streak; the same streak on many is dirt on the glass, and the office is told
//! where to wipe. Nothing here changes an answer.

use serde::{Deserialize, Serialize};

use crate::reading::{PageOutcome, Registration, Tones};
use crate::rejection::RejectCode;

/// Resolution, in dots to an inch of the form, below which a scan is called coarse. A sheet printed at 92 % and scanned
/// at 200 dpi has 184.
const COARSE_DPI: f32 = 180.0;
/// Streaks nearer to each other than this, in mm, are one place of the glass: pages lie askew.
const SAME_PLACE_MM: f32 = 1.5;
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
    /// Its distance from the left edge of the picture, or from the top edge where it runs level, in mm of paper.
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
    streaks: Vec<Streak>,
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
        self.counts.coarse += u64::from(page.dpi < COARSE_DPI);
        self.streaks.extend(&page.streaks);
        self.scales.extend(page.print_scale);
    }

    /// What they say together.
    pub fn health(&self) -> ScannerHealth {
        ScannerHealth { dirty: self.dirty(), scale: self.scale(), ..self.counts.clone() }
    }

    /// Streaks that lie near each other, if enough pages show them. A page with two in one place counts twice, which
    /// two streaks so near hardly ever are.
    fn dirty(&self) -> Vec<DirtyPlace> {
        let enough = STREAKED_PAGES.max((self.counts.pages as f64 * STREAKED_SHARE).ceil() as u64);
        let mut streaks = self.streaks.clone();
        streaks.sort_by(|a, b| a.level.cmp(&b.level).then(a.at_mm.total_cmp(&b.at_mm)));
        let near = |a: &Streak, b: &Streak| a.level == b.level && b.at_mm - a.at_mm <= SAME_PLACE_MM;
        let mut dirty: Vec<DirtyPlace> = streaks
            .chunk_by(near)
            .map(|place| DirtyPlace { streak: place[place.len() / 2], pages: place.len() as u64 })
            .filter(|place| place.pages >= enough)
            .collect();
        dirty.sort_by_key(|place| std::cmp::Reverse(place.pages));
        dirty
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
        let health = log([dpi(150.0), dpi(199.0), Registration { tones: Tones::Two, ..dpi(300.0) }]);
        assert_eq!((health.pages, health.coarse, health.one_bit), (3, 1, 1));
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
