//! The shapes that people put into boxes, as ways of the pen.

use phieu_model::geometry::RectMm;
use serde::{Deserialize, Serialize};

use crate::random::Random;
use crate::trace::{Hand, Trace};

/// A shape drawn in or at a box.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// Two strokes across each other.
    Cross,
    /// A short stroke down and a long one up.
    Tick,
    /// The inside hatched full.
    Fill,
    /// One slanting stroke.
    Slash,
    /// One level stroke.
    Dash,
    /// The pen put down once.
    Dot,
    /// A ring round the box.
    Ring,
    /// A dense zigzag over the whole box.
    Scribble,
}

/// How one shape is made.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Gesture {
    pub(crate) hand: Hand,
    /// Size against the box; 1 reaches from edge to edge.
    pub(crate) size: f64,
    /// Where its middle is put, millimetres from the middle of the box.
    pub(crate) offset_mm: (f64, f64),
    /// Lean, radians clockwise.
    pub(crate) lean: f64,
    /// Pen width in millimetres, which decides how far hatching lines lie apart.
    pub(crate) pen_mm: f64,
    /// The pen stays on the paper between the two strokes of a cross.
    pub(crate) joined: bool,
}

impl Shape {
    /// The ways of the pen for this shape at box `at` (sheet millimetres).
    pub(crate) fn traces(self, at: &RectMm, gesture: &Gesture, random: &mut Random) -> Vec<Trace> {
        let strokes = match self {
            Self::Cross => cross(gesture.joined, random),
            Self::Tick => vec![tick(random)],
            Self::Fill => fill(gesture, at, random),
            Self::Slash => vec![slash(random)],
            Self::Dash => vec![dash(random)],
            Self::Dot => vec![dot(random)],
            Self::Ring => vec![ring(random)],
            Self::Scribble => vec![scribble(random)],
        };
        let centre = at.center();
        let (sin, cos) = gesture.lean.sin_cos();
        let (half_w, half_h) = (at.w / 2.0 * gesture.size, at.h / 2.0 * gesture.size);
        strokes
            .iter()
            .map(|stroke| {
                let points: Vec<_> = stroke
                    .iter()
                    .map(|&(x, y)| {
                        let (x, y) = (x * half_w, y * half_h);
                        (
                            centre.x + gesture.offset_mm.0 + x * cos - y * sin,
                            centre.y + gesture.offset_mm.1 + x * sin + y * cos,
                        )
                    })
                    .collect();
                gesture.hand.stroke(&points, random)
            })
            .collect()
    }
}

/// Strokes in units of half a box round its middle.
type Stroke = Vec<(f64, f64)>;

fn near(p: (f64, f64), sigma: f64, random: &mut Random) -> (f64, f64) {
    (p.0 + random.normal() * sigma, p.1 + random.normal() * sigma)
}

/// A straight stroke that bows a little.
fn bowed(from: (f64, f64), to: (f64, f64), random: &mut Random) -> Stroke {
    let bow = random.bounded(0.09, 0.25);
    let mid = ((from.0 + to.0) / 2.0 - (to.1 - from.1) * bow, (from.1 + to.1) / 2.0 + (to.0 - from.0) * bow);
    vec![from, near(mid, 0.04, random), to]
}

fn cross(joined: bool, random: &mut Random) -> Vec<Stroke> {
    let mut one = bowed(near((-0.85, -0.85), 0.14, random), near((0.85, 0.85), 0.16, random), random);
    let two = bowed(near((0.85, -0.9), 0.16, random), near((-0.85, 0.85), 0.18, random), random);
    if joined {
        // Down the first stroke, up on the right side, down the second.
        let rise = near((1.05, 0.1), 0.12, random);
        one.push(rise);
        one.extend(two);
        vec![one]
    } else if random.chance(0.5) {
        vec![one, two]
    } else {
        vec![two, one]
    }
}

fn tick(random: &mut Random) -> Stroke {
    let start = near((-0.75, -0.1), 0.16, random);
    let foot = near((-0.2, 0.7), 0.14, random);
    // The tail often runs far out of the box.
    let reach = random.between(0.8, 2.3);
    let end = (foot.0 + 0.75 * reach + random.normal() * 0.15, foot.1 - 1.15 * reach);
    let bend = ((foot.0 + end.0) / 2.0 + random.between(0.0, 0.22), (foot.1 + end.1) / 2.0 + 0.1);
    // The foot is sharp: a point before and after it keeps the curve from rounding it.
    let before = (foot.0 - (foot.0 - start.0) * 0.12, foot.1 - (foot.1 - start.1) * 0.12);
    let after = (foot.0 + (bend.0 - foot.0) * 0.12, foot.1 + (bend.1 - foot.1) * 0.12);
    vec![start, before, foot, after, bend, end]
}

fn slash(random: &mut Random) -> Stroke {
    if random.chance(0.85) {
        bowed(near((0.85, -0.9), 0.16, random), near((-0.85, 0.9), 0.16, random), random)
    } else {
        bowed(near((-0.85, -0.9), 0.16, random), near((0.85, 0.9), 0.16, random), random)
    }
}

fn dash(random: &mut Random) -> Stroke {
    bowed(near((-0.75, 0.0), 0.12, random), near((0.75, 0.0), 0.12, random), random)
}

fn dot(random: &mut Random) -> Stroke {
    let at = near((0.0, 0.0), 0.15, random);
    vec![at, near(at, 0.06, random), near(at, 0.08, random)]
}

fn ring(random: &mut Random) -> Stroke {
    let start = random.between(0.0, std::f64::consts::TAU);
    let turn = if random.chance(0.75) { -1.0 } else { 1.0 };
    let around = std::f64::consts::TAU * random.between(0.96, 1.2);
    let (rx, ry) = (random.between(1.45, 2.0), random.between(1.4, 1.9));
    let drift = random.normal() * 0.06;
    let (cx, cy) = near((0.0, 0.0), 0.1, random);
    let n = 16;
    (0..=n)
        .map(|i| {
            let t = f64::from(i) / f64::from(n);
            let a = start + turn * around * t;
            let grow = 1.0 + drift * t + random.normal() * 0.018;
            (cx + rx * grow * a.cos(), cy + ry * grow * a.sin())
        })
        .collect()
}

/// Hatching to and fro, about a pen's width apart, seldom perfectly.
fn fill(gesture: &Gesture, at: &RectMm, random: &mut Random) -> Vec<Stroke> {
    let apart = gesture.pen_mm * random.between(0.55, 1.05);
    let rows = (at.h * 1.5 / apart).ceil().clamp(5.0, 40.0) as usize;
    let angle: f64 = random.between(-1.1, 1.1);
    let passes = if random.chance(0.35) { 2 } else { 1 };
    (0..passes).map(|pass| hatch(rows, angle + f64::from(pass) * 1.3, random)).collect()
}

fn hatch(rows: usize, angle: f64, random: &mut Random) -> Stroke {
    let (sin, cos) = angle.sin_cos();
    let mut points = Vec::with_capacity(rows + 1);
    for i in 0..=rows {
        let v = -1.0 + 2.0 * i as f64 / rows as f64;
        let side = if i % 2 == 0 { -1.0 } else { 1.0 };
        let (dx, dy) = (cos * side - sin * v * 1.3, sin * side + cos * v * 1.3);
        // Turn at the edge of the box, give or take: shrink the direction to the square.
        let out = dx.abs().max(dy.abs());
        let to = (0.86 + random.normal() * 0.07) / out.max(0.86);
        points.push((dx * to, dy * to));
    }
    points
}

fn scribble(random: &mut Random) -> Stroke {
    let turns = 7 + random.below(8);
    let angle = random.between(-0.5, 0.5);
    let (sin, cos) = f64::sin_cos(angle);
    let (reach_x, reach_y) = (random.between(1.1, 1.6), random.between(0.75, 1.25));
    (0..=turns)
        .map(|i| {
            let t = i as f64 / turns as f64 * 2.0 - 1.0;
            let side = if i % 2 == 0 { -1.0 } else { 1.0 };
            let (x, y) = near((t * reach_x, side * reach_y), 0.15, random);
            (x * cos - y * sin, x * sin + y * cos)
        })
        .collect()
}
