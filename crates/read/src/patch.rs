//! A piece of the page, sampled through the map from paper to picture as ink.

use std::ops::Range;

use phieu_model::geometry::{PointMm, PointPx, RectMm};
use phieu_model::homography::Homography;
use phieu_model::reading::Tones;

use crate::field::ResidualField;
use crate::frame::{BLEND_ONE, Frame, PLACE_BITS, blended, halved_place};
use crate::glass::TakenOut;
use crate::light::PaperLevel;
use crate::wide::widely;

/// A place in the picture as [`Frame::blend`] wants it; far outside becomes the outside.
fn fixed(v: f64) -> i32 {
    (v * f64::from(1 << PLACE_BITS)) as i32
}

/// Longest side, in mm, over which the map is taken for bilinear.
const TILE_MM: f64 = 12.0;

/// Paper brighter than its level has negative ink, so that noise has a mean of 0.
const LEAST_INK: f32 = -0.5;

/// A page's picture with what was learnt of its light.
#[derive(Debug)]
pub struct Picture {
    /// The picture that boxes are measured on: 320 dpi or less.
    pub fine: Frame,
    /// How often the scanned picture was halved to give `fine`.
    pub fine_halvings: u32,
    /// The picture that the page is found on: 210 dpi or less.
    pub coarse: Frame,
    /// How often `fine` was halved to give `coarse`.
    pub halvings: u32,
    /// The shades of grey that the scanned picture has.
    pub tones: Tones,
    /// Resolution that its file tells, in dots to an inch.
    pub told_dpi: Option<f32>,
    /// Streaks of the scanner that were taken out of `fine`.
    pub streaks: Vec<TakenOut>,
    /// Paper level, measured on `coarse`.
    pub paper: PaperLevel,
    /// Brightness of solid print as a share of the paper's, 0–0.9.
    pub print_share: f32,
}

#[cfg(test)]
impl Picture {
    /// A small grey picture on which solid print has a fifth of the paper's brightness.
    pub fn small(frame: Frame) -> Self {
        Self {
            paper: PaperLevel::of(&frame),
            fine: frame.clone(),
            fine_halvings: 0,
            coarse: frame,
            halvings: 0,
            tones: Tones::Many,
            told_dpi: None,
            streaks: Vec::new(),
            print_share: 0.2,
        }
    }
}

/// The map from paper to picture: a projective map after a smooth residual field
/// and a shift of the place looked at.
#[derive(Debug, Clone)]
pub struct Mapping {
    base: Homography,
    field: ResidualField,
    shift: (f64, f64),
}

impl Mapping {
    /// The map of the corner marks alone.
    pub fn of(base: Homography) -> Self {
        Self { base, field: ResidualField::default(), shift: (0.0, 0.0) }
    }

    /// Puts another residual field in place.
    pub fn set_field(&mut self, field: ResidualField) {
        self.field = field;
    }

    /// The same map for a part that lies `dx`, `dy` mm from its place.
    pub fn shifted(&self, dx: f64, dy: f64) -> Self {
        Self { shift: (self.shift.0 + dx, self.shift.1 + dy), ..self.clone() }
    }

    /// Where a place on paper lies in the picture.
    pub fn apply(&self, p: PointMm) -> PointPx {
        let (dx, dy) = self.field.at(p);
        self.base.apply(PointMm::new(p.x + dx + self.shift.0, p.y + dy + self.shift.1))
    }

    /// What the residual field adds to a place on paper, in mm.
    pub fn displacement(&self, p: PointMm) -> (f64, f64) {
        self.field.at(p)
    }

    /// Where a place in the picture lies on paper, to within a hundredth of a millimetre;
    /// `None` when the map cannot be turned round.
    pub fn unapply(&self, p: PointPx) -> Option<PointMm> {
        let displaced = self.base.unapply(p)?;
        // The field changes little over its own length: each round gains two digits.
        Some((0..3).fold(displaced, |at, _| {
            let (dx, dy) = self.field.at(at);
            PointMm::new(displaced.x - dx - self.shift.0, displaced.y - dy - self.shift.1)
        }))
    }
}

/// Places on paper in square steps over a rectangle, row by row.
#[derive(Debug, Clone, Copy)]
pub struct Grid {
    /// The first place.
    pub origin: PointMm,
    /// Distance between places in mm.
    pub step: f64,
    /// Places in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
}

impl Grid {
    /// A grid of `step` mm over `rect`, its border included.
    pub fn of(rect: RectMm, step: f64) -> Self {
        let places = |length: f64| (length / step).round() as usize + 1;
        Self { origin: PointMm::new(rect.x, rect.y), step, width: places(rect.w), height: places(rect.h) }
    }

    /// The grid in tiles of so many places a side, row by row; the last of a row and of the grid may be smaller.
    pub fn tiles(&self, side: usize) -> impl Iterator<Item = Self> {
        let tile = move |x: usize, y: usize| Self {
            origin: self.at(x as f64, y as f64),
            width: side.min(self.width - x),
            height: side.min(self.height - y),
            ..*self
        };
        let rows = (0..self.height).step_by(side);
        rows.flat_map(move |y| (0..self.width).step_by(side).map(move |x| tile(x, y)))
    }

    /// Number of places.
    pub fn len(&self) -> usize {
        self.width * self.height
    }

    /// Whether place `i` has all of its eight neighbours.
    pub fn is_inner(&self, i: usize) -> bool {
        (1..self.width - 1).contains(&(i % self.width)) && (1..self.height - 1).contains(&(i / self.width))
    }

    /// Place `i` and those of its eight neighbours that are there.
    pub fn with_neighbours(&self, i: usize) -> impl Iterator<Item = usize> {
        let (x, y, width) = (i % self.width, i / self.width, self.width);
        let range = |at: usize, n: usize| at.saturating_sub(1)..(at + 2).min(n);
        let across = range(x, self.width);
        range(y, self.height).flat_map(move |v| across.clone().map(move |u| v * width + u))
    }

    /// Place `i`, counted row by row.
    pub fn place(&self, i: usize) -> PointMm {
        self.at((i % self.width) as f64, (i / self.width) as f64)
    }

    /// The place `x` steps to the right of the first and `y` below it.
    fn at(&self, x: f64, y: f64) -> PointMm {
        PointMm::new(self.origin.x + x * self.step, self.origin.y + y * self.step)
    }

    /// The places on `rect`, its border included, row by row.
    pub fn places_on(&self, rect: &RectMm) -> impl Iterator<Item = usize> + use<> {
        let ([across, down], width) = (self.ranges_on(rect), self.width);
        down.flat_map(move |y| across.clone().map(move |x| y * width + x))
    }

    /// The columns and the rows of the places on `rect`, its border included.
    pub fn ranges_on(&self, rect: &RectMm) -> [Range<usize>; 2] {
        let range = |from: f64, to: f64, origin: f64, n: usize| {
            let first = ((from - origin) / self.step - 1e-6).ceil().max(0.0) as usize;
            let end = ((to - origin) / self.step + 1e-6).floor() + 1.0;
            first..(end.max(0.0) as usize).min(n)
        };
        [
            range(rect.x, rect.right(), self.origin.x, self.width),
            range(rect.y, rect.bottom(), self.origin.y, self.height),
        ]
    }

    /// The place nearest to `p`, if it lies on the grid.
    pub fn nearest(&self, p: PointMm) -> Option<usize> {
        let x = (p.x - self.origin.x) / self.step + 0.5;
        let y = (p.y - self.origin.y) / self.step + 0.5;
        (x >= 0.0 && y >= 0.0 && (x as usize) < self.width && (y as usize) < self.height)
            .then(|| y as usize * self.width + x as usize)
    }
}

/// Ink over a rectangle of paper.
#[derive(Debug, Clone)]
pub struct Patch {
    /// The places.
    pub grid: Grid,
    /// Ink at each place, about 0 (paper) to 1 (print); 0 outside the picture.
    pub ink: Vec<f32>,
    /// Share of the places that lie on the picture, 0–1.
    pub visible: f32,
}

/// Places whose ink is worked out together: so many stay in the registers of a processor.
const TOGETHER: usize = 16;

/// Which of a picture's two resolutions is sampled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// For boxes.
    Fine,
    /// For rows and fields.
    Coarse,
}

impl Patch {
    /// Samples `rect` of the paper in steps of `step` mm.
    pub fn sample(picture: &Picture, map: &Mapping, rect: RectMm, (step, detail): (f64, Detail)) -> Self {
        Self::over(picture, map, (Grid::of(rect, step), detail))
    }

    /// Samples the places of `grid`.
    pub fn over(picture: &Picture, map: &Mapping, (grid, detail): (Grid, Detail)) -> Self {
        let Grid { step, width, height, .. } = grid;
        let mut ink = vec![0.0; grid.len()];
        let mut seen = 0_usize;
        let tile = ((TILE_MM / step) as usize).max(2);
        let halvings = if detail == Detail::Coarse { picture.halvings } else { 0 };
        let frame = if detail == Detail::Coarse { &picture.coarse } else { &picture.fine };
        let scale = 1.0 / (1.0 - picture.print_share);
        let blocks = tile.div_ceil(TOGETHER);
        let mut sampler = Sampler {
            frame,
            scale,
            pixels: vec![[0; TOGETHER]; blocks],
            slopes: vec![[0.0; TOGETHER]; blocks],
            ink: vec![[0.0; TOGETHER]; blocks],
        };
        for y0 in (0..height).step_by(tile) {
            let y1 = (y0 + tile).min(height);
            for x0 in (0..width).step_by(tile) {
                let x1 = (x0 + tile).min(width);
                let corner = |x: usize, y: usize| map.apply(grid.at(x as f64, y as f64));
                let corners = [corner(x0, y0), corner(x1, y0), corner(x0, y1), corner(x1, y1)];
                // Ink falls by `slope` with every unit of brightness that `Frame::blend` gives.
                let slope_at =
                    |p: PointPx| scale / (picture.paper.at(halved_place(p, picture.halvings)) * BLEND_ONE);
                let slopes = corners.map(slope_at);
                let places = corners.map(|p| halved_place(p, halvings));
                frame.touch(places);
                for y in y0..y1 {
                    let v = (y - y0) as f64 / (y1 - y0) as f64;
                    let n = (x1 - x0) as f64;
                    let between = |a: f64, b: f64| a + v * (b - a);
                    let start = [between(places[0].x, places[2].x), between(places[0].y, places[2].y)];
                    let end = [between(places[1].x, places[3].x), between(places[1].y, places[3].y)];
                    let slope = slopes[0] + v as f32 * (slopes[2] - slopes[0]);
                    let slope_end = slopes[1] + v as f32 * (slopes[3] - slopes[1]);
                    let line = Line {
                        at: (fixed(start[0]), fixed(start[1])),
                        step: (fixed((end[0] - start[0]) / n), fixed((end[1] - start[1]) / n)),
                        slope,
                        slope_step: (slope_end - slope) / n as f32,
                    };
                    seen += sampler.sample(&line, &mut ink[y * width + x0..y * width + x1]);
                }
            }
        }
        let visible = seen as f32 / ink.len() as f32;
        Self { grid, ink, visible }
    }

    /// Ink of the sample nearest to `p`, if it lies in the patch.
    pub fn near(&self, p: PointMm) -> Option<f32> {
        self.grid.nearest(p).map(|i| self.ink[i])
    }
}

/// Places in the picture at equal distances on a straight line.
struct Line {
    /// The first place and the way to the next, as [`Frame::blend`] wants them.
    at: (i32, i32),
    step: (i32, i32),
    /// By how much ink falls with every unit of brightness at the first place, and by how much more at the next.
    slope: f32,
    slope_step: f32,
}

impl Line {
    /// The place `n` steps after `at`.
    #[inline(always)]
    fn after(&self, at: (i32, i32), n: i32) -> (i32, i32) {
        (at.0.wrapping_add(self.step.0.wrapping_mul(n)), at.1.wrapping_add(self.step.1.wrapping_mul(n)))
    }
}

/// Samples lines of a picture.
struct Sampler<'p> {
    frame: &'p Frame,
    /// Ink of what is black.
    scale: f32,
    /// For each place of a line the pixels round it, its slope, and its ink.
    pixels: Vec<[u32; TOGETHER]>,
    slopes: Vec<[f32; TOGETHER]>,
    ink: Vec<[f32; TOGETHER]>,
}

impl Sampler<'_> {
    /// Puts down the ink at the places of a line that lie on the picture, and says how many do.
    fn sample(&mut self, line: &Line, ink: &mut [f32]) -> usize {
        let (frame, scale, n) = (self.frame, self.scale, ink.len());
        if !frame.holds_line(line.at, line.step, n) {
            let (mut at, mut slope) = (line.at, line.slope);
            let mut seen = 0;
            for value in ink {
                if let Some(brightness) = frame.blend(at.0, at.1) {
                    *value = ink_of(brightness, slope, scale);
                    seen += 1;
                }
                (at, slope) = (line.after(at, 1), slope + line.slope_step);
            }
            return seen;
        }
        // First what must be done place by place, so that the compiler makes wide code of the rest.
        let (pixels, slopes) = (self.pixels.as_flattened_mut(), self.slopes.as_flattened_mut());
        let mut slope = line.slope;
        let along = frame.pixels_along(line.at, line.step);
        for ((pixels, of_place), seen) in pixels[..n].iter_mut().zip(slopes).zip(along) {
            (*pixels, *of_place) = (seen, slope);
            slope += line.slope_step;
        }
        // Whole blocks: what stands beyond the last place means nothing.
        let blocks = n.div_ceil(TOGETHER);
        let (inks, pixels, slopes) =
            (&mut self.ink[..blocks], &self.pixels[..blocks], &self.slopes[..blocks]);
        widely(
            #[inline(always)]
            || note_ink(inks, (pixels, slopes), line, scale),
        );
        ink.copy_from_slice(&self.ink.as_flattened()[..n]);
        n
    }
}

/// The ink of a place of this brightness; what is black has `scale`.
#[inline(always)]
fn ink_of(brightness: u32, slope: f32, scale: f32) -> f32 {
    (scale - brightness as i32 as f32 * slope).clamp(LEAST_INK, 1.0)
}

/// Puts down the ink at the places of a line, block by block.
#[inline(always)]
fn note_ink(
    ink: &mut [[f32; TOGETHER]],
    (pixels, slopes): (&[[u32; TOGETHER]], &[[f32; TOGETHER]]),
    line: &Line,
    scale: f32,
) {
    let mut first = line.at;
    for ((ink, pixels), slopes) in ink.iter_mut().zip(pixels).zip(slopes) {
        for k in 0..TOGETHER {
            ink[k] = ink_of(blended(pixels[k], line.after(first, k as i32)), slopes[k], scale);
        }
        first = line.after(first, TOGETHER as i32);
    }
}

/// Running sums of a patch, which give the ink of any rectangle in constant time.
#[derive(Debug)]
pub struct Sums {
    grid: Grid,
    sums: Vec<f32>,
}

impl Sums {
    /// The running sums of `patch`.
    pub fn of(patch: &Patch) -> Self {
        let width = patch.grid.width + 1;
        let mut sums = vec![0.0; width * (patch.grid.height + 1)];
        for (y, line) in patch.ink.chunks_exact(patch.grid.width).enumerate() {
            let (above, below) = sums[y * width..(y + 2) * width].split_at_mut(width);
            let mut row = 0.0;
            for ((sum, up), ink) in below[1..].iter_mut().zip(&above[1..]).zip(line) {
                row += ink;
                *sum = up + row;
            }
        }
        Self { grid: patch.grid, sums }
    }

    /// The sum of the ink in each rectangle, in mm² of solid ink, times its weight, all
    /// moved by `around` mm and then by whole steps. Parts outside the patch hold none.
    pub fn weighted(&self, rects: &[(RectMm, f64)], around: (f64, f64)) -> Weighted<'_> {
        let Grid { origin, step, .. } = self.grid;
        let area = step * step;
        let edge = |v: f64, origin: f64| {
            let v = (v - origin) / step + 0.5;
            Edge { whole: v.floor() as isize, part: (v - v.floor()) as f32 }
        };
        let rects = rects
            .iter()
            .map(|(r, weight)| WeightedRect {
                x: [r.x, r.right()].map(|x| edge(x + around.0, origin.x)),
                y: [r.y, r.bottom()].map(|y| edge(y + around.1, origin.y)),
                weight: (weight * area) as f32,
            })
            .collect();
        Weighted { sums: self, rects }
    }
}

/// A coordinate in samples of the running sums.
#[derive(Debug, Clone, Copy)]
struct Edge {
    whole: isize,
    part: f32,
}

#[derive(Debug)]
struct WeightedRect {
    x: [Edge; 2],
    y: [Edge; 2],
    weight: f32,
}

/// Weighted rectangles over the running sums of a patch.
#[derive(Debug)]
pub struct Weighted<'a> {
    sums: &'a Sums,
    rects: Vec<WeightedRect>,
}

impl Weighted<'_> {
    /// The weighted sum with the rectangles moved by `i`, `j` samples of the patch.
    pub fn at(&self, i: i32, j: i32) -> f32 {
        let Sums { grid: Grid { width, height, .. }, sums } = self.sums;
        let clamped = |edge: Edge, by: i32, most: usize| {
            let whole = edge.whole + by as isize;
            if whole < 0 {
                (0, 0.0)
            } else if whole as usize >= most {
                (most - 1, 1.0)
            } else {
                (whole as usize, edge.part)
            }
        };
        let mut sum = 0.0;
        for rect in &self.rects {
            let [(l, fl), (r, fr)] = rect.x.map(|edge| clamped(edge, i, *width));
            let [top, bottom] = rect.y.map(|edge| {
                let (y, fy) = clamped(edge, j, *height);
                let upper = &sums[y * (width + 1)..(y + 1) * (width + 1)];
                let lower = &sums[(y + 1) * (width + 1)..(y + 2) * (width + 1)];
                let across =
                    |row: &[f32]| row[r] + fr * (row[r + 1] - row[r]) - row[l] - fl * (row[l + 1] - row[l]);
                let upper = across(upper);
                upper + fy * (across(lower) - upper)
            });
            sum += rect.weight * (bottom - top);
        }
        sum
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn picture() -> Picture {
        // 10 px a mm, white, with a black rectangle from (20, 10) to (30, 14) mm.
        let (w, h) = (600, 400);
        let pixels = (0..w * h)
            .map(|i| if (200..300).contains(&(i % w)) && (100..140).contains(&(i / w)) { 0 } else { 250 })
            .collect();
        let fine = Frame::new(w, h, pixels).unwrap();
        let coarse = fine.halved();
        let paper = PaperLevel::of(&coarse);
        Picture {
            fine,
            fine_halvings: 0,
            coarse,
            halvings: 1,
            tones: Tones::Many,
            told_dpi: None,
            streaks: Vec::new(),
            paper,
            print_share: 0.0,
        }
    }

    fn map() -> Mapping {
        Mapping::of(Homography::affine(10.0, 0.0, -0.5, 0.0, 10.0, -0.5))
    }

    #[test]
    fn sums_give_the_ink_of_a_rectangle_in_square_millimetres() {
        for detail in [Detail::Fine, Detail::Coarse] {
            let patch = Patch::sample(&picture(), &map(), RectMm::new(15.0, 5.0, 20.0, 15.0), (0.1, detail));
            let sums = Sums::of(&patch);
            let around = [(RectMm::new(16.0, 6.0, 18.0, 12.0), 1.0)];
            let whole = sums.weighted(&around, (0.0, 0.0)).at(0, 0);
            assert!((whole - 40.0).abs() < 0.5, "{whole}");
            let left_half = [(RectMm::new(16.0, 6.0, 9.0, 12.0), 1.0)];
            let half = sums.weighted(&left_half, (0.0, 0.0)).at(0, 0);
            assert!((half - 20.0).abs() < 0.5, "{half}");
            let moved = sums.weighted(&left_half, (4.0, 0.0)).at(10, 0);
            assert!((moved - 36.0).abs() < 0.5, "{moved}");
            assert_eq!(patch.visible, 1.0);
        }
    }

    #[test]
    fn a_patch_over_the_edge_says_how_much_of_it_is_visible() {
        let patch =
            Patch::sample(&picture(), &map(), RectMm::new(50.0, 10.0, 20.0, 10.0), (0.1, Detail::Fine));
        assert!((patch.visible - 0.495).abs() < 0.02, "{}", patch.visible);
    }

    #[test]
    fn a_shifted_map_looks_beside() {
        let patch = Patch::sample(
            &picture(),
            &map().shifted(3.0, 0.0),
            RectMm::new(10.0, 5.0, 30.0, 15.0),
            (0.1, Detail::Fine),
        );
        assert!(patch.near(PointMm::new(17.5, 12.0)).unwrap() > 0.9);
        assert!(patch.near(PointMm::new(29.0, 12.0)).unwrap() < 0.1);
    }
}
