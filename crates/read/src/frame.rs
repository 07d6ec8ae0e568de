//! A page's picture in memory: one byte of brightness for each pixel.

use std::hint::black_box;

use phieu_model::geometry::PointPx;
use phieu_model::reading::Tones;

use crate::wide::widely;

/// Bits after the point of a fixed-point place: 1/16384 pixel, on pictures of up to
/// 131,000 pixels a side.
pub const PLACE_BITS: u32 = 14;
/// Bits of the weights of bilinear interpolation.
const BLEND_BITS: u32 = 8;
/// One grey level in what [`Frame::blend`] gives.
pub const BLEND_ONE: f32 = (1_u32 << (2 * BLEND_BITS)) as f32;

/// A grey picture, row by row without padding; 0 is black, 255 white.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    width: usize,
    height: usize,
    pixels: Vec<u8>,
    told_dpi: Option<f32>,
}

impl Frame {
    /// A picture of `width` × `height` pixels. `None` unless `pixels` has exactly
    /// that many, and at least one.
    pub fn new(width: usize, height: usize, pixels: Vec<u8>) -> Option<Self> {
        (width > 0 && height > 0 && pixels.len() == width * height).then_some(Self {
            width,
            height,
            pixels,
            told_dpi: None,
        })
    }

    /// The same picture with the resolution that its file tells, in dots to an inch of the glass.
    pub fn with_told_dpi(self, told_dpi: Option<f32>) -> Self {
        Self { told_dpi, ..self }
    }

    /// The resolution that the file of this picture tells, if it is believable; a halved picture has none.
    pub fn told_dpi(&self) -> Option<f32> {
        self.told_dpi
    }

    /// Pixels in a row.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Rows.
    pub fn height(&self) -> usize {
        self.height
    }

    /// The pixels of row `y`.
    pub fn row(&self, y: usize) -> &[u8] {
        &self.pixels[y * self.width..(y + 1) * self.width]
    }

    /// The picture as a mirror shows it, left and right exchanged.
    pub fn mirrored(mut self) -> Self {
        self.pixels.chunks_exact_mut(self.width).for_each(<[u8]>::reverse);
        self
    }

    /// Makes pixel `x` of row `y` this bright.
    pub fn set(&mut self, x: usize, y: usize, brightness: u8) {
        self.pixels[y * self.width + x] = brightness;
    }

    /// Whether the picture is black and white only. Where there are shades, every edge
    /// of a stroke has some; the pixels between are counted against the dark ones, so
    /// that a nearly blank page can be told as well.
    pub fn tones(&self) -> Tones {
        let (mut dark, mut between) = (0_usize, 0_usize);
        for y in (0..self.height).step_by(5) {
            let row = self.row(y);
            let (darkest, brightest) = (24, 232);
            let (not_dark, bright) = (count_from(row, darkest), count_from(row, brightest));
            dark += row.len() - not_dark;
            between += not_dark - bright;
        }
        if between * 50 < dark { Tones::Two } else { Tones::Many }
    }

    /// The picture at half the size, each pixel the mean of 2 × 2; an odd last row
    /// or column is dropped.
    pub fn halved(&self) -> Self {
        let (width, height) = ((self.width / 2).max(1), (self.height / 2).max(1));
        let mut pixels = vec![0; width * height];
        for (y, row) in pixels.chunks_exact_mut(width).enumerate() {
            let upper = self.row((2 * y).min(self.height - 1));
            let lower = self.row((2 * y + 1).min(self.height - 1));
            if self.width == 1 {
                row[0] = upper[0];
                continue;
            }
            let pairs = upper.as_chunks::<2>().0.iter().zip(lower.as_chunks::<2>().0);
            widely(
                #[inline(always)]
                || {
                    for (out, (u, l)) in row.iter_mut().zip(pairs) {
                        // Both pixels of a row in one number: the compiler makes wide code of it.
                        let (u, l) = (u16::from_le_bytes(*u), u16::from_le_bytes(*l));
                        *out = (((u & 255) + (u >> 8) + (l & 255) + (l >> 8) + 2) / 4) as u8;
                    }
                },
            );
        }
        Self { width, height, pixels, told_dpi: None }
    }

    /// Brightness, in units of 1 / [`BLEND_ONE`] grey level, by bilinear interpolation at a
    /// place in fixed-point pixels with [`PLACE_BITS`] bits after the point, or `None`
    /// outside the picture.
    #[inline]
    pub fn blend(&self, x: i32, y: i32) -> Option<u32> {
        // A negative place becomes a large one and fails the test below.
        let (column, row) = ((x >> PLACE_BITS) as u32 as usize, (y >> PLACE_BITS) as u32 as usize);
        let is_inside = column < self.width - 1 && row < self.height - 1;
        let at = row * self.width + column;
        is_inside.then(|| blended(pixels_round(&self.pixels[at..][..self.width + 2]), (x, y)))
    }

    /// Has the memory of the pixels between these places at hand, if they are not far apart. A processor waits for many of
    /// them at once, but for one after the other when each is asked for only where it is used.
    pub fn touch(&self, places: [PointPx; 4]) {
        const LINE: usize = 64;
        const MOST_PIXELS: usize = 1 << 16;
        let range = |v: [f64; 4], n: usize| {
            let end = n as f64 - 1.0;
            let (least, most) = v.iter().fold((end, 0.0_f64), |(a, b), v| (a.min(*v), b.max(*v)));
            least.max(0.0) as usize..most.min(end) as usize + 1
        };
        let columns = range(places.map(|p| p.x), self.width);
        let rows = range(places.map(|p| p.y), self.height);
        if rows.len() * columns.len() <= MOST_PIXELS {
            let lines = |y: usize| self.row(y)[columns.clone()].iter().step_by(LINE);
            black_box(rows.flat_map(lines).fold(0, |all, pixel| all | pixel));
        }
    }

    /// Whether [`Frame::blend`] gives a brightness at each of `n` places on a straight line.
    pub fn holds_line(&self, (x, y): (i32, i32), (step_x, step_y): (i32, i32), n: usize) -> bool {
        let end = |v: i32, step: i32| i64::from(v) + i64::from(step) * (n as i64 - 1);
        let holds = |v: i64, pixels: usize| (0..(pixels as i64 - 1) << PLACE_BITS).contains(&v);
        let holds_x = holds(i64::from(x), self.width) && holds(end(x, step_x), self.width);
        holds_x && holds(i64::from(y), self.height) && holds(end(y, step_y), self.height)
    }

    /// The four pixels round each place, one after another, on a straight line that the picture holds.
    #[inline]
    pub fn pixels_along(&self, (mut x, mut y): (i32, i32), step: (i32, i32)) -> impl Iterator<Item = u32> {
        let (pixels, width) = (&self.pixels[..], self.width);
        std::iter::repeat_with(move || {
            let at = (y >> PLACE_BITS) as usize * width + (x >> PLACE_BITS) as usize;
            (x, y) = (x.wrapping_add(step.0), y.wrapping_add(step.1));
            pixels_round(&pixels[at..][..width + 2])
        })
    }

    /// Brightness at `x`, `y` pixels by bilinear interpolation, or `None` outside the
    /// picture. Single precision places a point to 1/2000 pixel on the largest page.
    #[inline]
    pub fn sample(&self, x: f32, y: f32) -> Option<f32> {
        if x < 0.0 || y < 0.0 {
            return None;
        }
        let (column, row) = (x as usize, y as usize);
        if column + 1 >= self.width || row + 1 >= self.height {
            return None;
        }
        let (fx, fy) = (x - column as f32, y - row as f32);
        let at = row * self.width + column;
        let upper = &self.pixels[at..at + 2];
        let lower = &self.pixels[at + self.width..at + self.width + 2];
        let top = f32::from(upper[0]) + fx * (f32::from(upper[1]) - f32::from(upper[0]));
        let bottom = f32::from(lower[0]) + fx * (f32::from(lower[1]) - f32::from(lower[0]));
        Some(top + fy * (bottom - top))
    }
}

/// The upper left pixel in the lowest byte, then the upper right, the lower left and the lower right one. `two_rows` goes
/// from the first to the last of them.
#[inline]
fn pixels_round(two_rows: &[u8]) -> u32 {
    let (upper, lower) = (&two_rows[..2], &two_rows[two_rows.len() - 2..]);
    u32::from_le_bytes([upper[0], upper[1], lower[0], lower[1]])
}

/// The brightness between four pixels, as [`Frame::pixels_along`] gives them, at their place, in units of 1 / [`BLEND_ONE`]
/// grey level.
#[inline(always)]
pub fn blended(pixels: u32, (x, y): (i32, i32)) -> u32 {
    let part = |v: i32| (v >> (PLACE_BITS - BLEND_BITS)) as u32 & ((1 << BLEND_BITS) - 1);
    let (fx, fy) = (part(x), part(y));
    let pixel = |k: u32| pixels >> (8 * k) & 255;
    let across = |left: u32, right: u32| left * ((1 << BLEND_BITS) - fx) + right * fx;
    across(pixel(0), pixel(1)) * ((1 << BLEND_BITS) - fy) + across(pixel(2), pixel(3)) * fy
}

/// How many of the pixels are at least so bright.
#[inline(always)]
pub fn count_from(pixels: &[u8], brightness: u8) -> usize {
    // So many that a byte can count them: the compiler makes wide code of it.
    let in_piece = |piece: &[u8]| piece.iter().map(|v| u8::from(*v >= brightness)).sum::<u8>();
    pixels.chunks(255).map(|piece| usize::from(in_piece(piece))).sum()
}

/// Where pixel `p` of a picture lies in the picture halved `times` times.
pub fn halved_place(p: PointPx, times: u32) -> PointPx {
    (0..times).fold(p, |p, _| PointPx::new((p.x - 0.5) / 2.0, (p.y - 0.5) / 2.0))
}

/// Where pixel `p` of a picture halved `times` times lies in the picture itself.
pub fn whole_place(p: PointPx, times: u32) -> PointPx {
    (0..times).fold(p, |p, _| PointPx::new(p.x * 2.0 + 0.5, p.y * 2.0 + 0.5))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halving_takes_the_mean_of_four() {
        let frame = Frame::new(4, 2, vec![0, 100, 255, 255, 100, 200, 255, 251]).unwrap();
        let half = frame.halved();
        assert_eq!((half.width(), half.height()), (2, 1));
        assert_eq!(half.row(0), [100, 254]);
    }

    #[test]
    fn samples_lie_between_their_pixels_and_stop_at_the_edge() {
        let frame = Frame::new(2, 2, vec![0, 100, 100, 200]).unwrap();
        assert_eq!(frame.sample(0.5, 0.5), Some(100.0));
        assert_eq!(frame.sample(0.25, 0.0), Some(25.0));
        assert_eq!(frame.sample(1.0, 0.0), None);
        assert_eq!(frame.sample(-0.1, 0.0), None);
    }

    #[test]
    fn a_line_that_the_picture_holds_has_the_same_brightness_place_by_place() {
        let frame = Frame::new(9, 7, (0..63).map(|i| (i * 37 % 256) as u8).collect()).unwrap();
        let one = 1 << PLACE_BITS;
        let (at, step) = ((one / 3, 5 * one + 77), (one + 1234, -one / 2));
        assert!(frame.holds_line(at, step, 8));
        let places = (0..8).map(|k| (at.0 + k * step.0, at.1 + k * step.1));
        for (place, pixels) in places.zip(frame.pixels_along(at, step)) {
            assert_eq!(frame.blend(place.0, place.1), Some(blended(pixels, place)));
        }
        assert!(!frame.holds_line(at, step, 9), "the ninth lies beyond the right edge");
        assert!(!frame.holds_line((-1, 0), (one, one), 2), "the first lies beyond the left edge");
    }

    #[test]
    fn pixels_are_counted_however_many_there_are() {
        let pixels: Vec<u8> = (0..1000).map(|i| (i * 7 % 256) as u8).collect();
        for brightness in [0, 1, 24, 255] {
            let plain = pixels.iter().filter(|v| **v >= brightness).count();
            assert_eq!(count_from(&pixels, brightness), plain);
        }
    }

    #[test]
    fn a_picture_without_shades_is_told_from_one_whose_strokes_have_soft_edges() {
        let stroke = |edge: u8| {
            let pixels = (0..40 * 40).map(|i| match i % 40 {
                0..4 => 0,
                4 => edge,
                _ => 255,
            });
            Frame::new(40, 40, pixels.collect()).unwrap().tones()
        };
        assert_eq!(stroke(0), Tones::Two);
        assert_eq!(stroke(128), Tones::Many);
    }

    #[test]
    fn a_place_survives_halving_and_back() {
        let p = PointPx::new(101.25, 7.0);
        let back = whole_place(halved_place(p, 2), 2);
        assert!(back.distance(p) < 1e-12);
    }

    #[test]
    fn a_picture_of_the_wrong_length_is_refused() {
        assert!(Frame::new(2, 2, vec![0; 3]).is_none());
        assert!(Frame::new(0, 2, vec![]).is_none());
    }
}
