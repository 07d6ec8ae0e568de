//! Dirt of the scanner: dust on the glass, and streaks where the feeder's window is dirty.

use serde::{Deserialize, Serialize};

use crate::random::Random;
use crate::toner::within;

/// A speck on the glass.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Speck {
    at_mm: [f64; 2],
    /// A hair is longer than it is wide.
    to_mm: [f64; 2],
    radius_mm: f64,
    depth: f64,
}

/// A vertical streak through the whole upright picture.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Streak {
    /// Millimetres from the left side of the picture.
    pub at_mm: f64,
    /// Width, millimetres.
    pub width_mm: f64,
    /// Light lost, 0–1; below 0 light gained.
    pub depth: f64,
    /// It is interrupted once in so many millimetres.
    pub gap_mm: f64,
}

impl Speck {
    /// Draws a speck over a picture of about this size.
    pub(crate) fn draw(size_mm: [f64; 2], random: &mut Random) -> Self {
        let at_mm = size_mm.map(|side| random.unit() * side);
        let hair = random.chance(0.06);
        let reach = if hair { random.between(0.5, 4.0) } else { 0.0 };
        let way = random.between(0.0, std::f64::consts::TAU);
        Self {
            at_mm,
            to_mm: [at_mm[0] + reach * way.cos(), at_mm[1] + reach * way.sin()],
            radius_mm: if hair { random.between(0.03, 0.08) } else { random.between(0.06, 0.22) },
            depth: random.between(0.2, 0.8),
        }
    }

    pub(crate) fn fall_on(&self, plane: &mut [f32], (width, height): (usize, usize), per_mm: f64) {
        let [[ax, ay], [bx, by]] = [self.at_mm, self.to_mm].map(|p| p.map(|mm| mm * per_mm));
        let radius = self.radius_mm * per_mm;
        let span = |a: f64, b: f64, most: usize| {
            let most = most as f64;
            let (low, high) = (a.min(b) - radius - 1.0, a.max(b) + radius + 2.0);
            low.clamp(0.0, most) as usize..high.clamp(0.0, most) as usize
        };
        let (dx, dy) = (bx - ax, by - ay);
        let length2 = (dx * dx + dy * dy).max(1e-9);
        for y in span(ay, by, height) {
            for x in span(ax, bx, width) {
                let (cx, cy) = (x as f64 + 0.5 - ax, y as f64 + 0.5 - ay);
                let t = ((cx * dx + cy * dy) / length2).clamp(0.0, 1.0);
                let cover = (radius - (cx - t * dx).hypot(cy - t * dy) + 0.5).clamp(0.0, 1.0);
                plane[y * width + x] *= (1.0 - self.depth * cover) as f32;
            }
        }
    }
}

impl Streak {
    /// Draws a streak over a picture of about this size.
    pub(crate) fn draw(size_mm: [f64; 2], random: &mut Random) -> Self {
        let light = random.chance(0.25);
        Self {
            at_mm: within([12.0, size_mm[0] - 12.0], random),
            width_mm: within([0.08, 0.5], random),
            depth: if light { within([-0.3, -0.05], random) } else { within([0.06, 0.5], random) },
            gap_mm: within([5.0, 60.0], random),
        }
    }

    pub(crate) fn fall_on(&self, plane: &mut [f32], width: usize, per_mm: f64) {
        let first = (self.at_mm * per_mm) as usize;
        let pixels = (self.width_mm * per_mm).round().max(1.0) as usize;
        let gap = (self.gap_mm * per_mm).max(12.0) as usize;
        for (y, row) in plane.chunks_exact_mut(width).enumerate() {
            if y % gap < gap / 12 {
                continue;
            }
            for cell in row.iter_mut().skip(first).take(pixels) {
                *cell *= (1.0 - self.depth) as f32;
            }
        }
    }
}
