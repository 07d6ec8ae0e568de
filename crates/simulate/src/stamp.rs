//! Rubber stamps: rings, frames and lines of strokes that look like letters.

use std::f64::consts::TAU;

use phieu_model::geometry::RectMm;
use serde::{Deserialize, Serialize};

use crate::paper::{InkLayer, Paper};
use crate::plane::Smooth;
use crate::random::Random;
use crate::toner::within;
use crate::truth::rounded;

/// A stamp on the sheet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stamp {
    /// Its middle, millimetres on the sheet.
    pub at_mm: [f64; 2],
    /// Turn in degrees, clockwise.
    pub turn_deg: f64,
    /// Round or square.
    pub form: StampForm,
    /// Width and height, millimetres.
    pub size_mm: [f64; 2],
    /// Colour of its ink.
    pub colour: StampColour,
    /// How much ink it gives, 0–1.
    pub ink: f64,
    /// How unevenly, 0–1.
    pub uneven: f64,
}

/// The forms of stamps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StampForm {
    /// Rings with letters between them and a star.
    Round,
    /// A frame with lines of letters.
    Square,
}

/// The colours of stamps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StampColour {
    /// Red, as of an office.
    Red,
    /// Blue.
    Blue,
    /// Violet.
    Violet,
}

impl StampColour {
    fn absorb(self) -> [f32; 3] {
        match self {
            Self::Red => [0.12, 1.7, 1.45],
            Self::Blue => [1.9, 1.2, 0.35],
            Self::Violet => [1.1, 1.8, 0.45],
        }
    }
}

/// A stroke between two places of the stamp, millimetres from its middle.
type Stroke = ([f64; 2], [f64; 2]);

impl Stamp {
    /// Draws a stamp whose middle lies within `room`.
    pub(crate) fn draw(room: &RectMm, random: &mut Random) -> Self {
        let form = if random.chance(0.6) { StampForm::Round } else { StampForm::Square };
        let size_mm = match form {
            StampForm::Round => [within([28.0, 38.0], random); 2],
            StampForm::Square => [within([30.0, 62.0], random), within([10.0, 24.0], random)],
        };
        let colours = [(StampColour::Red, 0.65), (StampColour::Blue, 0.25), (StampColour::Violet, 0.1)];
        Self {
            at_mm: [within([room.x, room.right()], random), within([room.y, room.bottom()], random)],
            turn_deg: rounded(random.bounded(7.0, 25.0)),
            form,
            size_mm,
            colour: *random.pick(&colours),
            ink: within([0.35, 1.0], random),
            uneven: within([0.1, 0.9], random),
        }
    }

    /// Stamps the sheet.
    pub(crate) fn apply(&self, paper: &mut Paper, random: &mut Random) {
        let mut strokes: Vec<(Stroke, f64)> = Vec::new();
        match self.form {
            StampForm::Round => self.round(&mut strokes, random),
            StampForm::Square => self.square(&mut strokes, random),
        }
        let (width, height) = (paper.print.width, paper.print.height);
        let (blot, fine) = (Smooth::new(5.0 * paper.scale, random), Smooth::new(0.25 * paper.scale, random));
        let scale = paper.scale;
        let pressed = random.between(0.0, TAU);
        let layer = paper.add_ink(self.colour.absorb());
        let (sin, cos) = self.turn_deg.to_radians().sin_cos();
        let turned = |p: [f64; 2]| {
            [
                (self.at_mm[0] + p[0] * cos - p[1] * sin) * scale,
                (self.at_mm[1] + p[0] * sin + p[1] * cos) * scale,
            ]
        };
        for ((from, to), width_mm) in strokes {
            draw(layer, (turned(from), turned(to)), width_mm * scale / 2.0);
        }
        // What the strokes covered takes ink by the pressure there and the grain of the paper.
        let half = self.size_mm[0].max(self.size_mm[1]) * 0.75;
        let span = |at: f64, most: usize| {
            ((at - half) * scale).clamp(0.0, most as f64) as usize
                ..((at + half) * scale).clamp(0.0, most as f64) as usize
        };
        for y in span(self.at_mm[1], height) {
            for x in span(self.at_mm[0], width) {
                let cell = &mut layer.plane.data[y * width + x];
                if *cell == 0 {
                    continue;
                }
                let (dx, dy) = (x as f64 / scale - self.at_mm[0], y as f64 / scale - self.at_mm[1]);
                let lean = (dx * pressed.cos() + dy * pressed.sin()) / half;
                let uneven = 0.5 * f64::from(blot.at(x, y)) + 0.35 * f64::from(fine.at(x, y)) + 0.6 * lean;
                let taken = (self.ink * (1.0 + self.uneven * uneven)).clamp(0.0, 1.3);
                *cell = (f64::from(*cell) * taken).min(255.0) as u8;
            }
        }
    }

    fn round(&self, strokes: &mut Vec<(Stroke, f64)>, random: &mut Random) {
        let radius = self.size_mm[0] / 2.0;
        ring(strokes, radius, 0.9);
        ring(strokes, radius - 1.3, 0.35);
        ring(strokes, radius * 0.62, 0.35);
        // Letters stand between the rings, with their feet inwards.
        let tall = radius * 0.2;
        let foot = radius * 0.67;
        let letters = 26 + random.below(12);
        for i in 0..letters {
            if random.chance(0.14) {
                continue;
            }
            let angle = i as f64 / letters as f64 * TAU;
            let (sin, cos) = angle.sin_cos();
            let place = |[x, y]: [f64; 2]| {
                let r = foot + (1.0 - y) * tall;
                let across = (x - 0.5) * tall * 0.75;
                [r * sin + across * cos, -r * cos + across * sin]
            };
            letter(random).iter().for_each(|(a, b)| strokes.push(((place(*a), place(*b)), 0.42)));
        }
        let point = |i: usize| {
            let r = if i.is_multiple_of(2) { radius * 0.3 } else { radius * 0.12 };
            let angle = i as f64 / 10.0 * TAU;
            [r * angle.sin(), -r * angle.cos()]
        };
        let solid = random.chance(0.6);
        for i in 0..10 {
            strokes.push(((point(i), point((i + 1) % 10)), 0.4));
            if solid {
                strokes.push((([0.0, 0.0], point(i)), 1.6));
            }
        }
    }

    fn square(&self, strokes: &mut Vec<(Stroke, f64)>, random: &mut Random) {
        let [w, h] = self.size_mm;
        let frame = [[-w / 2.0, -h / 2.0], [w / 2.0, -h / 2.0], [w / 2.0, h / 2.0], [-w / 2.0, h / 2.0]];
        if random.chance(0.8) {
            (0..4).for_each(|i| strokes.push(((frame[i], frame[(i + 1) % 4]), 0.6)));
        }
        let lines = 1 + random.below(3);
        let tall = (h / (lines as f64 + 0.6)).min(6.0) * 0.62;
        for line in 0..lines {
            let top = -h / 2.0 + h * (line as f64 + 0.5) / lines as f64 - tall / 2.0;
            let mut x = -w / 2.0 + 1.5 + random.between(0.0, w * 0.15);
            while x + tall * 0.7 < w / 2.0 - 1.5 {
                if random.chance(0.85) {
                    let place = |[u, v]: [f64; 2]| [x + u * tall * 0.62, top + v * tall];
                    letter(random).iter().for_each(|(a, b)| strokes.push(((place(*a), place(*b)), 0.45)));
                }
                x += tall * 0.85;
            }
        }
    }
}

fn ring(strokes: &mut Vec<(Stroke, f64)>, radius: f64, width_mm: f64) {
    let point = |i: usize| {
        let angle = i as f64 / 72.0 * TAU;
        [radius * angle.cos(), radius * angle.sin()]
    };
    (0..72).for_each(|i| strokes.push(((point(i), point(i + 1)), width_mm)));
}

/// Strokes that look like a letter from afar, in a cell from (0, 0) to (1, 1).
fn letter(random: &mut Random) -> Vec<Stroke> {
    let mut strokes = Vec::new();
    if random.chance(0.8) {
        strokes.push(([0.05, 0.0], [0.05, 1.0]));
    }
    for _ in 0..1 + random.below(3) {
        let node = |random: &mut Random| [random.below(3) as f64 / 2.0, random.below(3) as f64 / 2.0];
        strokes.push((node(random), node(random)));
    }
    strokes
}

/// Covers a stroke given in pixels; where strokes cross, ink does not add up.
fn draw(layer: &mut InkLayer, ([ax, ay], [bx, by]): Stroke, radius: f64) {
    let (dx, dy) = (bx - ax, by - ay);
    let length2 = (dx * dx + dy * dy).max(1e-9);
    let reach = radius + 1.0;
    let span = |a: f64, b: f64, most: usize| {
        let most = most as f64;
        (a.min(b) - reach).clamp(0.0, most) as usize..(a.max(b) + reach).clamp(0.0, most).ceil() as usize
    };
    let width = layer.plane.width;
    for y in span(ay, by, layer.plane.height) {
        for x in span(ax, bx, width) {
            let (cx, cy) = (x as f64 + 0.5 - ax, y as f64 + 0.5 - ay);
            let t = ((cx * dx + cy * dy) / length2).clamp(0.0, 1.0);
            let cover = (radius - (cx - t * dx).hypot(cy - t * dy) + 0.5).clamp(0.0, 1.0);
            let cell = &mut layer.plane.data[y * width + x];
            let steps = (cover * 100.0) as u8;
            if steps > *cell {
                *cell = steps;
                layer.tiles.hold(x, y);
            }
        }
    }
}
