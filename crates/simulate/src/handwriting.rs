//! Writing that looks like handwriting from afar: words of loops, stems and accents.

use phieu_model::geometry::RectMm;

use crate::random::Random;
use crate::trace::{Hand, Trace};

/// A stroke of a digit: x from 0 to 1, y from 0 (top) to 1 (baseline).
type Strokes = &'static [&'static [(f64, f64)]];

/// The digits from 0 to 9 as people write them.
const DIGITS: [Strokes; 10] = [
    &[&[(0.6, 0.0), (0.1, 0.3), (0.15, 0.85), (0.6, 1.0), (0.95, 0.6), (0.8, 0.1), (0.5, 0.02)]],
    &[&[(0.2, 0.3), (0.55, 0.0), (0.5, 0.5), (0.5, 1.0)]],
    &[&[(0.1, 0.25), (0.5, 0.0), (0.85, 0.3), (0.4, 0.75), (0.05, 1.0), (0.95, 0.95)]],
    &[&[(0.1, 0.1), (0.7, 0.05), (0.75, 0.4), (0.35, 0.48), (0.85, 0.6), (0.7, 0.95), (0.05, 0.95)]],
    &[&[(0.5, 0.0), (0.05, 0.65), (0.95, 0.62)], &[(0.65, 0.35), (0.6, 1.0)]],
    &[
        &[(0.2, 0.05), (0.15, 0.45), (0.7, 0.45), (0.85, 0.8), (0.4, 1.0), (0.05, 0.9)],
        &[(0.2, 0.05), (0.9, 0.02)],
    ],
    &[&[(0.75, 0.0), (0.2, 0.45), (0.15, 0.9), (0.6, 1.0), (0.85, 0.7), (0.4, 0.55), (0.18, 0.75)]],
    &[&[(0.05, 0.05), (0.9, 0.02), (0.55, 0.5), (0.4, 1.0)]],
    &[&[(0.8, 0.1), (0.3, 0.05), (0.3, 0.4), (0.75, 0.65), (0.6, 1.0), (0.15, 0.85), (0.7, 0.4), (0.8, 0.1)]],
    &[&[(0.85, 0.15), (0.4, 0.0), (0.15, 0.35), (0.6, 0.5), (0.85, 0.15), (0.75, 0.6), (0.5, 1.0)]],
];

/// A person's writing.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Script {
    /// Height of a small letter in millimetres.
    pub(crate) x_height_mm: f64,
    /// Lean to the right: x moved for each millimetre upwards.
    pub(crate) slant: f64,
    pub(crate) hand: Hand,
}

impl Script {
    /// The writing of a person; big and small, upright and leaning.
    pub(crate) fn new(hand: Hand, pen_mm: f64, random: &mut Random) -> Self {
        // Nobody writes smaller than the pen can show.
        Self {
            x_height_mm: random.between(1.8, 3.1).max(4.2 * pen_mm),
            slant: random.between(-0.05, 0.45),
            hand,
        }
    }

    /// The same writing in another size.
    pub(crate) fn smaller(self, by: f64) -> Self {
        Self { x_height_mm: (self.x_height_mm * by).max(1.4), ..self }
    }

    /// Letters run together, as in a signature; `at` is the start of the baseline.
    pub(crate) fn flourish(&self, at: (f64, f64), letters: usize, random: &mut Random) -> Vec<Trace> {
        let mut traces = Vec::new();
        self.word(at, letters, (&mut traces, random));
        traces
    }

    /// A number of so many digits, in groups, from a place on the baseline.
    pub(crate) fn number(&self, digits: usize, at: (f64, f64), random: &mut Random) -> Vec<Trace> {
        let h = self.x_height_mm * 1.35;
        let mut x = at.0;
        let mut traces = Vec::new();
        for i in 0..digits {
            let digit = if i == 0 { 0 } else { random.below(10) };
            for stroke in DIGITS[digit] {
                let placed: Vec<(f64, f64)> = (stroke.iter())
                    .map(|&(px, py)| {
                        let (px, py) = (px + random.normal() * 0.04, py + random.normal() * 0.04);
                        (x + px * h * 0.6 + (1.0 - py) * h * self.slant, at.1 - (1.0 - py) * h)
                    })
                    .collect();
                traces.push(self.hand.stroke(&placed, random));
            }
            x += h * if i == 3 || i == 6 { 1.15 } else { 0.8 };
        }
        traces
    }

    /// Fills part of `place` with words on the given baselines (millimetres from the
    /// top of the sheet). Now and then the last word runs over the right edge, as
    /// happens on paper.
    pub(crate) fn write(&self, place: &RectMm, baselines: &[f64], random: &mut Random) -> Vec<Trace> {
        let lines = 1 + random.below(baselines.len().max(1));
        let overrun = if random.chance(0.06) { random.between(0.5, 4.0) } else { -1.0 };
        let mut traces = Vec::new();
        for (i, &base) in baselines.iter().take(lines).enumerate() {
            let last = i + 1 == lines;
            let end = place.right() + overrun;
            let full = if last { random.between(0.25, 1.0) } else { random.between(0.85, 1.0) };
            let stop = place.x + (end - place.x) * full;
            let rise = random.normal() * 0.006;
            let mut x = place.x + random.between(0.8, 4.0);
            loop {
                let letters = 2 + random.below(5);
                let width = letters as f64 * self.x_height_mm * 0.85;
                if x + width > stop {
                    break;
                }
                let y = base - 0.4 + rise * (x - place.x) + random.normal() * 0.15;
                self.word((x, y), letters, (&mut traces, random));
                x += width + self.x_height_mm * random.between(0.7, 1.3);
            }
        }
        traces
    }

    fn word(&self, at: (f64, f64), letters: usize, (traces, random): (&mut Vec<Trace>, &mut Random)) {
        let h = self.x_height_mm;
        let mut points: Vec<(f64, f64)> = vec![(0.0, -0.3 * h)];
        let mut accents: Vec<Vec<(f64, f64)>> = Vec::new();
        for i in 0..letters {
            let x = i as f64 * h * 0.85;
            let w = h * 0.62;
            let jitter = |random: &mut Random| random.normal() * 0.06 * h;
            match random.below(7) {
                // Bowl (a, o, c).
                0 | 1 => points.extend([
                    (x + w * 0.9 + jitter(random), -0.85 * h),
                    (x + w * 0.3, -h + jitter(random)),
                    (x + jitter(random), -0.45 * h),
                    (x + w * 0.4, jitter(random)),
                    (x + w * 0.95, -0.5 * h),
                    (x + w, jitter(random)),
                ]),
                // Arches (n, m, u).
                2 | 3 => points.extend([
                    (x + jitter(random), -h),
                    (x + 0.05 * w, jitter(random)),
                    (x + 0.35 * w, -0.9 * h),
                    (x + 0.6 * w, -0.95 * h + jitter(random)),
                    (x + 0.75 * w, jitter(random)),
                ]),
                // Tall stem (h, l, t).
                4 | 5 => points.extend([
                    (x + 0.4 * w, -1.9 * h + jitter(random)),
                    (x + 0.15 * w, -1.7 * h),
                    (x + 0.2 * w + jitter(random), -0.1 * h),
                    (x + 0.6 * w, jitter(random)),
                ]),
                // Loop below (g, y).
                _ => points.extend([
                    (x + 0.1 * w, -0.9 * h + jitter(random)),
                    (x + 0.5 * w, -0.1 * h),
                    (x + 0.9 * w, -0.95 * h),
                    (x + 0.7 * w + jitter(random), 0.7 * h),
                    (x + 0.2 * w, 0.6 * h),
                    (x + w, -0.2 * h),
                ]),
            }
            if random.chance(0.4) {
                let up = random.between(1.35, 1.7) * h;
                let lean = if random.chance(0.5) { 0.3 } else { -0.3 };
                accents.push(vec![
                    (x + 0.3 * w, -up + lean * 0.5 * h),
                    (x + 0.55 * w, -up + 0.05 * h),
                    (x + 0.8 * w, -up - lean * 0.5 * h),
                ]);
            }
            if random.chance(0.08) {
                accents.push(vec![(x + 0.5 * w, 0.45 * h), (x + 0.55 * w, 0.5 * h)]);
            }
            // Many people lift the pen between letters.
            if random.chance(0.3) && points.len() > 1 {
                accents.push(std::mem::replace(&mut points, vec![(x + h * 0.8, -0.3 * h)]));
            }
        }
        accents.push(points);
        for stroke in accents.iter().filter(|s| s.len() > 1) {
            let placed: Vec<_> = stroke.iter().map(|&(x, y)| (at.0 + x - y * self.slant, at.1 + y)).collect();
            traces.push(self.hand.stroke(&placed, random));
        }
    }
}
