//! Punch holes and staples.

use serde::{Deserialize, Serialize};

use crate::paper::Paper;
use crate::profile::PaperWear;
use crate::random::Random;
use crate::toner::within;
use crate::truth::rounded;

/// Round holes along the left side.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PunchHoles {
    /// Their middles, millimetres on the sheet.
    pub at_mm: Vec<[f64; 2]>,
    /// Radius, millimetres.
    pub radius_mm: f64,
}

/// A staple, or what is left of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Staple {
    /// Its middle, millimetres on the sheet.
    pub at_mm: [f64; 2],
    /// Direction in degrees, clockwise from the horizontal.
    pub along_deg: f64,
    /// Length, millimetres.
    pub length_mm: f64,
    /// The wire is still there; else only its two holes.
    pub wire: bool,
}

impl PunchHoles {
    /// Draws the holes of an office's punch: two, 80 mm apart, or four.
    pub(crate) fn draw(wear: &PaperWear, size_mm: [f64; 2], random: &mut Random) -> Option<Self> {
        random.chance(wear.punched).then(|| {
            let (x, tilt) = (random.between(9.0, 14.0), random.bounded(0.01, 0.02));
            let middle = size_mm[1] / 2.0 + random.bounded(3.0, 8.0);
            let offsets: &[f64] =
                if random.chance(0.8) { &[-40.0, 40.0] } else { &[-120.0, -40.0, 40.0, 120.0] };
            Self {
                at_mm: offsets.iter().map(|o| [rounded(x + tilt * o), rounded(middle + o)]).collect(),
                radius_mm: within([2.5, 3.2], random),
            }
        })
    }

    /// Punches the sheet.
    pub(crate) fn apply(&self, paper: &mut Paper) {
        for at in &self.at_mm {
            for (x, y, [dx, dy]) in paper.around(*at, self.radius_mm + 0.5) {
                let within = (self.radius_mm - dx.hypot(dy)) * paper.scale + 0.5;
                if within > 0.0 {
                    paper.take(x, y, within);
                }
            }
        }
    }
}

impl Staple {
    /// Draws a staple in an upper corner.
    pub(crate) fn draw(wear: &PaperWear, size_mm: [f64; 2], random: &mut Random) -> Option<Self> {
        random.chance(wear.staple).then(|| {
            let left = random.chance(0.8);
            let x = random.between(5.0, 22.0);
            Self {
                at_mm: [rounded(if left { x } else { size_mm[0] - x }), within([4.0, 18.0], random)],
                along_deg: rounded(if left { -1.0 } else { 1.0 } * random.between(0.0, 60.0)),
                length_mm: within([8.0, 12.5], random),
                wire: random.chance(0.6),
            }
        })
    }

    /// Puts it on the sheet.
    pub(crate) fn apply(&self, paper: &mut Paper, random: &mut Random) {
        let (sin, cos) = self.along_deg.to_radians().sin_cos();
        let (half, scale) = (self.length_mm / 2.0, paper.scale);
        let glint = random.between(-0.15, 0.15);
        let around = paper.around(self.at_mm, half + 2.0);
        let layer = paper.add_ink([1.6, 1.6, 1.55]);
        for (x, y, [dx, dy]) in around {
            let (along, across) = (dx * cos + dy * sin, dy * cos - dx * sin);
            let hole = (along.abs() - half).hypot(across);
            let mut density = ((0.35 - hole) * scale + 0.5).clamp(0.0, 1.0) * 0.9;
            if self.wire && along.abs() < half + 0.25 {
                let wire = ((0.28 - across.abs()) * scale + 0.5).clamp(0.0, 1.0);
                // Steel is bright where it mirrors the lamp, and throws a shadow beside it.
                let bright = (across - glint).abs() < 0.08;
                density = density.max(wire * if bright { 0.15 } else { 0.7 });
                density = density.max(0.35 * ((0.5 - (across - 0.45).abs()) * 2.0).clamp(0.0, 1.0));
            }
            layer.add(x, y, density as f32);
        }
    }
}
