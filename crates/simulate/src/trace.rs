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
const STEP_MM: f64 = 0.08;

/// A hand, as far as it shapes a single stroke.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Hand {
    /// Deviation of the point from its way, millimetres.
    pub(crate) tremor_mm: f64,
    /// How hard it presses in the middle of a stroke, 0–1.
    pub(crate) pressure: f64,
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
        let (land, lift) = (random.between(0.55, 1.0), random.between(0.3, 0.85));
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
                let ends = ramp(along / 0.12, land) * ramp((1.0 - along) / 0.2, lift);
                let swing = 1.0 + 0.08 * (press_wave + press_speed * i as f64).sin();
                Touch { x: x + dx, y: y + dy, pressure: (self.pressure * ends * swing).clamp(0.02, 1.0) }
            })
            .collect();
        Trace { touches }
    }
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
