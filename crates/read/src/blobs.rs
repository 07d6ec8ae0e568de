//! Solid dark things on a picture: what corner marks, timing marks and the middles of a
//! code's finder patterns have in common.
//!
//! Dark connected components are found by runs and union-find on a picture of about 150
//! dpi; their second moments say which of them are filled rectangles.

use phieu_model::geometry::PointPx;

use crate::frame::{Frame, whole_place};
use crate::light::{PAPER_TILE, PaperLevel};

/// Share of its bounding parallelogram that a solid mark covers at least.
const MIN_SOLIDITY: f64 = 0.84;
/// A mark is at most so many times longer than wide: a timing mark, twice, and blur.
const MAX_LENGTH: f64 = 2.9;
/// Pixels that a mark has at least: the middle of a finder pattern at 100 dpi.
const MIN_PIXELS: u64 = 24;

/// A dark connected component that fills a rectangle.
#[derive(Debug, Clone, Copy)]
pub struct Blob {
    /// Its centre of gravity.
    pub center: PointPx,
    /// Length along its longer axis in pixels.
    pub long: f64,
    /// Length along its shorter axis in pixels.
    pub short: f64,
}

impl Blob {
    /// The same thing on the picture that was halved `times` times to give this one.
    pub fn on_whole(&self, times: u32) -> Self {
        let factor = f64::from(1_u32 << times);
        Self { center: whole_place(self.center, times), long: self.long * factor, short: self.short * factor }
    }
}

/// The dark solid rectangles whose longer side has at most `longest` pixels. A pixel is
/// dark when it is darker than `dark_share` of its paper level.
pub fn blobs(frame: &Frame, paper: &PaperLevel, (dark_share, longest): (f32, f64)) -> Vec<Blob> {
    components(frame, paper, dark_share)
        .into_iter()
        .filter_map(|moments| moments.rectangle())
        .filter(|b| b.long <= longest && b.long <= b.short * MAX_LENGTH)
        .collect()
}

/// Sums over a component's pixels, weighted alike.
#[derive(Debug, Clone, Copy, Default)]
struct Moments {
    n: u64,
    x: u64,
    y: u64,
    xx: u64,
    xy: u64,
    yy: u64,
}

impl Moments {
    fn add_run(&mut self, x0: u64, x1: u64, y: u64) {
        // Sums of x and x² over x0..x1 in closed form.
        let n = x1 - x0;
        let sum = (x0 + x1 - 1) * n / 2;
        let squares = |m: u64| if m == 0 { 0 } else { (m - 1) * m * (2 * m - 1) / 6 };
        self.n += n;
        self.x += sum;
        self.y += y * n;
        self.xx += squares(x1) - squares(x0);
        self.xy += sum * y;
        self.yy += y * y * n;
    }

    fn add(&mut self, o: &Self) {
        self.n += o.n;
        self.x += o.x;
        self.y += o.y;
        self.xx += o.xx;
        self.xy += o.xy;
        self.yy += o.yy;
    }

    /// The rectangle with these moments, if the component fills it.
    fn rectangle(&self) -> Option<Blob> {
        if self.n < MIN_PIXELS {
            return None;
        }
        let n = self.n as f64;
        let (mx, my) = (self.x as f64 / n, self.y as f64 / n);
        // A pixel is a small square, not a point: 1/12 is its own second moment.
        let vx = self.xx as f64 / n - mx * mx + 1.0 / 12.0;
        let vy = self.yy as f64 / n - my * my + 1.0 / 12.0;
        let vxy = self.xy as f64 / n - mx * my;
        let mean = (vx + vy) / 2.0;
        let spread = ((vx - vy) / 2.0).hypot(vxy);
        let (big, small) = (mean + spread, (mean - spread).max(0.0));
        let (long, short) = ((12.0 * big).sqrt(), (12.0 * small).sqrt());
        let solidity = n / (long * short);
        (solidity > MIN_SOLIDITY).then_some(Blob { center: PointPx::new(mx, my), long, short })
    }
}

/// Dark connected components (eight neighbours) by runs and union-find.
fn components(frame: &Frame, paper: &PaperLevel, dark_share: f32) -> Vec<Moments> {
    struct Run {
        x0: usize,
        x1: usize,
        label: usize,
    }
    let mut parents: Vec<usize> = Vec::new();
    let mut moments: Vec<Moments> = Vec::new();
    let find = |parents: &mut Vec<usize>, mut i: usize| {
        while parents[i] != i {
            parents[i] = parents[parents[i]];
            i = parents[i];
        }
        i
    };
    let (mut above, mut runs): (Vec<Run>, Vec<Run>) = (Vec::new(), Vec::new());
    let mut thresholds = vec![0_u8; frame.width()];
    let mut dark = vec![0_u64; frame.width().div_ceil(64)];
    for y in 0..frame.height() {
        if y % PAPER_TILE == 0 {
            for (x, threshold) in thresholds.iter_mut().enumerate() {
                *threshold = (paper.tile_level(x / PAPER_TILE, y / PAPER_TILE) * dark_share) as u8;
            }
        }
        note_dark(frame.row(y), &thresholds, &mut dark);
        runs.clear();
        let mut x = 0;
        let mut first_above = 0;
        while let Some(x0) = next_pixel(&dark, x, true) {
            x = next_pixel(&dark, x0, false).unwrap_or(frame.width());
            let mut label = usize::MAX;
            while first_above < above.len() && above[first_above].x1 < x0 {
                first_above += 1;
            }
            for run in above[first_above..].iter().take_while(|run| run.x0 <= x) {
                let root = find(&mut parents, run.label);
                if label == usize::MAX {
                    label = root;
                } else if root != label {
                    let (keep, gone) = (label.min(root), label.max(root));
                    parents[gone] = keep;
                    let joined = std::mem::take(&mut moments[gone]);
                    moments[keep].add(&joined);
                    label = keep;
                }
            }
            if label == usize::MAX {
                label = parents.len();
                parents.push(label);
                moments.push(Moments::default());
            }
            moments[label].add_run(x0 as u64, x as u64, y as u64);
            runs.push(Run { x0, x1: x, label });
        }
        std::mem::swap(&mut above, &mut runs);
    }
    moments
}

/// Sets a bit for each pixel of a row that is darker than its threshold: that of the first pixel is the lowest of the first
/// number.
fn note_dark(row: &[u8], thresholds: &[u8], dark: &mut [u64]) {
    for ((bits, pixels), thresholds) in dark.iter_mut().zip(row.chunks(64)).zip(thresholds.chunks(64)) {
        let mut flags = [0_u8; 64];
        let pixels = pixels.iter().zip(thresholds);
        flags.iter_mut().zip(pixels).for_each(|(flag, (pixel, least))| *flag = u8::from(pixel < least));
        // Eight flags become eight bits: the product has each of them once in its highest byte, in their order.
        let eight = |flags: &[u8; 8]| u64::from_le_bytes(*flags).wrapping_mul(0x0102_0408_1020_4080) >> 56;
        *bits = flags.as_chunks().0.iter().rev().fold(0, |bits, flags| bits << 8 | eight(flags));
    }
}

/// The first pixel from `from` on that is dark, or light.
fn next_pixel(dark: &[u64], from: usize, is_dark: bool) -> Option<usize> {
    let wanted = |bits: u64| if is_dark { bits } else { !bits };
    let first = wanted(*dark.get(from / 64)?) & (u64::MAX << (from % 64));
    let later = dark[from / 64 + 1..].iter().map(|bits| wanted(*bits));
    let mut numbers = (from / 64..).zip(std::iter::once(first).chain(later));
    numbers.find(|(_, bits)| *bits != 0).map(|(k, bits)| 64 * k + bits.trailing_zeros() as usize)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_dark_pixels_are_those_of_the_row() {
        for width in [1, 63, 64, 65, 200] {
            let is_dark = |x: usize| x % 11 < 4 || (60..140).contains(&x) || x + 1 == width;
            let row: Vec<u8> = (0..width).map(|x| if is_dark(x) { 90 } else { 100 }).collect();
            let mut dark = vec![0; width.div_ceil(64)];
            note_dark(&row, &vec![100; width], &mut dark);
            for from in 0..width {
                assert_eq!(next_pixel(&dark, from, true), (from..width).find(|&x| is_dark(x)));
                let light = next_pixel(&dark, from, false).map_or(width, |x| x.min(width));
                assert_eq!(light, (from..width).find(|&x| !is_dark(x)).unwrap_or(width));
            }
        }
    }
}
