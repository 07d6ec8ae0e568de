//! Folds and crumples: how a sheet that lies on the glass is no longer flat.

use serde::{Deserialize, Serialize};

use crate::paper::Paper;
use crate::plane::Smooth;
use crate::profile::PaperWear;
use crate::random::Random;
use crate::toner::within;
use crate::truth::rounded;

/// A fold: a straight line across the sheet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Fold {
    /// A point of the line, millimetres on the sheet.
    pub at_mm: [f64; 2],
    /// Direction of the line, degrees clockwise from the horizontal.
    pub along_deg: f64,
    /// How far the sheet is moved beyond the fold (below it, or right of it), millimetres.
    pub step_mm: [f64; 2],
    /// Turn of the sheet beyond the fold, degrees clockwise.
    pub turn_deg: f64,
    /// Depth of the shading: darker beyond, half as much lighter before, 0–1.
    pub shade: f64,
    /// Distance over which the shading dies away, millimetres.
    pub reach_mm: f64,
    /// Darkness of the crease, 0–1.
    pub crease: f64,
    /// Toner lost on the crease, 0–1.
    pub worn: f64,
}

/// Crumpling: smooth displacement, and facets that catch the light.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Crumple {
    /// Largest displacement, about, millimetres.
    pub size_mm: f64,
    /// Depth of the shading, 0–1.
    pub shade: f64,
    /// Waves: direction in degrees, length in millimetres, phase in turns.
    pub waves: Vec<[f64; 3]>,
    /// Facets: a place in each (millimetres), and the light that it catches, −1 to 1. A facet
    /// is all that lies nearer to its place than to any other.
    pub facets: Vec<[f64; 3]>,
}

impl Fold {
    /// Distance of a place from the line, above 0 beyond it, and the place along the line.
    fn distance(&self, p: [f64; 2]) -> (f64, f64) {
        let (sin, cos) = self.along_deg.to_radians().sin_cos();
        let (dx, dy) = (p[0] - self.at_mm[0], p[1] - self.at_mm[1]);
        (cos * dy - sin * dx, cos * dx + sin * dy)
    }

    fn displacement(&self, p: [f64; 2]) -> [f64; 2] {
        let (across, _) = self.distance(p);
        if across <= 0.0 {
            return [0.0; 2];
        }
        let turn = self.turn_deg.to_radians();
        let (dx, dy) = (p[0] - self.at_mm[0], p[1] - self.at_mm[1]);
        [self.step_mm[0] - turn * dy, self.step_mm[1] + turn * dx]
    }

    fn light(&self, p: [f64; 2]) -> f64 {
        let (across, _) = self.distance(p);
        let fall = (-across.abs() / self.reach_mm).exp();
        1.0 + self.shade * fall * if across > 0.0 { -1.0 } else { 0.5 }
    }

    /// The line itself: grey where the fibres broke, and without toner in places.
    fn crease(&self, paper: &mut Paper, random: &mut Random) {
        let (broken, flaked) = (Smooth::new(7.0, random), Smooth::new(2.5, random));
        let width_mm = random.between(0.12, 0.4);
        let (sin, cos) = self.along_deg.to_radians().sin_cos();
        let reach = paper.size_mm[0] + paper.size_mm[1];
        let layer = paper.inks.len();
        paper.add_ink([0.9, 0.9, 0.92]);
        let (scale, width, height) = (paper.scale, paper.print.width as f64, paper.print.height as f64);
        let steps = (2.0 * reach * scale) as usize;
        let half = (width_mm * scale / 2.0).max(0.5);
        for step in 0..steps {
            let along = step as f64 / scale - reach;
            let strength = 0.55 + 0.45 * f64::from(broken.at(step, 3));
            let spread = (half * (0.6 + 0.8 * strength)).ceil() as i64;
            for side in -spread..=spread {
                let off = side as f64 / scale;
                let x = ((self.at_mm[0] + along * cos - off * sin) * scale).floor();
                let y = ((self.at_mm[1] + along * sin + off * cos) * scale).floor();
                if x < 0.0 || y < 0.0 || x >= width || y >= height {
                    continue;
                }
                let (x, y) = (x as usize, y as usize);
                let profile = (1.0 - side.abs() as f64 / (half * 2.0)).clamp(0.0, 1.0);
                let at = y * paper.print.width + x;
                // Rows of a slanting line meet pixels twice: the crease does not grow darker.
                let density = (self.crease * strength * profile * 100.0) as u8;
                if density > paper.inks[layer].plane.data[at] {
                    paper.inks[layer].plane.data[at] = density;
                    paper.inks[layer].tiles.hold(x, y);
                }
                if f64::from(flaked.at(x, y)) > 0.6 - 1.1 * self.worn * profile {
                    let left = 1.0 - self.worn * profile;
                    paper.print.data[at] = (f64::from(paper.print.data[at]) * left) as u8;
                }
            }
        }
    }
}

impl Crumple {
    fn draw(wear: &PaperWear, size_mm: [f64; 2], random: &mut Random) -> Self {
        let facets = (0..18 + random.below(60)).map(|_| {
            [
                within([0.0, size_mm[0]], random),
                within([0.0, size_mm[1]], random),
                within([-1.0, 1.0], random),
            ]
        });
        let facets = facets.collect();
        let waves = (0..7).map(|_| {
            [within([0.0, 360.0], random), within([18.0, 110.0], random), within([0.0, 1.0], random)]
        });
        Self {
            waves: waves.collect(),
            facets,
            size_mm: within(wear.crumple_mm, random),
            shade: within(wear.fold_shade, random) * 0.5,
        }
    }

    fn phases(&self, p: [f64; 2]) -> impl Iterator<Item = (f64, [f64; 2])> + '_ {
        self.waves.iter().map(move |[way, length, phase]| {
            let (sin, cos) = way.to_radians().sin_cos();
            ((p[0] * cos + p[1] * sin) / length + phase, [cos, sin])
        })
    }

    fn displacement(&self, p: [f64; 2]) -> [f64; 2] {
        let share = self.size_mm / (self.waves.len() as f64).sqrt();
        self.phases(p).fold([0.0; 2], |d, (turns, [cos, sin])| {
            let s = (turns * std::f64::consts::TAU).sin() * share;
            [d[0] + s * cos, d[1] + s * sin]
        })
    }

    fn light(&self, p: [f64; 2]) -> f64 {
        // The nearest two facets: distance and light.
        let mut near = [(f64::MAX, 0.0); 2];
        for [x, y, light] in &self.facets {
            let distance = (p[0] - x).hypot(p[1] - y);
            if distance < near[0].0 {
                near = [(distance, *light), near[0]];
            } else if distance < near[1].0 {
                near[1] = (distance, *light);
            }
        }
        let [(d, a), (e, b)] = near;
        // Paper bends over a few millimetres from facet to facet, and its ridge catches light
        // or lies in the shade.
        let beside = ((e - d) / 8.0).min(1.0);
        let ridge = (1.0 - (e - d) / 1.6).max(0.0) * (a - b);
        1.0 + self.shade * ((a + b) / 2.0 + (a - b) / 2.0 * beside + 0.8 * ridge.abs())
    }
}

/// All that bends one sheet.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Bend {
    /// Folds.
    pub folds: Vec<Fold>,
    /// Crumpling.
    pub crumple: Option<Crumple>,
}

impl Bend {
    /// Draws how a sheet of this size was folded and crumpled.
    pub(crate) fn draw(wear: &PaperWear, size_mm: [f64; 2], random: &mut Random) -> Self {
        let mut folds = Vec::new();
        if random.chance(wear.fold) {
            let [w, h] = size_mm;
            // (place as a share of the sheet, upright?)
            let lines: &[(f64, bool)] = match random.below(4) {
                0 | 1 => &[(0.5, false)],
                2 => &[(1.0 / 3.0, false), (2.0 / 3.0, false)],
                _ => &[(0.5, false), (0.5, true)],
            };
            let shade = within(wear.fold_shade, random);
            let crease = within([0.05, 0.6], random);
            let step = wear.fold_step_mm;
            for (share, upright) in lines {
                let off = random.bounded(2.0, 6.0);
                let tilt = random.bounded(0.3, 1.0);
                let (at, along) = if *upright {
                    ([w * share + off, h / 2.0], 90.0 + tilt)
                } else {
                    ([w / 2.0, h * share + off], tilt)
                };
                folds.push(Fold {
                    at_mm: at.map(rounded),
                    along_deg: rounded(along),
                    step_mm: std::array::from_fn(|_| within([-step, step], random)),
                    turn_deg: rounded(random.bounded(0.06, 0.15) * (step / 0.5).min(1.0)),
                    shade: rounded(shade * random.between(0.6, 1.0)),
                    reach_mm: within([2.0, 18.0], random),
                    crease: rounded(crease * random.between(0.6, 1.0)),
                    worn: within([0.0, 0.7], random),
                });
            }
        }
        let crumple = random.chance(wear.crumple).then(|| Crumple::draw(wear, size_mm, random));
        Self { folds, crumple }
    }

    /// Whether the sheet is flat.
    pub(crate) fn is_flat(&self) -> bool {
        self.folds.is_empty() && self.crumple.is_none()
    }

    /// Which place of the sheet is seen where a flat sheet would show `p`, millimetres.
    pub(crate) fn seen(&self, p: [f64; 2]) -> [f64; 2] {
        let moved = self.folds.iter().map(|fold| fold.displacement(p));
        let moved = moved.chain(self.crumple.iter().map(|crumple| crumple.displacement(p)));
        moved.fold(p, |p, d| [p[0] - d[0], p[1] - d[1]])
    }

    /// Light that comes back from a place, against a flat sheet.
    pub(crate) fn light(&self, p: [f64; 2]) -> f64 {
        let folds: f64 = self.folds.iter().map(|fold| fold.light(p)).product();
        folds * self.crumple.as_ref().map_or(1.0, |crumple| crumple.light(p))
    }

    /// Draws the creases on the sheet.
    pub(crate) fn crease(&self, paper: &mut Paper, random: &mut Random) {
        self.folds.iter().for_each(|fold| fold.crease(paper, random));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fold() -> Fold {
        Fold {
            at_mm: [105.0, 148.5],
            along_deg: 0.0,
            step_mm: [0.3, -0.4],
            turn_deg: 0.0,
            shade: 0.2,
            reach_mm: 10.0,
            crease: 0.5,
            worn: 0.5,
        }
    }

    #[test]
    fn a_fold_moves_what_lies_beyond_it_and_nothing_else() {
        let bend = Bend { folds: vec![fold()], crumple: None };
        assert_eq!(bend.seen([50.0, 140.0]), [50.0, 140.0]);
        let [x, y] = bend.seen([50.0, 200.0]);
        assert!((x - 49.7).abs() < 1e-9 && (y - 200.4).abs() < 1e-9, "{x} {y}");
    }

    #[test]
    fn a_fold_is_darker_beyond_and_lighter_before_and_fades_away() {
        let bend = Bend { folds: vec![fold()], crumple: None };
        assert!(bend.light([50.0, 149.0]) < 0.85 && bend.light([50.0, 148.0]) > 1.08);
        assert!((bend.light([50.0, 290.0]) - 1.0).abs() < 0.01);
    }

    #[test]
    fn a_crease_darkens_paper_and_breaks_toner() {
        let mut paper = Paper::bare([60.0, 40.0], 8.0);
        paper.print.data.fill(255);
        let line = Fold { at_mm: [30.0, 20.0], along_deg: 2.0, ..fold() };
        line.crease(&mut paper, &mut Random::stream(1, &[]));
        assert!(paper.print.data.iter().any(|v| *v < 200), "no toner broke");
        assert!(paper.inks[0].plane.data.iter().any(|v| *v > 20), "no line");
        assert_eq!(paper.print.data[3], 255, "far from the line nothing changes");
    }
}
