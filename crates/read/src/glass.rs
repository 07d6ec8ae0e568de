//! Streaks that run through the whole picture, taken out of it.
//!
//! Dirt on the glass of a feeder lies still while the sheet passes: from one end of the picture to the other it takes
//! the same share of the light (or, on the white that the scanner compares with, gives it) in the same columns of pixels, which no
//! pen and no print does. So each column is compared with the paper on both of its sides, in
//! many pieces of its length; where nearly all of them are darker, or brighter, by more than noise, the light is
//! given back as a share. Ink under a streak stays ink, for a share of the light was all it had lost; only where a streak
//! lets hardly any light through is the picture drawn over it from both of its sides.
//!
//! Streaks that end on the page are not touched: a hand may have drawn them (`streaks.rs` tells those).

use std::ops::Range;

use phieu_model::reading::Tones;

use crate::frame::Frame;
use crate::wide::widely;

/// Longer side of a sheet in mm, which the picture is taken to show.
const LONGER_SIDE_MM: f64 = 297.0;
/// Pieces of a column that are looked at each by itself, and lines of pixels in each.
const PIECES: usize = 12;
const LINES: usize = 18;
/// Distance of the paper that a column is compared with, in mm: beyond a streak, not as far as a letter is wide.
const ASIDE_MM: f64 = 0.7;
/// The same in pixels at most: pictures have 320 dpi or less.
const MOST_ASIDE: usize = 16;
/// Columns that are compared at a time.
const CHUNK: usize = 64;
/// A streak is at most so wide, in mm.
const WIDEST_MM: f64 = 0.9;
/// Paper has at least this share of what is usual on the picture, and on both sides nearly the same.
const PAPER: f32 = 0.6;
const ALIKE: f32 = 0.1;
/// Lines of a piece, and pieces of a column, with paper on both sides that are needed to tell a streak.
const LEAST_LINES: f32 = 6.0;
const LEAST_PIECES: u32 = 8;
/// Share of the light that a streak takes, or gives, at least, as the mean of a piece. Noise of 3 % has a deviation of 0.7 % there.
const LEAST_SHARE: f32 = 0.02;
/// A line counts with no more than this: the stems of letters darken some lines by much, a streak nearly all.
const MOST_SHARE: f32 = 0.1;
/// Of the pieces of a column at most this part may lack it.
const LACKING: f32 = 0.1;
/// So much of a border of the picture, in mm, is left as it is: edges of the sheet are as straight, and nothing is printed there.
const BORDER_MM: f64 = 4.0;
/// A streak that leaves less than this share of the light is drawn over …
const OPAQUE: f32 = 0.35;
/// … and so is one of a black and white picture, if it blackens this share of its length at least.
const BLACKENED: f32 = 0.25;

/// Which way the columns run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Feed {
    Down,
    Across,
}

/// A streak that was taken out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TakenOut {
    /// Its middle, in pixels from the left edge, or from the top edge where it runs level.
    pub at: f64,
    /// Whether it runs level.
    pub level: bool,
}

/// Takes the streaks that run through the picture out of it, and says where they were.
pub fn take_out_streaks(frame: &mut Frame, tones: Tones) -> Vec<TakenOut> {
    let bright = bright_level(frame);
    let mut taken_out = Vec::new();
    for feed in [Feed::Down, Feed::Across] {
        for streak in streaks(frame, feed, bright) {
            if take_out_one(frame, feed, &streak, (bright, tones)) {
                let at = (streak.first + streak.last + 1) as f64 / 2.0;
                taken_out.push(TakenOut { at, level: feed == Feed::Across });
            }
        }
    }
    taken_out
}

/// Columns, counted across the feed, that a streak darkens or brightens, and one more on each side.
#[derive(Debug, Clone, PartialEq)]
struct Streak {
    first: usize,
    last: usize,
    /// Share of the light that it takes or gives, as a mean over its length, where that is most.
    strength: f32,
}

/// The brightness that is usual: of paper, on any page that can be read.
fn bright_level(frame: &Frame) -> f32 {
    let mut counts = [0_usize; 256];
    let mut all = 0;
    for y in (0..frame.height()).step_by(16) {
        for v in frame.row(y).iter().step_by(4) {
            counts[usize::from(*v)] += 1;
            all += 1;
        }
    }
    let mut seen = 0;
    let level = (0..256).rev().find(|&v| {
        seen += counts[v];
        seen * 3 > all
    });
    level.unwrap_or(255) as f32
}

/// Pixels across the feed and along it.
fn size(frame: &Frame, feed: Feed) -> (usize, usize) {
    match feed {
        Feed::Down => (frame.width(), frame.height()),
        Feed::Across => (frame.height(), frame.width()),
    }
}

fn px_per_mm(frame: &Frame) -> f64 {
    frame.width().max(frame.height()) as f64 / LONGER_SIDE_MM
}

/// How some neighbouring columns of a piece compare with the paper beside them.
struct Compared {
    /// Sums of the brightness as a share of the paper's, and how many lines they hold.
    sums: [f32; CHUNK],
    lines: [f32; CHUNK],
}

impl Compared {
    /// Compares the columns of lines across the feed, each of which begins and ends with the paper beside them, `aside` from
    /// each. Paper is `least` bright. Always as many columns as can be, so that none is left over from a wide loop.
    #[inline(always)]
    fn of(pixels: &[[u8; CHUNK + 2 * MOST_ASIDE]; LINES], (aside, least): (usize, f32)) -> Self {
        let (mut sums, mut lines) = ([0.0; CHUNK], [0.0; CHUNK]);
        for line in pixels {
            let [before, at, after] = [0, aside, 2 * aside].map(|from| &line[from..][..CHUNK]);
            // No branch and nothing but sums: the compiler makes wide code of it.
            for k in 0..CHUNK {
                let [darker, brighter] = [before[k].min(after[k]), before[k].max(after[k])].map(f32::from);
                let counts = (darker >= least) & (brighter - darker <= ALIKE * brighter);
                let share = 2.0 * f32::from(at[k]) / (darker + brighter).max(1.0);
                let share = share.clamp(1.0 - MOST_SHARE, 1.0 + MOST_SHARE);
                sums[k] += if counts { share } else { 0.0 };
                lines[k] += if counts { 1.0 } else { 0.0 };
            }
        }
        Self { sums, lines }
    }
}

/// In how many pieces a column was seen, and in how many of these it was darker and brighter than the paper beside it.
#[derive(Debug, Clone, Copy, Default)]
struct Pieces {
    seen: u32,
    darker: u32,
    brighter: u32,
}

impl Pieces {
    fn is_streaked(self) -> bool {
        let least = self.seen as f32 * (1.0 - LACKING);
        self.seen >= LEAST_PIECES && (self.darker as f32 >= least || self.brighter as f32 >= least)
    }

    /// Whether so many more pieces can make it a streak.
    fn may_be_streaked(self, more: usize) -> bool {
        let more = more as u32;
        let Self { seen, darker, brighter } = self;
        Self { seen: seen + more, darker: darker + more, brighter: brighter + more }.is_streaked()
    }
}

fn streaks(frame: &Frame, feed: Feed, bright: f32) -> Vec<Streak> {
    let (columns, length) = size(frame, feed);
    let aside = ((ASIDE_MM * px_per_mm(frame)).round().max(2.0) as usize).min(MOST_ASIDE);
    if columns <= 2 * aside + 2 || length < PIECES * LINES {
        return Vec::new();
    }
    let mut pieces = vec![Pieces::default(); columns];
    let mut strengths = vec![0.0_f32; columns];
    let mut lines = [[0; CHUNK + 2 * MOST_ASIDE]; LINES];
    for piece in 0..PIECES {
        for first in (aside..columns - aside).step_by(CHUNK) {
            // Most columns are no streak after the first pieces.
            let may_be_streaked = |column: &usize| pieces[*column].may_be_streaked(PIECES - piece);
            let mut chunk = first..(first + CHUNK).min(columns - aside);
            let Some(first) = chunk.find(may_be_streaked) else { continue };
            let last = chunk.rfind(may_be_streaked).unwrap_or(first);
            let chunk = first..last + 1;
            let at = |k: usize| (piece * LINES + k) * length / (PIECES * LINES);
            let around = chunk.start - aside..chunk.end + aside;
            look_along(frame, feed, (std::array::from_fn(at), around), &mut lines);
            let compared = widely(
                #[inline(always)]
                || Compared::of(&lines, (aside, PAPER * bright)),
            );
            for (column, (sum, lines)) in chunk.zip(compared.sums.iter().zip(&compared.lines)) {
                if *lines >= LEAST_LINES {
                    let share = sum / lines;
                    strengths[column] += (share - 1.0) / PIECES as f32;
                    let count = &mut pieces[column];
                    count.seen += 1;
                    count.darker += u32::from(share <= 1.0 - LEAST_SHARE);
                    count.brighter += u32::from(share >= 1.0 + LEAST_SHARE);
                }
            }
        }
    }
    let border = (BORDER_MM * px_per_mm(frame)) as usize;
    let widest = (WIDEST_MM * px_per_mm(frame)).ceil() as usize;
    let mut found = Vec::new();
    let mut column = 0;
    for run in pieces.chunk_by(|a, b| a.is_streaked() == b.is_streaked()) {
        let (first, last) = (column, column + run.len() - 1);
        column += run.len();
        if run[0].is_streaked() && run.len() <= widest && first > border && last + border < columns {
            let strength = strengths[first..=last].iter().map(|s| s.abs()).fold(0.0, f32::max);
            found.push(Streak { first: first - 1, last: last + 1, strength });
        }
    }
    // Beside a streak the paper that a column is compared with is darker, or brighter, on one side: what looks like a streak
    // there is none.
    found.sort_by(|a, b| b.strength.total_cmp(&a.strength));
    let mut kept: Vec<Streak> = Vec::new();
    for streak in found {
        let is_apart =
            |other: &Streak| streak.first > other.last + aside || other.first > streak.last + aside;
        if kept.iter().all(is_apart) {
            kept.push(streak);
        }
    }
    kept
}

/// The pixels of these columns on some lines across the feed.
fn look_along(
    frame: &Frame,
    feed: Feed,
    (at, columns): ([usize; LINES], Range<usize>),
    lines: &mut [[u8; CHUNK + 2 * MOST_ASIDE]; LINES],
) {
    match feed {
        Feed::Down => {
            for (line, at) in lines.iter_mut().zip(at) {
                line[..columns.len()].copy_from_slice(&frame.row(at)[columns.clone()]);
            }
        }
        Feed::Across => {
            // Row by row, as they lie in memory.
            for (k, y) in columns.enumerate() {
                let row = frame.row(y);
                lines.iter_mut().zip(at).for_each(|(line, at)| line[k] = row[at]);
            }
        }
    }
}

/// Takes a streak out of the picture, if a closer look at its columns shows that it is one.
fn take_out_one(frame: &mut Frame, feed: Feed, streak: &Streak, (bright, tones): (f32, Tones)) -> bool {
    let (_, length) = size(frame, feed);
    let Streak { first, last, .. } = *streak;
    let place = |column: usize, line: usize| match feed {
        Feed::Down => (column, line),
        Feed::Across => (line, column),
    };
    let pixel = |frame: &Frame, column: usize, line: usize| {
        let (x, y) = place(column, line);
        f32::from(frame.row(y)[x])
    };
    let beside = |frame: &Frame, column: usize, line: usize| {
        let [before, after] = [first - 1, last + 1].map(|side| pixel(frame, side, line));
        let between = before + (after - before) * (column + 1 - first) as f32 / (last - first + 2) as f32;
        (between, before.min(after) >= PAPER * bright)
    };
    let mut is_one = false;
    for column in first..=last {
        let mut shares: Vec<f32> = (0..length)
            .step_by(4)
            .filter_map(|line| {
                let (between, is_paper) = beside(frame, column, line);
                is_paper.then(|| pixel(frame, column, line) / between)
            })
            .collect();
        if shares.is_empty() {
            continue;
        }
        let blackened = shares.iter().filter(|share| **share < 0.5).count() as f32 / shares.len() as f32;
        let middle = shares.len() / 2;
        let share = *shares.select_nth_unstable_by(middle, f32::total_cmp).1;
        let is_streaked = match tones {
            Tones::Two => blackened >= BLACKENED,
            Tones::Many => (share - 1.0).abs() >= LEAST_SHARE / 2.0,
        };
        if !is_streaked {
            continue;
        }
        is_one = true;
        for line in 0..length {
            let (at, (between, _)) = (pixel(frame, column, line), beside(frame, column, line));
            let restored = match () {
                () if tones == Tones::Two || share < OPAQUE => between,
                // Where the streak has a gap nothing was lost.
                () if share <= 1.0 => (at / share).min(between.max(at)),
                () => (at / share).max(between.min(at)),
            };
            let (x, y) = place(column, line);
            frame.set(x, y, restored.round().clamp(0.0, 255.0) as u8);
        }
    }
    is_one
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An A4 page of 150 dpi, or the same lying down.
    const SHORT: usize = 1240;
    const LONG: usize = 1754;
    const PAPER_LEVEL: u8 = 228;
    const INK_LEVEL: u8 = 90;

    /// Level strokes of a pen across the streak.
    fn is_ink(column: usize, line: usize) -> bool {
        line % 300 < 4 && (600..800).contains(&column)
    }

    fn page(feed: Feed, at: impl Fn(usize, usize) -> u8) -> Frame {
        let (w, h) = if feed == Feed::Down { (SHORT, LONG) } else { (LONG, SHORT) };
        let pixel = |i: usize| match feed {
            Feed::Down => at(i % w, i / w),
            Feed::Across => at(i / w, i % w),
        };
        Frame::new(w, h, (0..w * h).map(pixel).collect()).unwrap()
    }

    fn pen(column: usize, line: usize) -> u8 {
        if is_ink(column, line) { INK_LEVEL } else { PAPER_LEVEL }
    }

    fn streaked(share: f32, lines: std::ops::Range<usize>) -> impl Fn(usize, usize) -> u8 {
        move |column, line| {
            let is_streak = (700..703).contains(&column) && lines.contains(&line) && line % 60 > 4;
            let share = if is_streak { share } else { 1.0 };
            (f32::from(pen(column, line)) * share).round() as u8
        }
    }

    fn largest_difference(a: &Frame, b: &Frame) -> u8 {
        let of_row = |y: usize| a.row(y).iter().zip(b.row(y)).map(|(a, b)| a.abs_diff(*b)).max();
        (0..a.height()).filter_map(of_row).max().unwrap_or(0)
    }

    /// Whatever the pieces to come show.
    #[test]
    fn a_column_that_is_given_up_can_be_no_streak() {
        let counts =
            |most: usize| (0..=most as u32).flat_map(|seen| (0..=seen).map(move |dark| (seen, dark)));
        for done in 0..=PIECES {
            for (seen, darker) in counts(done) {
                let so_far = Pieces { seen, darker, brighter: 0 };
                let to_come = counts(PIECES - done).map(|(more, dark)| (seen + more, darker + dark));
                let any = to_come.map(|(seen, darker)| Pieces { seen, darker, brighter: 0 });
                assert_eq!(so_far.may_be_streaked(PIECES - done), any.into_iter().any(Pieces::is_streaked));
            }
        }
    }

    #[test]
    fn what_a_streak_takes_or_gives_of_the_light_is_made_good_and_ink_under_it_stays() {
        for feed in [Feed::Down, Feed::Across] {
            for share in [0.5, 0.9, 0.96, 1.1] {
                let clean = page(feed, pen);
                let mut frame = page(feed, streaked(share, 0..LONG));
                assert!(largest_difference(&frame, &clean) > 8);
                let at = TakenOut { at: 701.5, level: feed == Feed::Across };
                assert_eq!(take_out_streaks(&mut frame, Tones::Many), [at], "{feed:?} {share}");
                assert!(largest_difference(&frame, &clean) <= 2, "{feed:?} {share}");
            }
        }
    }

    #[test]
    fn a_streak_that_lets_no_light_through_is_drawn_over_from_its_sides() {
        for (share, tones) in [(0.1, Tones::Many), (0.0, Tones::Two)] {
            let mut frame = page(Feed::Down, streaked(share, 0..LONG));
            assert_eq!(take_out_streaks(&mut frame, tones).len(), 1);
            assert_eq!(largest_difference(&frame, &page(Feed::Down, pen)), 0);
        }
    }

    /// A pen may have drawn it, also one that goes through a whole table.
    #[test]
    fn a_line_that_ends_on_the_page_is_left_and_so_are_the_edges_of_the_sheet() {
        let line = streaked(0.5, 0..LONG * 4 / 5);
        let edge = |column: usize, line: usize| if column == 12 { 120 } else { pen(column, line) };
        let wide = |column: usize, line: usize| {
            if (600..640).contains(&column) { 190 } else { pen(column, line) }
        };
        for drawn in [&line as &dyn Fn(usize, usize) -> u8, &edge, &wide] {
            let before = page(Feed::Down, drawn);
            let mut frame = before.clone();
            take_out_streaks(&mut frame, Tones::Many);
            assert_eq!(largest_difference(&frame, &before), 0);
        }
    }

    /// Stems of letters, one below another all down the page.
    #[test]
    fn text_is_no_streak() {
        let text = |column: usize, line: usize| {
            let is_stem = line % 40 < 14 && (column * 7 + line / 40 * 13) % 24 < 3;
            if is_stem { 20 } else { PAPER_LEVEL }
        };
        for tones in [Tones::Many, Tones::Two] {
            let before = page(Feed::Down, text);
            let mut frame = before.clone();
            take_out_streaks(&mut frame, tones);
            assert_eq!(largest_difference(&frame, &before), 0, "{tones:?}");
        }
    }
}
