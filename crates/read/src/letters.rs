//! Ink of a pen over the letters of a label.
//!
//! What the letters themselves leave on the picture is what the drawing of the label would, blurred by printer and scanner,
//! darker or paler, and a hair beside its place. These few unknowns are fitted for each label: ink as a sum of the drawing
//! at three blurs and its slopes across and down, which stand for a shift to first order (as in Lucas & Kanade 1981). The
//! fit is repeated without what is much darker than it says; what stays darker is a pen's.

use phieu_model::geometry::PointMm;
use phieu_model::linear::solve;

use crate::drawing::Drawing;

/// Blurs, as deviations in mm: a sharp print, an ordinary scan, 100 dpi.
const BLURS_MM: [f64; 3] = [0.1, 0.22, 0.4];
/// Distance, in mm, over which the slopes are taken.
const SLOPE_MM: f64 = 0.125;
/// Unknowns: paper, three blurs, two slopes.
const TERMS: usize = 6;
/// Fits: the first one, and those without what a pen left.
const ROUNDS: usize = 3;
/// Ink beyond what was fitted from which a sample holds more than print, on a good scan …
const EXCESS: f32 = 0.2;
/// … and in deviations of what the fit leaves.
const EXCESS_DEVIATIONS: f32 = 4.0;
/// Samples that a label must have to be fitted.
const LEAST_SAMPLES: usize = 40;

/// The letters of one label, sample by sample.
#[derive(Debug, Default)]
pub struct Letters {
    /// Samples on which letters are printed, or so near to them that they are no free paper.
    pub samples: Vec<usize>,
    /// For each of them what the fit is made of.
    terms: Vec<[f32; TERMS]>,
}

impl Letters {
    /// The letters that `drawing` has at these samples, which lie at `places`.
    pub fn of(samples: Vec<usize>, places: impl Iterator<Item = PointMm>, drawing: &Drawing) -> Self {
        let term = |p: PointMm| {
            let at = |dx: f64, dy: f64, blur: f64| drawing.letters_at(PointMm::new(p.x + dx, p.y + dy), blur);
            let [sharp, usual, soft] = BLURS_MM.map(|blur| at(0.0, 0.0, blur));
            let across = at(SLOPE_MM, 0.0, BLURS_MM[1]) - at(-SLOPE_MM, 0.0, BLURS_MM[1]);
            let down = at(0.0, SLOPE_MM, BLURS_MM[1]) - at(0.0, -SLOPE_MM, BLURS_MM[1]);
            [1.0, sharp, usual, soft, across, down]
        };
        let terms = places.map(term).collect();
        Self { samples, terms }
    }

    /// Whether there are enough samples to tell.
    pub fn can_be_fitted(&self) -> bool {
        self.samples.len() >= LEAST_SAMPLES
    }

    /// Share of the samples, 0–1, that hold more ink than the letters leave; `ink` is the ground's. 0 where there are
    /// too few samples to tell.
    pub fn share_over(&self, ink: &[f32]) -> f32 {
        if !self.can_be_fitted() {
            return 0.0;
        }
        let mut excess = vec![0.0_f32; self.samples.len()];
        let mut most = f32::INFINITY;
        for _ in 0..ROUNDS {
            let Some(fit) = self.fitted(ink, &excess, most) else { return 0.0 };
            for ((excess, terms), &i) in excess.iter_mut().zip(&self.terms).zip(&self.samples) {
                let expected: f32 = terms.iter().zip(&fit).map(|(t, f)| t * f).sum();
                *excess = ink[i] - expected;
            }
            let mut sizes: Vec<f32> = excess.iter().map(|e| e.abs()).collect();
            let middle = sizes.len() / 2;
            let deviation = 1.48 * *sizes.select_nth_unstable_by(middle, f32::total_cmp).1;
            most = EXCESS.max(EXCESS_DEVIATIONS * deviation);
        }
        excess.iter().filter(|e| **e > most).count() as f32 / excess.len() as f32
    }

    /// The fit over the samples whose excess is at most `most`.
    fn fitted(&self, ink: &[f32], excess: &[f32], most: f32) -> Option<[f32; TERMS]> {
        let (mut normal, mut right) = ([[0.0_f64; TERMS]; TERMS], [0.0_f64; TERMS]);
        for ((terms, &i), _) in self.terms.iter().zip(&self.samples).zip(excess).filter(|(_, e)| **e <= most)
        {
            for a in 0..TERMS {
                for b in 0..TERMS {
                    normal[a][b] += f64::from(terms[a] * terms[b]);
                }
                right[a] += f64::from(terms[a] * ink[i]);
            }
        }
        // A little of every unknown's square: a label of one stroke cannot tell them apart.
        (0..TERMS).for_each(|a| normal[a][a] += 1e-3);
        Some(solve(normal, right)?.map(|v| v as f32))
    }
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

    /// Share of excess where the word was printed with this blur, gain and shift and `pen` drew over it.
    fn share(text: &str, (blur, gain, shift): (f64, f32, (f64, f64)), pen: &dyn Fn(PointMm) -> bool) -> f32 {
        let (drawing, grid) = word(text);
        let ink: Vec<f32> = (0..grid.len())
            .map(|i| {
                let p = grid.place(i);
                let print = gain * drawing.letters_at(PointMm::new(p.x + shift.0, p.y + shift.1), blur);
                // Grain that is the same in each run.
                let grain = ((i * 7919 % 101) as f32 / 101.0 - 0.5) * 0.06;
                if pen(p) { 0.7_f32.max(print) } else { print + grain }
            })
            .collect();
        let samples: Vec<usize> = (0..grid.len()).filter(|&i| drawing.printed_at(grid.place(i))).collect();
        let places: Vec<PointMm> = samples.iter().map(|&i| grid.place(i)).collect();
        Letters::of(samples, places.into_iter(), &drawing).share_over(&ink)
    }

    #[test]
    fn letters_are_no_ink_however_they_are_printed_and_a_small_tick_on_them_is() {
        let tick = |p: PointMm| (p.x - p.y - 3.0).abs() < 0.35 && (6.2..7.8).contains(&p.y);
        for print in [(0.1, 1.0, (0.0, 0.0)), (0.16, 0.6, (0.08, -0.06)), (0.3, 0.9, (-0.08, 0.08))] {
            for text in ["Không", "Rất rườm rà", "Có"] {
                let clean = share(text, print, &|_| false);
                assert!(clean < 0.004, "{text} {print:?}: {clean}");
            }
            for text in ["Không", "Rất rườm rà"] {
                let ticked = share(text, print, &tick);
                assert!(ticked > 0.01, "{text} {print:?}: {ticked}");
            }
        }
    }
}
