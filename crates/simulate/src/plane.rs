//! A grid of bytes over the sheet, and the plain operations on it.

use crate::random::Random;

/// A grid of bytes over the sheet.
#[derive(Debug, Clone)]
pub(crate) struct Plane {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) data: Vec<u8>,
}

/// Side of a tile in the map of where a plane holds anything, pixels.
pub(crate) const TILE: usize = 16;

/// Which tiles of a plane hold anything.
#[derive(Debug, Clone)]
pub(crate) struct Tiles {
    across: usize,
    down: usize,
    held: Vec<bool>,
}

impl Tiles {
    /// No tile of a plane of this size holds anything.
    pub(crate) fn empty(width: usize, height: usize) -> Self {
        let (across, down) = (width.div_ceil(TILE), height.div_ceil(TILE));
        Self { across, down, held: vec![false; across * down] }
    }

    /// The tiles of `plane` in which a value is not 0.
    pub(crate) fn of(plane: &Plane) -> Self {
        let mut tiles = Self::empty(plane.width, plane.height);
        for (y, row) in plane.data.chunks_exact(plane.width).enumerate() {
            let held = &mut tiles.held[y / TILE * tiles.across..][..tiles.across];
            for (held, part) in held.iter_mut().zip(row.chunks(TILE)) {
                *held |= part.iter().fold(0, |any, v| any | v) != 0;
            }
        }
        tiles
    }

    /// Notes that pixel (x, y) holds something.
    pub(crate) fn hold(&mut self, x: usize, y: usize) {
        self.held[y / TILE * self.across + x / TILE] = true;
    }

    /// Whether any tile that touches these pixels holds something; places beyond the
    /// plane hold nothing.
    pub(crate) fn any(&self, (x0, x1): (i64, i64), (y0, y1): (i64, i64)) -> bool {
        let side = TILE as i64;
        let span = |a: i64, b: i64, n: usize| {
            (a.div_euclid(side).max(0) as usize, (b.div_euclid(side) + 1).clamp(0, n as i64) as usize)
        };
        let ((tx0, tx1), (ty0, ty1)) = (span(x0, x1, self.across), span(y0, y1, self.down));
        (ty0..ty1).any(|ty| (tx0..tx1).any(|tx| self.held[ty * self.across + tx]))
    }
}

impl Plane {
    /// A plane of zeros.
    pub(crate) fn zeros(width: usize, height: usize) -> Self {
        Self { width, height, data: vec![0; width * height] }
    }

    /// The value between the pixels at a place, whole numbers being the pixels' middles;
    /// 0 beyond the plane.
    pub(crate) fn sample(&self, u: f64, v: f64) -> f32 {
        if u < 0.0 || v < 0.0 || u >= (self.width - 1) as f64 || v >= (self.height - 1) as f64 {
            return 0.0;
        }
        let (i, j) = (u as usize, v as usize);
        let two = |at: usize| (self.data[at], self.data[at + 1]);
        let ((a, b), (c, d)) = (two(j * self.width + i), two((j + 1) * self.width + i));
        if a | b | c | d == 0 {
            return 0.0;
        }
        let (fu, fv) = ((u - i as f64) as f32, (v - j as f64) as f32);
        let top = f32::from(a) * (1.0 - fu) + f32::from(b) * fu;
        let bottom = f32::from(c) * (1.0 - fu) + f32::from(d) * fu;
        top * (1.0 - fv) + bottom * fv
    }

    /// Blurs with a Gauss kernel of deviation `sigma` pixels; the rim keeps its values.
    pub(crate) fn blur(&mut self, sigma: f64) {
        let half = weights_of_256(sigma);
        let radius = half.len() - 1;
        if radius == 0 || self.width <= 2 * radius || self.height <= 2 * radius {
            return;
        }
        let (width, height) = (self.width, self.height);
        let mut across = self.data.clone();
        let mut sum = vec![0u16; width];
        let weigh = |sum: &mut [u16], parts: &[(&[u8], u16)]| {
            sum.fill(128);
            for (part, weight) in parts {
                sum.iter_mut().zip(*part).for_each(|(s, v)| *s += u16::from(*v) * weight);
            }
        };
        let inner = width - 2 * radius;
        for y in 0..height {
            let row = &self.data[y * width..(y + 1) * width];
            if row.iter().fold(0, |any, v| any | v) == 0 {
                continue;
            }
            let parts: Vec<(&[u8], u16)> =
                (0..=2 * radius).map(|i| (&row[i..i + inner], half[i.abs_diff(radius)])).collect();
            weigh(&mut sum[..inner], &parts);
            let out = &mut across[y * width + radius..][..inner];
            out.iter_mut().zip(&sum).for_each(|(o, s)| *o = (s >> 8) as u8);
        }
        for y in radius..height - radius {
            let parts: Vec<(&[u8], u16)> = (0..=2 * radius)
                .map(|i| (&across[(y + i - radius) * width..][..width], half[i.abs_diff(radius)]))
                .collect();
            weigh(&mut sum, &parts);
            let out = &mut self.data[y * width..(y + 1) * width];
            out.iter_mut().zip(&sum).for_each(|(o, s)| *o = (s >> 8) as u8);
        }
    }
}

/// Half of a Gauss kernel, the middle first, in 1/256 with the whole summing to at most 255,
/// so that sums of bytes fit 16 bits.
fn weights_of_256(sigma: f64) -> Vec<u16> {
    if sigma < 0.3 {
        return vec![255];
    }
    let radius = (sigma * 2.4).ceil() as i32;
    let weight = |i: i32| (-f64::from(i * i) / (2.0 * sigma * sigma)).exp();
    let sum: f64 = (-radius..=radius).map(weight).sum();
    let mut half: Vec<u16> = (0..=radius).map(|i| (weight(i) / sum * 255.0) as u16).collect();
    let total: u16 = half[0] + 2 * half[1..].iter().sum::<u16>();
    half[0] += 255 - total;
    half
}

/// Smooth noise over the plane, -1 to 1, from a small table of random numbers.
pub(crate) struct Smooth {
    table: Vec<f32>,
    per_cell: f32,
}

/// Cells of the table each way; beyond them the noise repeats.
const CELLS: usize = 64;

impl Smooth {
    /// Noise whose grains are about `cell` pixels across.
    pub(crate) fn new(cell: f64, random: &mut Random) -> Self {
        let table = (0..CELLS * CELLS).map(|_| random.between(-1.0, 1.0) as f32).collect();
        Self { table, per_cell: (1.0 / cell) as f32 }
    }

    /// The noise at a pixel.
    pub(crate) fn at(&self, x: usize, y: usize) -> f32 {
        let (u, v) = (x as f32 * self.per_cell, y as f32 * self.per_cell);
        let (i, j) = (u as usize, v as usize);
        let (fu, fv) = (u - i as f32, v - j as f32);
        let cell = |i: usize, j: usize| self.table[j % CELLS * CELLS + i % CELLS];
        let top = cell(i, j) * (1.0 - fu) + cell(i + 1, j) * fu;
        let bottom = cell(i, j + 1) * (1.0 - fu) + cell(i + 1, j + 1) * fu;
        top * (1.0 - fv) + bottom * fv
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_blur_spreads_a_dot_and_keeps_its_weight() {
        let mut plane = Plane::zeros(40, 40);
        for (x, y) in [(19, 19), (20, 19), (19, 20), (20, 20)] {
            plane.data[y * 40 + x] = 240;
        }
        plane.blur(1.2);
        let sum: u32 = plane.data.iter().map(|v| u32::from(*v)).sum();
        assert!((860..=1000).contains(&sum), "{sum}");
        assert!(plane.data[19 * 40 + 19] < 140 && plane.data[19 * 40 + 17] > 10);
    }

    #[test]
    fn tiles_tell_where_something_is() {
        let mut plane = Plane::zeros(100, 50);
        plane.data[20 * 100 + 70] = 1;
        let tiles = Tiles::of(&plane);
        assert!(tiles.any((64, 65), (30, 31)));
        assert!(!tiles.any((0, 63), (0, 49)) && !tiles.any((80, 400), (-50, 90)));
    }
}
