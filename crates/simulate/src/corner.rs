//! Corners of the sheet that are folded over or torn off.

use serde::{Deserialize, Serialize};

use crate::paper::Paper;
use crate::plane::Smooth;
use crate::profile::PaperWear;
use crate::random::Random;
use crate::toner::within;

/// A corner that is not where it was.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LostCorner {
    /// Which: 0 top left, 1 top right, 2 bottom right, 3 bottom left.
    pub corner: u8,
    /// How much of the horizontal and of the vertical side is gone, millimetres.
    pub legs_mm: [f64; 2],
    /// What happened to it.
    pub way: Loss,
}

/// How a corner is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Loss {
    /// Folded over: its back covers what lies inwards of the fold.
    FoldedOver,
    /// Torn off.
    TornOff,
}

impl LostCorner {
    /// Draws the corners that a sheet has lost.
    pub(crate) fn draw(wear: &PaperWear, random: &mut Random) -> Vec<Self> {
        let mut lost = Vec::new();
        for (chance, way) in [(wear.dog_ear, Loss::FoldedOver), (wear.torn, Loss::TornOff)] {
            if random.chance(chance) {
                lost.push(Self {
                    corner: random.below(4) as u8,
                    legs_mm: std::array::from_fn(|_| within(wear.corner_mm, random)),
                    way,
                });
            }
        }
        lost
    }

    /// The corner itself and the directions inwards.
    fn corner(&self, size_mm: [f64; 2]) -> ([f64; 2], [f64; 2]) {
        let right = matches!(self.corner, 1 | 2);
        let bottom = matches!(self.corner, 2 | 3);
        let side = |far: bool, mm: f64| if far { (mm, -1.0) } else { (0.0, 1.0) };
        let ((x, dx), (y, dy)) = (side(right, size_mm[0]), side(bottom, size_mm[1]));
        ([x, y], [dx, dy])
    }

    /// Whether a place (millimetres) is gone, or under the corner that was folded over.
    pub(crate) fn hides(&self, size_mm: [f64; 2], [x, y]: [f64; 2]) -> bool {
        let ([cx, cy], [dx, dy]) = self.corner(size_mm);
        let [a, b] = self.legs_mm;
        let (ix, iy) = ((x - cx) * dx, (y - cy) * dy);
        let slope = (1.0 / a).hypot(1.0 / b);
        let beyond = (ix / a + iy / b - 1.0) / slope;
        let mirrored = (ix - 2.0 * beyond / a / slope, iy - 2.0 * beyond / b / slope);
        match self.way {
            Loss::TornOff => beyond < 0.0,
            Loss::FoldedOver => beyond < 0.0 || (mirrored.0 > 0.0 && mirrored.1 > 0.0),
        }
    }

    /// Takes the corner away.
    pub(crate) fn apply(&self, paper: &mut Paper, random: &mut Random) {
        let ([cx, cy], [dx, dy]) = self.corner(paper.size_mm);
        let [a, b] = self.legs_mm;
        // The line is x/a + y/b = 1, seen from the corner; `beyond` is the distance from it in mm,
        // below 0 in the part that is lost.
        let slope = (1.0 / a).hypot(1.0 / b);
        let rough = Smooth::new(0.5 * paper.scale, random);
        let fine = Smooth::new(0.15 * paper.scale, random);
        let reach = a.max(b) * 2.0;
        let shadow = (self.way == Loss::FoldedOver).then(|| {
            paper.add_ink([0.5, 0.5, 0.52]);
            paper.inks.len() - 1
        });
        let scale = paper.scale;
        for (x, y, [ox, oy]) in paper.around([cx, cy], reach) {
            let (ix, iy) = (ox * dx, oy * dy);
            let beyond = (ix / a + iy / b - 1.0) / slope;
            match self.way {
                Loss::TornOff => {
                    let edge = beyond - 0.5 * f64::from(rough.at(x, y)) - 0.15 * f64::from(fine.at(x, y));
                    if edge < 0.0 {
                        paper.take(x, y, -edge * scale);
                    } else if edge < 0.7 {
                        // The torn edge shows the inside of the paper.
                        paper.wipe(x, y);
                    }
                }
                Loss::FoldedOver => {
                    // The mirror image of the lost triangle in the line covers the sheet.
                    let (mx, my) = (ix - 2.0 * beyond / a / slope, iy - 2.0 * beyond / b / slope);
                    if beyond < 0.0 {
                        paper.take(x, y, -beyond * scale);
                    } else if mx > 0.0 && my > 0.0 {
                        paper.wipe(x, y);
                        let near = 0.25 + 0.5 * (-beyond / 0.8).exp();
                        shade(paper, shadow, (x, y), near * 0.3);
                    } else if mx.min(my) > -1.2 {
                        shade(paper, shadow, (x, y), 0.5 * (1.0 + mx.min(my) / 1.2));
                    }
                }
            }
        }
    }
}

fn shade(paper: &mut Paper, layer: Option<usize>, (x, y): (usize, usize), density: f64) {
    if let Some(layer) = layer {
        paper.inks[layer].add(x, y, density as f32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn worn(way: Loss) -> Paper {
        let mut paper = Paper::bare([60.0, 80.0], 6.0);
        paper.print.data.fill(255);
        LostCorner { corner: 1, legs_mm: [12.0, 10.0], way }.apply(&mut paper, &mut Random::stream(3, &[]));
        paper
    }

    fn toner(paper: &Paper, x: f64, y: f64) -> u8 {
        paper.print.data[(y * 6.0) as usize * paper.print.width + (x * 6.0) as usize]
    }

    #[test]
    fn a_torn_corner_is_gone_and_the_rest_stays() {
        let paper = worn(Loss::TornOff);
        assert!(paper.is_absent(58.0, 2.0) && !paper.is_absent(40.0, 20.0) && !paper.is_absent(2.0, 2.0));
        assert_eq!(toner(&paper, 49.0, 9.0), 255);
    }

    #[test]
    fn a_corner_folded_over_hides_what_lies_under_it() {
        let paper = worn(Loss::FoldedOver);
        assert!(paper.is_absent(58.0, 2.0));
        assert_eq!(toner(&paper, 51.0, 8.0), 0, "the back of the corner is bare");
        assert_eq!(toner(&paper, 30.0, 30.0), 255);
    }
}
