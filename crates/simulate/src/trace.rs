//! The way of the pen's point over the paper.

use crate::random::Random;

/// One moment of a stroke.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Touch {
    /// Millimetres on the sheet.
    pub(crate) x: f64,
    /// Millimetres on the sheet.
    pub(crate) y: f64,
    /// How hard the pen presses, 0–1.
    pub(crate) pressure: f64,
}

/// The way of the point from touching down to lifting off.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Trace {
    pub(crate) touches: Vec<Touch>,
}

/// Distance between the moments of a trace in millimetres: finer than a pixel at 300 dpi.
pub(crate) const STEP_MM: f64 = 0.08;

/// A hand, as far as it shapes a single stroke.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hand {
    /// Deviation of the point from its way, millimetres.
    pub(crate) tremor_mm: f64,
    /// How hard it presses in the middle of a stroke, 0–1.
    pub(crate) pressure: f64,
    /// How fast it moves, 0–1: a fast stroke lifts off early and presses less on its straight parts.
    pub(crate) speed: f64,
}

impl Hand {
    /// A smooth stroke through the points (Catmull–Rom), with tremor across its way,
    /// softer where the pen comes down and where it lifts off.
    pub(crate) fn stroke(&self, through: &[(f64, f64)], random: &mut Random) -> Trace {
        let mut way = Vec::new();
        let at = |i: isize| through[i.clamp(0, through.len() as isize - 1) as usize];
        for i in 0..through.len() as isize - 1 {
            let (a, b, c, d) = (at(i - 1), at(i), at(i + 1), at(i + 2));
            let steps = (((c.0 - b.0).hypot(c.1 - b.1) * 1.1 / STEP_MM).ceil() as usize).max(2);
            for s in 0..steps {
                let t = s as f64 / steps as f64;
                way.push((spline(a.0, b.0, c.0, d.0, t), spline(a.1, b.1, c.1, d.1, t)));
            }
        }
        way.push(at(through.len() as isize - 1));
        self.shaken(&way, random)
    }

    fn shaken(&self, way: &[(f64, f64)], random: &mut Random) -> Trace {
        // Physiological tremor runs at 6–12 Hz; at 20–60 mm/s that is a wave of 2–8 mm,
        // with finer jitter of a pen on paper on top of it.
        let waves: Vec<[f64; 4]> = [(6.0, 1.0), (2.6, 0.6), (1.1, 0.3)]
            .iter()
            .map(|&(length, share)| {
                let length = length * random.between(0.7, 1.4);
                let size = self.tremor_mm * share;
                [
                    std::f64::consts::TAU * STEP_MM / length,
                    random.between(0.0, std::f64::consts::TAU),
                    random.normal() * size,
                    random.normal() * size,
                ]
            })
            .collect();
        let press_wave = random.between(0.0, std::f64::consts::TAU);
        let press_speed = STEP_MM / random.between(2.0, 6.0);
        let land = random.between(0.8 - 0.4 * self.speed, 1.0);
        let lift = random.between(0.6 - 0.5 * self.speed, 0.95 - 0.35 * self.speed);
        let taper = 0.15 + 0.2 * self.speed;
        let n = way.len() as f64;
        let touches = way
            .iter()
            .enumerate()
            .map(|(i, &(x, y))| {
                let (mut dx, mut dy) = (0.0, 0.0);
                for [speed, phase, ax, ay] in &waves {
                    dx += ax * (speed * i as f64 + phase).sin();
                    dy += ay * (speed * i as f64 + phase * 1.7).cos();
                }
                let along = (i as f64 + 0.5) / n;
                let ends = ramp(along / 0.12, land) * ramp((1.0 - along) / taper, lift);
                let swing = 1.0 + 0.08 * (press_wave + press_speed * i as f64).sin();
                let eased = 1.0 - 0.25 * self.speed * straightness(way, i);
                let pressure = (self.pressure * ends * swing * eased).clamp(0.02, 1.0);
                Touch { x: x + dx, y: y + dy, pressure }
            })
            .collect();
        Trace { touches }
    }
}

/// How straight the way runs within half a millimetre of a place: 1 straight, 0 turning back.
fn straightness(way: &[(f64, f64)], i: usize) -> f64 {
    const REACH: usize = 6;
    let (before, here, after) = (way[i.saturating_sub(REACH)], way[i], way[(i + REACH).min(way.len() - 1)]);
    let (a, b) = ((here.0 - before.0, here.1 - before.1), (after.0 - here.0, after.1 - here.1));
    let lengths = a.0.hypot(a.1) * b.0.hypot(b.1);
    if lengths < 1e-9 { 1.0 } else { (0.5 + (a.0 * b.0 + a.1 * b.1) / lengths / 2.0).clamp(0.0, 1.0) }
}

/// From `start` at 0 to 1 at 1 and beyond.
fn ramp(t: f64, start: f64) -> f64 {
    start + (1.0 - start) * t.clamp(0.0, 1.0)
}

fn spline(a: f64, b: f64, c: f64, d: f64, t: f64) -> f64 {
    0.5 * (2.0 * b
        + (c - a) * t
        + (2.0 * a - 5.0 * b + 4.0 * c - d) * t * t
        + (3.0 * b - a - 3.0 * c + d) * t * t * t)
}
