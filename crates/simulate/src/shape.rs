//! The shapes that people put into boxes, as ways of the pen.

use phieu_model::geometry::RectMm;
use serde::{Deserialize, Serialize};

use crate::random::Random;
use crate::trace::{Hand, Trace};

mod hatching;
mod tick;

pub use hatching::FillForm;
pub use tick::TickForm;

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
    /// One or two lines through a mark, to strike it out.
    Strike,
    /// A ring round the label of the box.
    LabelRing,
    /// A line under the label of the box.
    Underline,
    /// A part of one line through a column of boxes.
    ColumnLine,
    /// Correction fluid or tape over the box.
    WhiteOut,
    /// An eraser rubbed over the box.
    Rubbing,
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
    /// Strokes are gone over a second time.
    pub(crate) twice: bool,
    /// The form of a tick.
    pub(crate) tick: TickForm,
    /// The way of filling.
    pub(crate) fill: FillForm,
}

impl Shape {
    /// The ways of the pen for this shape at box `at` (sheet millimetres), or at the label, for the shapes
    /// that belong to a label.
    pub(crate) fn traces(self, at: &RectMm, gesture: &Gesture, random: &mut Random) -> Vec<Trace> {
        let speed = gesture.hand.speed;
        let mut strokes = match self {
            Self::Cross => cross(gesture, random),
            Self::Tick => vec![gesture.tick.stroke(speed, random)],
            Self::Fill => gesture.fill.strokes(gesture.pen_mm / at.h, random),
            Self::Slash => vec![slash(speed, random)],
            Self::Dash => vec![dash(speed, random)],
            Self::Dot => vec![dot(random)],
            Self::Ring | Self::LabelRing => vec![ring(self, random)],
            Self::Scribble => scribble(random),
            Self::Strike => strike(speed, random),
            Self::Underline => vec![bowed((-1.0, 1.0), (1.0, 1.0), speed * 0.3, random)],
            Self::ColumnLine | Self::WhiteOut | Self::Rubbing => Vec::new(),
        };
        if gesture.twice && random.chance(0.6) {
            let again: Vec<Stroke> = (strokes.iter())
                .map(|stroke| stroke.iter().map(|p| near(*p, 0.07, random)).collect())
                .collect();
            strokes.extend(again);
        }
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

/// A straight stroke that bows; a fast one bows more, runs over its end and may leave it in a hook.
fn bowed(from: (f64, f64), to: (f64, f64), speed: f64, random: &mut Random) -> Stroke {
    let bow = random.bounded(0.05 + 0.08 * speed, 0.3);
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let over = speed * random.between(0.0, 0.18);
    let end = (to.0 + dx * over, to.1 + dy * over);
    let mid = ((from.0 + end.0) / 2.0 - dy * bow, (from.1 + end.1) / 2.0 + dx * bow);
    let mut stroke = vec![from, near(mid, 0.04, random), end];
    if random.chance(0.3 * speed) {
        // On the way to the next stroke the pen lifts off late.
        let side = if random.chance(0.5) { 0.16 } else { -0.16 };
        stroke.push((end.0 - dx * 0.07 - dy * side, end.1 - dy * 0.07 + dx * side));
    }
    stroke
}

fn cross(gesture: &Gesture, random: &mut Random) -> Vec<Stroke> {
    let speed = gesture.hand.speed;
    // Few crosses are upright or flat ones.
    let flat = random.bounded(0.12, 0.35);
    let (w, h) = (0.85 * (1.0 + flat), 0.87 * (1.0 - flat));
    let mut one = bowed(near((-w, -h), 0.14, random), near((w, h), 0.16, random), speed, random);
    let two = bowed(near((w, -h), 0.16, random), near((-w, h), 0.18, random), speed, random);
    if gesture.joined {
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

fn slash(speed: f64, random: &mut Random) -> Stroke {
    if random.chance(0.85) {
        bowed(near((0.85, -0.9), 0.16, random), near((-0.85, 0.9), 0.16, random), speed, random)
    } else {
        bowed(near((-0.85, -0.9), 0.16, random), near((0.85, 0.9), 0.16, random), speed, random)
    }
}

fn dash(speed: f64, random: &mut Random) -> Stroke {
    bowed(near((-0.75, 0.0), 0.12, random), near((0.75, 0.0), 0.12, random), speed, random)
}

fn dot(random: &mut Random) -> Stroke {
    let at = near((0.0, 0.0), 0.15, random);
    vec![at, near(at, 0.06, random), near(at, 0.08, random)]
}

/// A ring, seldom closed exactly: it spirals a little, and its ends pass or miss each other.
fn ring(shape: Shape, random: &mut Random) -> Stroke {
    let start = random.between(0.0, std::f64::consts::TAU);
    let turn = if random.chance(0.75) { -1.0 } else { 1.0 };
    let rounds = if random.chance(0.12) { random.between(1.7, 2.2) } else { random.between(0.93, 1.25) };
    let around = std::f64::consts::TAU * rounds;
    let (rx, ry) = match shape {
        Shape::LabelRing => (random.between(1.05, 1.3), random.between(1.3, 1.9)),
        _ => (random.between(1.4, 2.0), random.between(1.35, 1.9)),
    };
    let drift = random.normal() * 0.06;
    let (cx, cy) = near((0.0, 0.0), 0.1, random);
    let n = (16.0 * rounds) as i32;
    (0..=n)
        .map(|i| {
            let t = f64::from(i) / f64::from(n);
            let a = start + turn * around * t;
            let grow = 1.0 + drift * t + random.normal() * 0.02;
            (cx + rx * grow * a.cos(), cy + ry * grow * a.sin())
        })
        .collect()
}

/// To and fro over a mark; now and then a second time, across or in loops.
fn scribble(random: &mut Random) -> Vec<Stroke> {
    let angle = random.between(-0.6, 0.6);
    let mut strokes = vec![zigzag(angle, random)];
    if random.chance(0.3) {
        strokes.push(zigzag(angle + random.between(0.8, 2.0), random));
    }
    if random.chance(0.25) {
        let loops = 3 + random.below(4);
        strokes.push(
            (0..loops * 8)
                .map(|i| {
                    let a = i as f64 * std::f64::consts::TAU / 8.0;
                    near((0.9 * a.cos() + 0.03 * i as f64 - 0.4, 0.8 * a.sin()), 0.1, random)
                })
                .collect(),
        );
    }
    strokes
}

fn zigzag(angle: f64, random: &mut Random) -> Stroke {
    let turns = 5 + random.below(10);
    let (sin, cos) = f64::sin_cos(angle);
    let (reach_x, reach_y) = (random.between(0.9, 1.6), random.between(0.7, 1.25));
    (0..=turns)
        .map(|i| {
            let t = i as f64 / turns as f64 * 2.0 - 1.0;
            let side = if i % 2 == 0 { -1.0 } else { 1.0 };
            let (x, y) = near((t * reach_x, side * reach_y), 0.15, random);
            (x * cos - y * sin, x * sin + y * cos)
        })
        .collect()
}

/// A level or rising line through the mark and past it, sometimes two.
fn strike(speed: f64, random: &mut Random) -> Vec<Stroke> {
    let rise = if random.chance(0.7) { random.between(-0.2, 0.3) } else { random.between(0.6, 1.2) };
    let lines = if random.chance(0.3) { 2 } else { 1 };
    (0..lines)
        .map(|i| {
            let y = f64::from(i) * 0.4 - f64::from(lines - 1) * 0.2;
            let (left, right) = (-random.between(1.1, 2.0), random.between(1.1, 2.2));
            bowed(
                near((left, y + rise), 0.1, random),
                near((right, y - rise), 0.1, random),
                speed * 0.5,
                random,
            )
        })
        .collect()
}
