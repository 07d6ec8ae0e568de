//! From grey to black and white: the ways in which scanners do it.

use crate::profile::Bilevel;

/// A grey picture and what its levels mean.
pub(crate) struct Grey<'a> {
    pub(crate) data: &'a [u8],
    pub(crate) width: usize,
    pub(crate) height: usize,
    /// Pixels to a millimetre.
    pub(crate) per_mm: f64,
    /// Grey level of black and of white.
    pub(crate) black: f64,
    pub(crate) white: f64,
}

impl Grey<'_> {
    /// Black (0) and white (255) by one of the ways; `threshold` is 0 at black, 1 at white.
    pub(crate) fn bilevel(&self, way: Bilevel, threshold: f64) -> Vec<u8> {
        match way {
            Bilevel::Fixed => {
                let cut = (self.black + (self.white - self.black) * threshold) as u8;
                self.data.iter().map(|v| if *v < cut { 0 } else { 255 }).collect()
            }
            Bilevel::Adaptive => self.adaptive(threshold),
            Bilevel::Ordered => self.ordered(threshold),
            Bilevel::Diffused => self.diffused(threshold),
        }
    }

    /// Black where a pixel is darker than its neighbourhood (about 6 mm) by a share.
    fn adaptive(&self, threshold: f64) -> Vec<u8> {
        let (width, height) = (self.width, self.height);
        let reach = (3.0 * self.per_mm) as usize;
        let across = width + 1;
        let mut sums = vec![0u32; across * (height + 1)];
        for y in 0..height {
            let mut row = 0u32;
            for x in 0..width {
                row += u32::from(self.data[y * width + x]);
                sums[(y + 1) * across + x + 1] = sums[y * across + x + 1].wrapping_add(row);
            }
        }
        // 0.5 … 0.72 becomes 22 … 12 % below the mean of the neighbourhood.
        let share = (0.78 + (threshold - 0.5) * 0.45) as f32;
        let mut out = vec![255u8; width * height];
        for y in 0..height {
            let (y0, y1) = (y.saturating_sub(reach), (y + reach + 1).min(height));
            for x in 0..width {
                let (x0, x1) = (x.saturating_sub(reach), (x + reach + 1).min(width));
                let sum = sums[y1 * across + x1]
                    .wrapping_sub(sums[y0 * across + x1])
                    .wrapping_sub(sums[y1 * across + x0])
                    .wrapping_add(sums[y0 * across + x0]);
                let mean = sum as f32 / ((x1 - x0) * (y1 - y0)) as f32;
                if f32::from(self.data[y * width + x]) < mean * share {
                    out[y * width + x] = 0;
                }
            }
        }
        out
    }

    /// Lightness 0–255 as a dither sees it: white paper is kept white, as scanners do.
    fn lightness(&self, threshold: f64) -> [u8; 256] {
        // The tone curve is steeper with a higher threshold: a darker picture.
        let top = self.white - (self.white - self.black) * (0.04 + (0.72 - threshold) * 0.4);
        std::array::from_fn(|v| {
            ((v as f64 - self.black) / (top - self.black) * 255.0).clamp(0.0, 255.0) as u8
        })
    }

    /// Ordered dither by Bayer's matrix of 4 × 4 or 8 × 8.
    fn ordered(&self, threshold: f64) -> Vec<u8> {
        let lightness = self.lightness(threshold);
        let bits = if threshold < 0.61 { 2 } else { 3 };
        let side = 1usize << bits;
        let cuts: Vec<u8> = (0..side * side)
            .map(|i| {
                let (x, y) = (i % side, i / side);
                let level = (0..bits).fold(0, |level, bit| {
                    let (bx, by) = (x >> bit & 1, y >> bit & 1);
                    level << 2 | (bx ^ by) << 1 | by
                });
                ((level as f64 + 0.5) / (side * side) as f64 * 255.0) as u8
            })
            .collect();
        let cut = |x: usize, y: usize| cuts[y % side * side + x % side];
        (self.data.iter().enumerate())
            .map(
                |(i, v)| {
                    if lightness[usize::from(*v)] > cut(i % self.width, i / self.width) { 255 } else { 0 }
                },
            )
            .collect()
    }

    /// Error diffusion (Floyd & Steinberg 1976), row by row.
    fn diffused(&self, threshold: f64) -> Vec<u8> {
        let lightness = self.lightness(threshold);
        let width = self.width;
        let (mut this, mut next) = (vec![0i32; width + 2], vec![0i32; width + 2]);
        let mut out = vec![255u8; self.data.len()];
        for (row, out) in self.data.chunks_exact(width).zip(out.chunks_exact_mut(width)) {
            next.fill(0);
            for x in 0..width {
                // Sixteenths; entry x + 1 belongs to pixel x.
                let value = i32::from(lightness[usize::from(row[x])]) * 16 + this[x + 1];
                let left = if value < 128 * 16 {
                    out[x] = 0;
                    value
                } else {
                    value - 255 * 16
                };
                this[x + 2] += left * 7 / 16;
                next[x] += left * 3 / 16;
                next[x + 1] += left * 5 / 16;
                next[x + 2] += left / 16;
            }
            std::mem::swap(&mut this, &mut next);
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Share of black over an even grey.
    fn black_share(way: Bilevel, level: u8) -> f64 {
        let data = vec![level; 120 * 120];
        let grey = Grey { data: &data, width: 120, height: 120, per_mm: 8.0, black: 0.0, white: 255.0 };
        let black = grey.bilevel(way, 0.6).iter().filter(|v| **v == 0).count();
        black as f64 / data.len() as f64
    }

    #[test]
    fn dithers_show_grey_as_a_share_of_black_and_keep_paper_white() {
        for way in [Bilevel::Ordered, Bilevel::Diffused] {
            assert!((0.35..0.6).contains(&black_share(way, 128)), "{way:?} {}", black_share(way, 128));
            assert!(black_share(way, 60) > black_share(way, 128) + 0.15, "{way:?}");
            assert!(black_share(way, 252) < 0.01 && black_share(way, 0) > 0.99, "{way:?}");
        }
    }

    #[test]
    fn thresholds_leave_even_grey_even() {
        assert_eq!([black_share(Bilevel::Fixed, 100), black_share(Bilevel::Fixed, 200)], [1.0, 0.0]);
        assert_eq!(black_share(Bilevel::Adaptive, 60), 0.0);
    }
}
