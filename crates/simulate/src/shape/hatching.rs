//! Filling a box: hatching to and fro, seldom perfectly.

use serde::{Deserialize, Serialize};

use super::{Stroke, near};
use crate::random::Random;

/// The ways of filling a box.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FillForm {
    /// Lines about a pen's width apart: nearly solid.
    Solid,
    /// Lines that show the paper between them.
    Hatched,
    /// A part of the box only.
    Partial,
    /// Without care for the outline.
    Over,
    /// Round and round from the middle.
    Swirl,
}

impl FillForm {
    /// How often each way is met.
    pub(crate) fn usual() -> Vec<(Self, f64)> {
        vec![
            (Self::Solid, 0.50),
            (Self::Hatched, 0.18),
            (Self::Partial, 0.12),
            (Self::Over, 0.12),
            (Self::Swirl, 0.08),
        ]
    }

    /// The strokes in units of half a box; `pen` is the pen's width against the box.
    pub(super) fn strokes(self, pen: f64, random: &mut Random) -> Vec<Stroke> {
        let apart = pen
            * match self {
                Self::Solid | Self::Over | Self::Partial => random.between(0.55, 1.05),
                Self::Hatched => random.between(1.4, 2.4),
                Self::Swirl => random.between(0.7, 1.3),
            };
        let reach = match self {
            Self::Solid | Self::Hatched => 0.86,
            Self::Over => random.between(1.0, 1.25),
            Self::Partial => random.between(0.5, 0.75),
            Self::Swirl => 0.85,
        };
        if self == Self::Swirl {
            return vec![swirl(apart, reach, random)];
        }
        let rows = (1.5 * reach / 0.86 / apart).ceil().clamp(4.0, 40.0) as usize;
        let angle: f64 = random.between(-1.1, 1.1);
        let passes = if self != Self::Hatched && random.chance(0.35) { 2 } else { 1 };
        let middle = match self {
            Self::Partial => (random.between(-0.3, 0.3), random.between(-0.3, 0.3)),
            Self::Solid | Self::Hatched | Self::Over | Self::Swirl => (0.0, 0.0),
        };
        (0..passes)
            .map(|pass| {
                let hatch = hatch((rows, reach), angle + f64::from(pass) * 1.3, random);
                hatch.into_iter().map(|(x, y)| (x + middle.0, y + middle.1)).collect()
            })
            .collect()
    }
}

fn hatch((rows, reach): (usize, f64), angle: f64, random: &mut Random) -> Stroke {
    let (sin, cos) = angle.sin_cos();
    let mut points = Vec::with_capacity(rows + 1);
    for i in 0..=rows {
        let v = -1.0 + 2.0 * i as f64 / rows as f64;
        let side = if i % 2 == 0 { -1.0 } else { 1.0 };
        let (dx, dy) = (cos * side - sin * v * 1.3, sin * side + cos * v * 1.3);
        // Turn at the edge of the box, give or take: shrink the direction to the square.
        let out = dx.abs().max(dy.abs());
        let to = (reach + random.normal() * 0.08) / out.max(0.86);
        points.push((dx * to, dy * to));
    }
    points
}

fn swirl(apart: f64, reach: f64, random: &mut Random) -> Stroke {
    // `apart` is in boxes, radii are in half boxes.
    let rounds = (reach / (2.0 * apart)).clamp(2.0, 9.0);
    let n = (rounds * 9.0) as usize;
    let start = random.between(0.0, std::f64::consts::TAU);
    (0..=n)
        .map(|i| {
            let t = i as f64 / n as f64;
            let a = start + t * rounds * std::f64::consts::TAU;
            near((reach * t * a.cos(), reach * t * a.sin()), 0.05, random)
        })
        .collect()
}
