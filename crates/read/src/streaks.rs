//! Streaks of the scanner: dirt on its glass draws a line along the whole feed.
//!
//! A streak keeps its place across the feed to a fraction of a millimetre from one end of the page to the other, which no hand
//! does. So the inked samples of the page are counted by their place across the feed, and where a narrow band holds a
//! long line and the paper on both sides of it does not, the thin strokes in that band are the streak's: also where it is
//! broken, where print hides it, and where it runs into a stroke of a pen.

use phieu_model::geometry::{PointMm, PointPx};

use crate::patch::{Grid, Mapping};

/// Length, in mm, that the pieces of a streak have together.
const LEAST_MM: f64 = 30.0;
/// Paper beside a streak holds at most this share of its length.
const BESIDE: f64 = 0.3;
/// A streak is at most so thick, in mm.
pub const STREAK_MM: f64 = 0.8;
/// Half of a streak's band, and how far beyond it the paper is looked at, in steps of the grid.
const HALF: usize = 2;
const AROUND: usize = 4;

/// The streaks of a page.
pub struct Streaks {
    /// For each sample of the grid whether a streak inks it; nothing where there is no streak.
    of: Vec<bool>,
    /// How far across the page, for each millimetre down it, a streak runs in the middle of the grid.
    pub slope: f64,
}

impl Streaks {
    /// The streaks among the `inked` samples of a grid on the page, told by those that are `open`: neither print nor the
    /// inside of a box.
    pub fn of((grid, map): (&Grid, &Mapping), inked: &[bool], open: impl Fn(usize) -> bool) -> Self {
        let feed = Feed::of(map, grid);
        let bands = feed.bands();
        // For each band how many rows of the grid it is inked in, and the last of them.
        let (mut single, mut wide) = (vec![0_usize; bands], vec![0_usize; bands]);
        let mut last = vec![usize::MAX; bands];
        for i in set_places(inked).filter(|i| open(*i)) {
            let (y, band) = (i / grid.width, feed.band(i));
            single[band] += 1;
            for near in band.saturating_sub(1)..(band + 2).min(bands) {
                if last[near] != y {
                    last[near] = y;
                    wide[near] += 1;
                }
            }
        }
        let length = |rows: usize| rows as f64 * grid.step;
        let is_streak = |&band: &usize| {
            let around = |n: usize| {
                let before = band.checked_sub(HALF + n).map_or(0, |b| single[b]);
                let after = single.get(band + HALF + n).copied().unwrap_or(0);
                before.max(after) as f64 <= BESIDE * wide[band] as f64
            };
            length(wide[band]) >= LEAST_MM && (1..=AROUND).all(around)
        };
        let mut in_band = vec![false; bands];
        for band in (0..bands).filter(is_streak) {
            in_band[band.saturating_sub(HALF)..(band + HALF + 1).min(bands)].fill(true);
        }
        if !in_band.contains(&true) {
            return Self { of: Vec::new(), slope: feed.slope };
        }
        let of = thin_runs(grid, inked).zip(0..).map(|(thin, i)| thin && in_band[feed.band(i)]).collect();
        Self { of, slope: feed.slope }
    }

    /// Whether sample `i` is inked by a streak.
    pub fn inks(&self, i: usize) -> bool {
        self.of.get(i).copied().unwrap_or(false)
    }
}

/// The places at which `flags` are set, in ascending order.
pub fn set_places(flags: &[bool]) -> impl Iterator<Item = usize> {
    // Hardly any is: where none is, so many are passed over at once.
    const AT_ONCE: usize = 64;
    let some_are = |(_, part): &(usize, &[bool])| part.iter().fold(false, |some, flag| some | flag);
    let parts = flags.chunks(AT_ONCE).enumerate().filter(some_are);
    parts.flat_map(|(k, part)| (k * AT_ONCE..).zip(part).filter(|(_, flag)| **flag).map(|(i, _)| i))
}

/// For each sample whether it is inked and part of a run, along its row of the grid, that is no thicker than a streak.
fn thin_runs(grid: &Grid, inked: &[bool]) -> impl Iterator<Item = bool> {
    let most = (STREAK_MM / grid.step).ceil() as usize;
    let mut thin = vec![false; inked.len()];
    for y in 0..grid.height {
        let row = y * grid.width..(y + 1) * grid.width;
        let mut start = row.start;
        for run in inked[row].chunk_by(|a, b| a == b) {
            thin[start..start + run.len()].fill(run[0] && run.len() <= most);
            start += run.len();
        }
    }
    thin.into_iter()
}

/// Where the samples of a grid lie across the feed.
struct Feed<'g> {
    grid: &'g Grid,
    /// For each row of the grid the places of its first sample and, for each further one, of the step to it, in steps of
    /// the grid.
    rows: Vec<(f64, f64)>,
    /// The least and the greatest place.
    ends: (f64, f64),
    slope: f64,
}

impl<'g> Feed<'g> {
    fn of(map: &Mapping, grid: &'g Grid) -> Self {
        let p = grid.place(grid.len() / 2);
        let [o, ex, ey] = [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0)]
            .map(|(dx, dy): (f64, f64)| map.apply(PointMm::new(p.x + dx, p.y + dy)));
        // The axis of the picture that is nearer to the page's own upright is the feed's; the other one runs across it.
        let across = |q: PointPx| if (ey.x - o.x).abs() <= (ey.y - o.y).abs() { q.x } else { q.y };
        let slope = (across(o) - across(ey)) / (across(ex) - across(o));
        let step_px = (across(ex) - across(o)).abs() * grid.step;
        let steps = (grid.width - 1).max(1) as f64;
        let rows: Vec<(f64, f64)> = (0..grid.height)
            .map(|y| {
                let [first, last] =
                    [0, grid.width - 1].map(|x| across(map.apply(grid.place(y * grid.width + x))) / step_px);
                (first, (last - first) / steps)
            })
            .collect();
        let ends = rows.iter().flat_map(|(first, step)| [*first, first + step * steps]);
        let ends = ends.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)));
        Self { grid, rows, ends, slope }
    }

    /// Number of bands, as wide as a step of the grid.
    fn bands(&self) -> usize {
        (self.ends.1 - self.ends.0) as usize + 1
    }

    fn band(&self, i: usize) -> usize {
        let (first, step) = self.rows[i / self.grid.width];
        (first + step * (i % self.grid.width) as f64 - self.ends.0).max(0.0) as usize
    }
}

#[cfg(test)]
mod tests {
    use phieu_model::geometry::RectMm;
    use phieu_model::homography::Homography;

    use super::*;

    #[test]
    fn all_places_that_are_set_are_found_in_their_order() {
        let flags: Vec<bool> =
            (0..1000).map(|i| i % 97 == 5 || (200..230).contains(&i) || i == 999).collect();
        let plain: Vec<usize> = (0..1000).filter(|&i| flags[i]).collect();
        assert_eq!(set_places(&flags).collect::<Vec<_>>(), plain);
    }

    /// Scanned askew by this slope, and by this many quarter turns.
    fn map(slope: f64, quarter_turns: usize) -> Mapping {
        let corner = |x: f64, y: f64| {
            let (mut px, mut py) = (12.0 * (x + slope * y), 12.0 * (y - slope * x));
            (0..quarter_turns).for_each(|_| (px, py) = (-py, px));
            (PointMm::new(x, y), PointPx { x: px, y: py })
        };
        let corners = [corner(0.0, 0.0), corner(60.0, 0.0), corner(0.0, 100.0), corner(60.0, 100.0)];
        Mapping::of(Homography::fit_similarity(&corners).unwrap())
    }

    /// Ink, in mm², of what is drawn on paper of 60 × 100 mm, without and with that of streaks. Rows 70 mm down are print.
    fn ink(map: &Mapping, pen: &dyn Fn(PointMm) -> bool) -> (f64, f64) {
        let grid = Grid::of(RectMm::new(0.0, 0.0, 60.0, 100.0), 0.25);
        let inked: Vec<bool> = (0..grid.len()).map(|i| pen(grid.place(i))).collect();
        let streaks = Streaks::of((&grid, map), &inked, |i| grid.place(i).y < 70.0);
        let area = |wanted: &dyn Fn(usize) -> bool| {
            (0..grid.len()).filter(|&i| inked[i] && wanted(i)).count() as f64 / 16.0
        };
        (area(&|i| !streaks.inks(i)), area(&|_| true))
    }

    #[test]
    fn a_broken_line_along_the_feed_is_a_streak_however_the_page_was_turned() {
        for (slope, turns) in [(0.0, 0), (0.05, 0), (0.03, 1), (-0.04, 2), (0.05, 3)] {
            let broken = |p: PointMm| (p.x + slope * p.y - 30.0).abs() < 0.2 && p.y % 5.0 < 3.0;
            let (rest, all) = ink(&map(slope, turns), &broken);
            assert!(all > 15.0 && rest < 0.02 * all, "{slope} {turns}: {rest} of {all}");
        }
    }

    #[test]
    fn what_a_streak_runs_through_is_left() {
        let stroke = |p: PointMm| (p.y - 0.5 * p.x - 20.0).abs() < 0.4 && (20.0..40.0).contains(&p.x);
        let streak = |p: PointMm| (p.x - 30.0).abs() < 0.2;
        let (_, only) = ink(&map(0.0, 0), &stroke);
        let (rest, _) = ink(&map(0.0, 0), &|p| stroke(p) || streak(p));
        assert!((rest - only).abs() < 0.06 * only, "{rest} of {only}");
    }

    #[test]
    fn what_a_hand_draws_is_no_streak() {
        let drawn: [(&str, &dyn Fn(PointMm) -> bool); 4] = [
            ("a line not quite along the feed", &|p| (p.x + 0.03 * p.y - 30.0).abs() < 0.2),
            ("a short line", &|p| (p.x - 30.0).abs() < 0.2 && (10.0..35.0).contains(&p.y)),
            ("a thick line", &|p| (p.x - 30.0).abs() < 0.8),
            ("boxes filled one below another", &|p| (p.x - 30.0).abs() < 2.0 && p.y % 9.0 < 4.5),
        ];
        for (what, pen) in drawn {
            let (rest, all) = ink(&map(0.0, 0), pen);
            assert!(all > 5.0 && rest == all, "{what}: {rest} of {all}");
        }
    }
}
