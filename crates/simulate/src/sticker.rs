//! Stickers: patches that hide what lies under them.

use phieu_model::geometry::RectMm;
use serde::{Deserialize, Serialize};

use crate::paper::Paper;
use crate::random::Random;
use crate::toner::within;
use crate::truth::rounded;

/// A sticker on the sheet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sticker {
    /// Its middle, millimetres on the sheet.
    pub at_mm: [f64; 2],
    /// Width and height, millimetres.
    pub size_mm: [f64; 2],
    /// Turn in degrees, clockwise.
    pub turn_deg: f64,
    /// Share of red, green and blue light that it gives back.
    pub colour: [f64; 3],
}

/// White labels and the usual colours of small notes, with weights.
const COLOURS: [([f64; 3], f64); 5] = [
    ([1.0, 1.0, 1.0], 0.5),
    ([0.99, 0.93, 0.45], 0.25),
    ([0.97, 0.65, 0.75], 0.1),
    ([0.65, 0.92, 0.6], 0.1),
    ([0.6, 0.82, 0.97], 0.05),
];

impl Sticker {
    /// Draws a sticker that hides no box: over one code, over a corner of the sheet, or
    /// somewhere free. `None` when no such place is found.
    pub(crate) fn draw(
        (size_mm, boxes, codes): ([f64; 2], &[RectMm], &[RectMm]),
        random: &mut Random,
    ) -> Option<Self> {
        let size = [within([16.0, 48.0], random), within([8.0, 26.0], random)];
        let code = (!codes.is_empty() && random.chance(0.35)).then(|| codes[random.below(codes.len())]);
        let corner = random.chance(0.35);
        for _ in 0..20 {
            let at = match code {
                Some(code) => [code.center().x, code.center().y].map(|c| c + random.bounded(3.0, 8.0)),
                None if corner => size_mm.map(|side| {
                    let near = random.between(6.0, 20.0);
                    if random.chance(0.5) { near } else { side - near }
                }),
                None => size_mm.map(|side| random.between(0.05, 0.95) * side),
            };
            let sticker = Self {
                at_mm: at.map(rounded),
                size_mm: size,
                turn_deg: rounded(random.bounded(4.0, 20.0)),
                colour: *random.pick(&COLOURS),
            };
            if boxes.iter().all(|b| !sticker.covers(&b.grown(1.5))) {
                return Some(sticker);
            }
        }
        None
    }

    /// Whether it lies over any part of `rect`: judged by the circle around a corner and the
    /// middle of each side.
    pub(crate) fn covers(&self, rect: &RectMm) -> bool {
        let steps = [0.0, 0.25, 0.5, 0.75, 1.0];
        steps.iter().any(|u| steps.iter().any(|v| self.hides(rect.x + u * rect.w, rect.y + v * rect.h)))
    }

    /// Whether it hides a place, millimetres.
    pub(crate) fn hides(&self, x: f64, y: f64) -> bool {
        self.depth([x - self.at_mm[0], y - self.at_mm[1]]) > 0.0
    }

    /// How deep within its edges a place is, given from its middle, millimetres.
    fn depth(&self, [dx, dy]: [f64; 2]) -> f64 {
        let (sin, cos) = self.turn_deg.to_radians().sin_cos();
        let (u, v) = (dx * cos + dy * sin, dy * cos - dx * sin);
        (self.size_mm[0] / 2.0 - u.abs()).min(self.size_mm[1] / 2.0 - v.abs())
    }

    /// Puts it on the sheet.
    pub(crate) fn apply(&self, paper: &mut Paper) {
        // Density 1 of this ink leaves the sticker's colour; its edge throws a thin shadow.
        let around: Vec<_> =
            paper.around(self.at_mm, self.size_mm[0].hypot(self.size_mm[1]) / 2.0 + 1.0).collect();
        for (x, y, offset) in &around {
            if self.depth(*offset) > 0.0 {
                paper.wipe(*x, *y);
            }
        }
        let absorb = self.colour.map(|share| -(share.max(0.05).ln()) as f32);
        let colour = paper.add_ink(absorb);
        for (x, y, offset) in &around {
            if self.depth(*offset) > 0.0 {
                colour.add(*x, *y, 1.0);
            }
        }
        let shadow = paper.add_ink([0.6, 0.6, 0.6]);
        for (x, y, offset) in &around {
            let beyond = -self.depth(*offset);
            let near = 1.0 - (beyond - 0.15).abs() / 0.3;
            shadow.add(*x, *y, (0.35 * near.clamp(0.0, 1.0)) as f32);
        }
    }
}
