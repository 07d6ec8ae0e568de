//! Ink of a pen over the letters of a label.
//!
//! What the letters themselves leave on the picture is what the drawing of the label would, blurred by printer and scanner,
//! darker or paler, cut off by a threshold, and a hair beside its place. These few unknowns are fitted: ink as a sum
//! of the drawing at three blurs, of the same driven to black and white from three levels on, and of its slopes across
//! and down, which stand for a shift to first order (as in Lucas & Kanade 1981). Toner and paper change along a line of
//! text, so that each piece of a label has a fit of its own. The fit is repeated without what is much darker than
//! it says; what stays darker is a pen's.

use std::collections::HashMap;

use phieu_model::geometry::PointMm;
use phieu_model::linear::solve;

use crate::drawing::{Blur, Drawing};
use crate::strokes::neighbours;

/// Blurs, as deviations in mm: a sharp print, an ordinary scan, 100 dpi.
const BLURS_MM: [f64; 3] = [0.1, 0.22, 0.4];
/// Levels of the middle blur from which a hard threshold makes all black: bold, as it is, thin.
const LEVELS: [f32; 3] = [0.08, 0.22, 0.4];
/// How steep the way from white to black is there.
const STEEPNESS: f32 = 8.0;
/// Distance, in mm, over which the slopes are taken.
const SLOPE_MM: f64 = 0.125;
/// Unknowns: paper, three blurs, three levels, two slopes.
const TERMS: usize = 9;
/// Length of a piece of a label, in mm: half of the shortest wave of toner that was seen.
const PIECE_MM: f64 = 12.0;
/// Fits: the first one, and those without what a pen left.
const ROUNDS: usize = 3;
/// Ink beyond what was fitted from which a sample holds more than print, on a good scan …
const EXCESS: f32 = 0.2;
/// … and in deviations of what the fit leaves.
const EXCESS_DEVIATIONS: f32 = 4.0;
/// Ink that paper between letters has at most: more is a scribble over all of them.
const MOST_PAPER: f32 = 0.15;
/// Of the eight samples round one of a stroke so many are part of it too.
const LEAST_NEIGHBOURS: usize = 2;
/// Samples that a label must have to be fitted, and a piece of one to have a fit of its own.
const LEAST_SAMPLES: usize = 40;
const LEAST_IN_PIECE: usize = 120;

/// The letters of one label, sample by sample.
#[derive(Debug, Default)]
pub struct Letters {
    pieces: Vec<Piece>,
}

/// The letters of a piece of a label.
#[derive(Debug)]
struct Piece {
    /// Samples on which letters are printed, or so near to them that they are no free paper.
    samples: Vec<usize>,
    /// For each of them what the fit is made of.
    terms: Vec<[f32; TERMS]>,
    /// The products of the terms, summed up over all samples.
    products: Products,
}

/// Blurs round a place along one axis, and the middle one before and behind it.
type Blurs = ([Blur; 3], [Blur; 2]);

/// For each two terms the sum of their products; where the first is the later one, nothing.
type Products = [[f64; TERMS]; TERMS];

impl Letters {
    /// The letters that `drawing` has at these samples, which lie at these places and not at the border of their grid.
    pub fn of(samples: impl Iterator<Item = (usize, PointMm)>, drawing: &Drawing) -> Self {
        let mut samples: Vec<(usize, PointMm)> = samples.collect();
        samples.sort_by(|(i, a), (j, b)| a.x.total_cmp(&b.x).then(i.cmp(j)));
        let mut pieces: Vec<Vec<(usize, PointMm)>> = Vec::new();
        for (i, p) in samples {
            match pieces.last_mut() {
                Some(piece) if piece.len() < LEAST_IN_PIECE || p.x < piece[0].1.x + PIECE_MM => {
                    piece.push((i, p))
                }
                Some(_) | None => pieces.push(vec![(i, p)]),
            }
        }
        // What is left at the end is too little for a fit.
        if let [.., before, last] = &mut pieces[..]
            && last.len() < LEAST_IN_PIECE
        {
            before.append(last);
            pieces.pop();
        }
        Self { pieces: pieces.into_iter().map(|piece| Piece::of(&piece, drawing)).collect() }
    }

    /// Number of samples on which letters are printed, or so near to them that they are no free paper.
    pub fn len(&self) -> usize {
        self.pieces.iter().map(|piece| piece.samples.len()).sum()
    }

    /// Whether there are enough samples to tell.
    pub fn can_be_fitted(&self) -> bool {
        self.len() >= LEAST_SAMPLES
    }

    /// Notes in `over` the samples that hold more ink than the letters leave: none where there are too few samples to
    /// tell. `ink` is the ground's.
    pub fn note_over(&self, ink: &[f32], over: &mut [bool]) {
        if self.can_be_fitted() {
            self.pieces.iter().for_each(|piece| piece.note_over(ink, over));
        }
    }

    /// Share of the samples, 0–1, that are noted in `over`, on a grid of this width, and are part of a stroke there:
    /// the ragged edge of print leaves single samples.
    pub fn share_of(&self, over: &[bool], width: usize) -> f32 {
        let part_of_stroke = |&&i: &&usize| {
            over[i] && neighbours(i, width).iter().filter(|&&j| over[j]).count() >= LEAST_NEIGHBOURS
        };
        let samples = self.pieces.iter().flat_map(|piece| &piece.samples);
        samples.filter(part_of_stroke).count() as f32 / self.len().max(1) as f32
    }
}

impl Piece {
    fn of(samples: &[(usize, PointMm)], drawing: &Drawing) -> Self {
        // Samples lie in columns, one after another, and in few rows: what a blur takes of the drawing is worked out once
        // for each column and each row.
        let blurs = |at: f64, blur: &dyn Fn(f64, f64) -> Blur| {
            let round = BLURS_MM.map(|mm| blur(at, mm));
            (round, [SLOPE_MM, -SLOPE_MM].map(|by| blur(at + by, BLURS_MM[1])))
        };
        let terms = |(across, down): (&Blurs, &Blurs)| {
            let at = |across: &Blur, down: &Blur| drawing.letters_through(across, down);
            let [sharp, usual, soft] = std::array::from_fn(|k| at(&across.0[k], &down.0[k]));
            let [bold, even, thin] = LEVELS.map(|level| ((usual - level) * STEEPNESS + 0.5).clamp(0.0, 1.0));
            let [right, left] = across.1.each_ref().map(|across| at(across, &down.0[1]));
            let [below, above] = down.1.each_ref().map(|down| at(&across.0[1], down));
            [1.0, sharp, usual, soft, bold, even, thin, right - left, below - above]
        };
        let mut rows: HashMap<u64, Blurs> = HashMap::new();
        let mut terms_of_samples = Vec::with_capacity(samples.len());
        for column in samples.chunk_by(|(_, a), (_, b)| a.x == b.x) {
            let across = blurs(column[0].1.x, &|x, blur| drawing.across(x, blur));
            for (_, p) in column {
                let down = rows.entry(p.y.to_bits());
                let down = down.or_insert_with(|| blurs(p.y, &|y, blur| drawing.down(y, blur)));
                terms_of_samples.push(terms((&across, down)));
            }
        }
        let terms = terms_of_samples;
        let products = products(&mut terms.iter());
        Self { samples: samples.iter().map(|(i, _)| *i).collect(), terms, products }
    }

    /// Notes in `over` the samples that hold more ink than the letters leave.
    fn note_over(&self, ink: &[f32], over: &mut [bool]) {
        let mut excess = vec![0.0_f32; self.samples.len()];
        let mut most = f32::INFINITY;
        let mut counts = vec![true; self.samples.len()];
        for _ in 0..ROUNDS {
            let Some(fit) = self.fitted(ink, &counts) else { return };
            for ((excess, terms), &i) in excess.iter_mut().zip(&self.terms).zip(&self.samples) {
                let expected: f32 = terms.iter().zip(&fit).map(|(t, f)| t * f).sum();
                *excess = ink[i] - expected;
            }
            let mut sizes: Vec<f32> = excess.iter().map(|e| e.abs()).collect();
            let middle = sizes.len() / 2;
            let deviation = 1.48 * *sizes.select_nth_unstable_by(middle, f32::total_cmp).1;
            most = EXCESS.max(EXCESS_DEVIATIONS * deviation);
            let before = std::mem::replace(&mut counts, excess.iter().map(|e| *e <= most).collect());
            if counts == before {
                // The same samples have the same fit.
                break;
            }
        }
        for (_, &i) in excess.iter().zip(&self.samples).filter(|(excess, _)| **excess > most) {
            over[i] = true;
        }
    }

    /// The fit over the samples that count.
    #[allow(clippy::needless_range_loop, reason = "a matrix and its mirror image")]
    fn fitted(&self, ink: &[f32], counts: &[bool]) -> Option<[f32; TERMS]> {
        let counted = || self.terms.iter().zip(&self.samples).zip(counts).filter(|(_, counts)| **counts);
        let mut right = [0.0_f64; TERMS];
        for ((terms, &i), _) in counted() {
            let ink = ink[i];
            right.iter_mut().zip(terms).for_each(|(sum, term)| *sum += f64::from(term * ink));
        }
        let mut normal = match counts.contains(&false) {
            true => products(&mut counted().map(|((terms, _), _)| terms)),
            false => self.products,
        };
        for a in 0..TERMS {
            (0..a).for_each(|b| normal[a][b] = normal[b][a]);
            // A little of every unknown's square: a label of one stroke cannot tell them apart.
            normal[a][a] += 1e-3;
        }
        let mut fit = solve(normal, right)?.map(|v| v as f32);
        fit[0] = fit[0].min(MOST_PAPER);
        Some(fit)
    }
}

#[allow(clippy::needless_range_loop, reason = "half of a matrix")]
fn products(samples: &mut dyn Iterator<Item = &[f32; TERMS]>) -> Products {
    let mut products = [[0.0; TERMS]; TERMS];
    for terms in samples {
        for a in 0..TERMS {
            for b in a..TERMS {
                products[a][b] += f64::from(terms[a] * terms[b]);
            }
        }
    }
    products
}

#[cfg(test)]
mod tests {
    use phieu_model::geometry::RectMm;

    use super::*;
    use crate::patch::Grid;

    /// The drawing of the word on an empty page, and the grid over it.
    fn word(text: &str) -> (Drawing, Grid) {
        (Drawing::of_text(text, PointMm::new(5.0, 8.0)), Grid::of(RectMm::new(4.0, 3.0, 30.0, 8.0), 0.25))
    }

    /// Share of excess where the word leaves `print` of the drawing on the picture and `pen` drew over it.
    fn share(text: &str, print: &dyn Fn(&Drawing, PointMm) -> f32, pen: &dyn Fn(PointMm) -> bool) -> f32 {
        let (drawing, grid) = word(text);
        let ink: Vec<f32> = (0..grid.len())
            .map(|i| {
                let (p, print) = (grid.place(i), print(&drawing, grid.place(i)));
                // Grain that is the same in each run.
                let grain = ((i * 7919 % 101) as f32 / 101.0 - 0.5) * 0.06;
                if pen(p) { 0.7_f32.max(print) } else { print + grain }
            })
            .collect();
        let places = (0..grid.len()).map(|i| (i, grid.place(i)));
        let on_letters = places.filter(|(i, p)| grid.is_inner(*i) && drawing.printed_at(*p));
        let letters = Letters::of(on_letters, &drawing);
        let mut over = vec![false; grid.len()];
        letters.note_over(&ink, &mut over);
        letters.share_of(&over, grid.width)
    }

    /// A small tick on the letters.
    fn tick(p: PointMm) -> bool {
        (p.x - p.y - 3.0).abs() < 0.35 && (6.2..7.8).contains(&p.y)
    }

    #[test]
    fn letters_are_no_ink_however_they_are_printed_and_a_small_tick_on_them_is() {
        for (blur, gain, (dx, dy)) in
            [(0.1, 1.0, (0.0, 0.0)), (0.16, 0.6, (0.08, -0.06)), (0.3, 0.9, (-0.08, 0.08))]
        {
            let print = |drawing: &Drawing, p: PointMm| {
                gain * drawing.letters_at(PointMm::new(p.x + dx, p.y + dy), blur)
            };
            for text in ["Không", "Rất rườm rà", "Có"] {
                let clean = share(text, &print, &|_| false);
                assert!(clean < 0.004, "{text}, blur {blur}: {clean}");
            }
            for text in ["Không", "Rất rườm rà"] {
                let ticked = share(text, &print, &tick);
                assert!(ticked > 0.01, "{text}, blur {blur}: {ticked}");
            }
        }
    }

    #[test]
    fn letters_that_a_threshold_made_bold_are_no_ink_and_a_tick_on_them_is() {
        for level in [0.15, 0.3] {
            // A sample is the mean over the pixels that it lies between.
            let print = |drawing: &Drawing, p: PointMm| {
                let pixels = [(-0.05, -0.05), (0.05, -0.05), (-0.05, 0.05), (0.05, 0.05)];
                let black = |(dx, dy): &(f64, f64)| {
                    drawing.letters_at(PointMm::new(p.x + dx, p.y + dy), 0.15) > level
                };
                pixels.iter().filter(|pixel| black(pixel)).count() as f32 / 4.0
            };
            let clean = share("Rất rườm rà", &print, &|_| false);
            assert!(clean < 0.012, "{level}: {clean}");
            let ticked = share("Rất rườm rà", &print, &tick);
            assert!(ticked > clean + 0.005, "{level}: {ticked} with a tick, {clean} without");
        }
    }

    #[test]
    fn letters_whose_toner_fades_along_the_line_are_no_ink() {
        let print = |drawing: &Drawing, p: PointMm| {
            let toner = 0.6 + 0.4 * (p.x / 24.0 * std::f64::consts::TAU).cos();
            toner as f32 * drawing.letters_at(p, 0.2)
        };
        let clean = share("Rất không hài lòng", &print, &|_| false);
        assert!(clean < 0.004, "{clean}");
    }
}
