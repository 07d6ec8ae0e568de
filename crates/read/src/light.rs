//! The local level of paper, and the level of print, so that pale scans, grey
//! copies and shadows come out alike.

use phieu_model::geometry::PointPx;

use crate::frame::{Frame, count_from};
use crate::wide::widely;

/// Side of a tile in pixels of the frame that the level is taken from.
const TILE: usize = 24;
/// Share of a tile's pixels that may be brighter than its paper level: noise and
/// the bright edge of sharpened scans.
const BRIGHTER_SHARE: usize = 15;
/// Paper is never taken for darker than this: below lies the dark lid of a scanner.
const DARKEST_PAPER: f32 = 40.0;

/// The brightness of unprinted paper over the picture.
#[derive(Debug, Clone)]
pub struct PaperLevel {
    columns: usize,
    rows: usize,
    levels: Vec<f32>,
}

impl PaperLevel {
    /// Measures the paper level of `frame`, tile by tile: the brightness that 15 %
    /// of a tile's pixels exceed (every second row is looked at), raised to that of the brightest neighbour tile so
    /// that a filled mark is not taken for dark paper, then smoothed.
    pub fn of(frame: &Frame) -> Self {
        let columns = frame.width().div_ceil(TILE);
        let rows = frame.height().div_ceil(TILE);
        let mut raw = Vec::with_capacity(columns * rows);
        let mut tile = Vec::with_capacity(TILE * TILE / 2);
        for row in 0..rows {
            let ys = row * TILE..((row + 1) * TILE).min(frame.height());
            for column in 0..columns {
                let xs = column * TILE..((column + 1) * TILE).min(frame.width());
                tile.clear();
                ys.clone().step_by(2).for_each(|y| tile.extend_from_slice(&frame.row(y)[xs.clone()]));
                raw.push(f32::from(exceeded(&tile, tile.len() * BRIGHTER_SHARE / 100)));
            }
        }
        let mut levels = Self { columns, rows, levels: raw };
        levels = levels.over_neighbours(|values| values.iter().copied().fold(DARKEST_PAPER, f32::max));
        levels.over_neighbours(|values| values.iter().sum::<f32>() / values.len() as f32)
    }

    fn over_neighbours(&self, join: impl Fn(&[f32]) -> f32) -> Self {
        let mut levels = Vec::with_capacity(self.levels.len());
        let mut values = Vec::with_capacity(9);
        for row in 0..self.rows {
            for column in 0..self.columns {
                values.clear();
                for r in row.saturating_sub(1)..(row + 2).min(self.rows) {
                    for c in column.saturating_sub(1)..(column + 2).min(self.columns) {
                        values.push(self.levels[r * self.columns + c]);
                    }
                }
                levels.push(join(&values));
            }
        }
        Self { columns: self.columns, rows: self.rows, levels }
    }

    /// The paper level at a place of the frame it was measured on, interpolated
    /// between tile centres.
    pub fn at(&self, p: PointPx) -> f32 {
        let place = |v: f64, n: usize| {
            let t = ((v - (TILE as f64 - 1.0) / 2.0) / TILE as f64).clamp(0.0, (n - 1) as f64);
            let i = (t as usize).min(n.saturating_sub(2));
            (i, (i + 1).min(n - 1), (t - i as f64) as f32)
        };
        let (x0, x1, fx) = place(p.x, self.columns);
        let (y0, y1, fy) = place(p.y, self.rows);
        let at = |x: usize, y: usize| self.levels[y * self.columns + x];
        let top = at(x0, y0) + fx * (at(x1, y0) - at(x0, y0));
        let bottom = at(x0, y1) + fx * (at(x1, y1) - at(x0, y1));
        top + fy * (bottom - top)
    }

    /// The darkness of each pixel column of a tile column in row `y`: a cheap
    /// threshold for whole rows. Gives the paper level for tile `column`.
    pub fn tile_level(&self, column: usize, row: usize) -> f32 {
        self.levels[row.min(self.rows - 1) * self.columns + column.min(self.columns - 1)]
    }
}

/// The greatest brightness that more than `n` of the pixels have at least, bit by bit from the highest one on.
fn exceeded(pixels: &[u8], n: usize) -> u8 {
    widely(
        #[inline(always)]
        || {
            let mut level = 0;
            for bit in (0..u8::BITS).rev() {
                let brighter = level | 1 << bit;
                level = if count_from(pixels, brighter) > n { brighter } else { level };
            }
            level
        },
    )
}

/// Side of the tiles, for loops over rows.
pub const PAPER_TILE: usize = TILE;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_level_that_some_pixels_exceed_is_that_of_the_sorted_pixels() {
        let mut pixels: Vec<u8> = (0..288).map(|i| (i * i % 251) as u8).collect();
        let levels = [0, 43, 287].map(|n| exceeded(&pixels, n));
        pixels.sort_by(|a, b| b.cmp(a));
        assert_eq!(levels, [0, 43, 287].map(|n| pixels[n]));
    }

    #[test]
    fn a_black_mark_on_shaded_paper_does_not_darken_the_paper() {
        let (w, h) = (240, 240);
        let pixels = (0..w * h)
            .map(|i| {
                let (x, y) = (i % w, i / w);
                if (100..136).contains(&x) && (100..136).contains(&y) { 10 } else { (180 + x / 6) as u8 }
            })
            .collect();
        let level = PaperLevel::of(&Frame::new(w, h, pixels).unwrap());
        for (x, expected) in [(118.0, 199.0), (20.0, 183.0), (220.0, 217.0)] {
            let found = level.at(PointPx::new(x, 118.0));
            assert!((found - expected).abs() < 8.0, "{found} at {x}, expected about {expected}");
        }
    }
}
