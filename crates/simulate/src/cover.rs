//! What hides or takes away ink: correction fluid, correction tape, an eraser.

use phieu_model::geometry::{PointMm, RectMm};

use crate::paper::Paper;
use crate::random::Random;
use crate::trace::Trace;

/// A patch of correction fluid or tape.
#[derive(Debug, Clone)]
pub(crate) struct WhiteOut {
    /// The way of the brush or roller.
    pub(crate) way: Trace,
    /// Its width in millimetres.
    pub(crate) width_mm: f64,
    /// Tape has straight edges and covers wholly; fluid thins out towards its edge.
    pub(crate) medium: Medium,
}

/// The kinds of white.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Medium {
    Fluid,
    Tape,
}

/// An eraser's way.
#[derive(Debug, Clone)]
pub(crate) struct Rub {
    pub(crate) way: Trace,
    pub(crate) width_mm: f64,
    /// Share of the graphite that stays.
    pub(crate) left: f64,
    /// Density of the smear.
    pub(crate) smear: f64,
}

impl WhiteOut {
    /// A patch over `at`, as people put it: mostly over the mark, seldom exactly.
    pub(crate) fn over(at: &RectMm, random: &mut Random) -> Self {
        let c = at.center();
        let tape = random.chance(0.45);
        let slip = |random: &mut Random| random.normal() * 0.09 * at.w;
        let (x, y) = (c.x + slip(random), c.y + slip(random));
        if tape {
            let (half, rise) = (at.w * random.between(0.55, 1.1), random.normal() * 0.15);
            let way = line(&[(x - half, y - rise), (x + half, y + rise)]);
            return Self { way, width_mm: random.between(4.0, 5.6), medium: Medium::Tape };
        }
        let strokes = 2 + random.below(3);
        let points: Vec<(f64, f64)> = (0..=strokes)
            .map(|i| {
                let side = if i % 2 == 0 { -1.0 } else { 1.0 };
                let down = (i as f64 / strokes as f64 - 0.5) * at.h * 0.6;
                (x + side * at.w * random.between(0.3, 0.7), y + down + random.normal() * 0.2)
            })
            .collect();
        Self { way: line(&points), width_mm: random.between(2.2, 3.6), medium: Medium::Fluid }
    }
}

impl Rub {
    /// An eraser rubbed to and fro over `at`.
    pub(crate) fn over(at: &RectMm, random: &mut Random) -> Self {
        let c = at.center();
        let angle = random.between(-0.8, 0.4);
        let (sin, cos) = f64::sin_cos(angle);
        let turns = 4 + random.below(6);
        let reach = at.w * random.between(0.8, 1.6);
        let points: Vec<(f64, f64)> = (0..=turns)
            .map(|i| {
                let along = if i % 2 == 0 { -reach } else { reach };
                let across = (i as f64 / turns as f64 - 0.5) * at.h * 1.3;
                (c.x + along * cos - across * sin, c.y + along * sin + across * cos)
            })
            .collect();
        Self {
            way: line(&points),
            width_mm: random.between(2.0, 3.5),
            left: random.between(0.03, 0.32),
            smear: random.between(0.01, 0.05),
        }
    }
}

/// Straight lines through the points.
fn line(points: &[(f64, f64)]) -> Trace {
    let touch = |&(x, y): &(f64, f64)| crate::trace::Touch { x, y, pressure: 1.0 };
    Trace { touches: points.iter().map(touch).collect() }
}

/// Covers toner and ink with a white that is not quite the paper's.
pub(crate) fn white_out(paper: &mut Paper, patch: &WhiteOut, random: &mut Random) {
    let hides = match patch.medium {
        Medium::Tape => random.between(0.97, 1.0),
        Medium::Fluid => random.between(0.86, 1.0),
    } as f32;
    // Brighter than office paper as a rule, seldom yellowed; the ridge round it casts a faint shadow.
    let tone = random.between(-0.055, 0.02) as f32;
    let ridge = random.between(0.0, 0.10) as f32;
    let ragged = match patch.medium {
        Medium::Tape => 0.0,
        Medium::Fluid => random.between(0.1, 0.35),
    };
    let (wobble, phase) = (random.between(1.5, 3.0), random.between(0.0, 6.3));
    let spots = reached(paper, &patch.way, patch.width_mm / 2.0 + ragged + 0.3);
    let mut marks = Vec::new();
    for (x, y) in spots {
        let p = place(paper, x, y);
        let edge = ragged * ((p.x * wobble + phase).sin() + (p.y * wobble * 1.3).cos()) / 2.0;
        let into = patch.width_mm / 2.0 + edge - distance(&patch.way, p, patch.medium);
        // Fluid thins out over a quarter of a millimetre.
        let soft = match patch.medium {
            Medium::Tape => 0.06,
            Medium::Fluid => 0.25,
        };
        let cover = (into / soft + 0.5).clamp(0.0, 1.0) as f32;
        if cover > 0.0 {
            let rim = (1.0 - (into.abs() / 0.18).min(1.0)) as f32;
            marks.push((x, y, cover * hides, rim));
        }
    }
    for &(x, y, cover, _) in &marks {
        let at = y * paper.print.width + x;
        let under = |cell: &mut u8| *cell = (f32::from(*cell) * (1.0 - cover)) as u8;
        under(&mut paper.print.data[at]);
        paper.inks.iter_mut().for_each(|ink| under(&mut ink.plane.data[at]));
    }
    let white = paper.add_ink([tone, tone * 0.9, tone * 0.8]);
    for &(x, y, cover, _) in &marks {
        white.add(x, y, cover);
    }
    let shadow = paper.add_ink([1.0, 1.0, 1.0]);
    for &(x, y, _, rim) in &marks {
        shadow.add(x, y, rim * ridge);
    }
}

/// Takes graphite from the layer `own` and smears some of it.
pub(crate) fn rub(paper: &mut Paper, (own, rub): (usize, &Rub), random: &mut Random) {
    let spots = reached(paper, &rub.way, rub.width_mm / 2.0);
    let seed = random.bits();
    let scale = paper.scale;
    for (x, y) in spots {
        let p = place(paper, x, y);
        if distance(&rub.way, p, Medium::Fluid) > rub.width_mm / 2.0 {
            continue;
        }
        let (gx, gy) = ((x as f64 / scale / 0.12) as u64, (y as f64 / scale / 0.5) as u64);
        let grain = grain(gx, gy, seed);
        let layer = &mut paper.inks[own];
        let cell = &mut layer.plane.data[y * layer.plane.width + x];
        *cell = (f64::from(*cell) * rub.left * (0.5 + grain)) as u8;
        layer.add(x, y, (rub.smear * (0.3 + 1.4 * grain)) as f32);
    }
}

/// 0–1, the same for the same cell.
fn grain(x: u64, y: u64, seed: u64) -> f64 {
    let mut z = (x << 32 ^ y).wrapping_add(seed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    (z >> 40) as f64 / f64::from(1u32 << 24)
}

fn place(paper: &Paper, x: usize, y: usize) -> PointMm {
    PointMm::new((x as f64 + 0.5) / paper.scale, (y as f64 + 0.5) / paper.scale)
}

/// The pixels within `reach` millimetres of the bounds of a way.
fn reached(paper: &Paper, way: &Trace, reach: f64) -> Vec<(usize, usize)> {
    let span = |of: fn(&crate::trace::Touch) -> f64, most: usize| {
        let (low, high) =
            way.touches.iter().map(of).fold((f64::MAX, f64::MIN), |b, v| (b.0.min(v), b.1.max(v)));
        let px = |mm: f64| ((mm * paper.scale).max(0.0) as usize).min(most);
        px(low - reach)..px(high + reach)
    };
    let (xs, ys) = (span(|t| t.x, paper.print.width), span(|t| t.y, paper.print.height));
    ys.flat_map(|y| xs.clone().map(move |x| (x, y))).collect()
}

/// Distance to the way in millimetres. A tape ends square at the end of its way.
fn distance(way: &Trace, p: PointMm, medium: Medium) -> f64 {
    way.touches
        .windows(2)
        .map(|pair| {
            let (dx, dy) = (pair[1].x - pair[0].x, pair[1].y - pair[0].y);
            let along = ((p.x - pair[0].x) * dx + (p.y - pair[0].y) * dy) / (dx * dx + dy * dy).max(1e-9);
            if medium == Medium::Tape && !(0.0..=1.0).contains(&along) {
                return f64::MAX;
            }
            let t = along.clamp(0.0, 1.0);
            (p.x - pair[0].x - t * dx).hypot(p.y - pair[0].y - t * dy)
        })
        .fold(f64::MAX, f64::min)
}
