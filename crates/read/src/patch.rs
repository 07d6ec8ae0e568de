//! A piece of the page, sampled through the map from paper to picture as ink.

use phieu_model::geometry::{PointMm, PointPx, RectMm};
use phieu_model::homography::Homography;
use phieu_model::reading::Tones;

use crate::field::ResidualField;
use crate::frame::{Frame, halved_place};
use crate::light::PaperLevel;

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
    /// Paper level, measured on `coarse`.
    pub paper: PaperLevel,
    /// Brightness of solid print as a share of the paper's, 0–0.9.
    pub print_share: f32,
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
}

/// Ink over a rectangle of paper, on a grid of square steps.
#[derive(Debug, Clone)]
pub struct Patch {
    /// The place of the first sample on paper.
    pub origin: PointMm,
    /// Distance between samples in mm.
    pub step: f64,
    /// Samples in a row.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Ink, about 0 (paper) to 1 (print), row by row; 0 outside the picture.
    pub ink: Vec<f32>,
    /// Share of the samples that lie on the picture, 0–1.
    pub visible: f32,
}

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
        let width = (rect.w / step).round() as usize + 1;
        let height = (rect.h / step).round() as usize + 1;
        let mut ink = vec![0.0; width * height];
        let mut seen = 0_usize;
        let tile = ((TILE_MM / step) as usize).max(2);
        let halvings = if detail == Detail::Coarse { picture.halvings } else { 0 };
        let frame = if detail == Detail::Coarse { &picture.coarse } else { &picture.fine };
        let scale = 1.0 / (1.0 - picture.print_share);
        for y0 in (0..height).step_by(tile) {
            let y1 = (y0 + tile).min(height);
            for x0 in (0..width).step_by(tile) {
                let x1 = (x0 + tile).min(width);
                let corner = |x: usize, y: usize| {
                    map.apply(PointMm::new(rect.x + x as f64 * step, rect.y + y as f64 * step))
                };
                let corners = [corner(x0, y0), corner(x1, y0), corner(x0, y1), corner(x1, y1)];
                let levels = corners.map(|p| picture.paper.at(halved_place(p, picture.halvings)));
                let [a, b, c, d] = corners.map(|p| halved_place(p, halvings));
                let mut tile = |y: usize| {
                    let v = (y - y0) as f64 / (y1 - y0) as f64;
                    let n = (x1 - x0) as f64;
                    // From the left end of the row to its right end in equal steps.
                    let start = PointPx::new(a.x + v * (c.x - a.x), a.y + v * (c.y - a.y));
                    let end = PointPx::new(b.x + v * (d.x - b.x), b.y + v * (d.y - b.y));
                    let (step_x, step_y) = (((end.x - start.x) / n) as f32, ((end.y - start.y) / n) as f32);
                    let level = levels[0] + v as f32 * (levels[2] - levels[0]);
                    let level_end = levels[1] + v as f32 * (levels[3] - levels[1]);
                    let level_step = (level_end - level) / n as f32;
                    let (start_x, start_y) = (start.x as f32, start.y as f32);
                    for (i, value) in ink[y * width + x0..y * width + x1].iter_mut().enumerate() {
                        let i = i as f32;
                        if let Some(brightness) = frame.sample(start_x + i * step_x, start_y + i * step_y) {
                            *value =
                                ((1.0 - brightness / (level + i * level_step)) * scale).clamp(LEAST_INK, 1.0);
                            seen += 1;
                        }
                    }
                };
                (y0..y1).for_each(&mut tile);
            }
        }
        let visible = seen as f32 / ink.len() as f32;
        Self { origin: PointMm::new(rect.x, rect.y), step, width, height, ink, visible }
    }

    /// The place of sample `x`, `y` on paper.
    pub fn place(&self, x: usize, y: usize) -> PointMm {
        PointMm::new(self.origin.x + x as f64 * self.step, self.origin.y + y as f64 * self.step)
    }

    /// Ink of the sample nearest to `p`, if it lies in the patch.
    pub fn near(&self, p: PointMm) -> Option<f32> {
        let x = (p.x - self.origin.x) / self.step + 0.5;
        let y = (p.y - self.origin.y) / self.step + 0.5;
        (x >= 0.0 && y >= 0.0 && (x as usize) < self.width && (y as usize) < self.height)
            .then(|| self.ink[y as usize * self.width + x as usize])
    }
}

/// Running sums of a patch, which give the ink of any rectangle in constant time.
#[derive(Debug)]
pub struct Sums {
    origin: PointMm,
    step: f64,
    width: usize,
    height: usize,
    sums: Vec<f64>,
}

impl Sums {
    /// The running sums of `patch`.
    pub fn of(patch: &Patch) -> Self {
        let width = patch.width + 1;
        let mut sums = vec![0.0; width * (patch.height + 1)];
        for y in 0..patch.height {
            let mut row = 0.0;
            for x in 0..patch.width {
                row += f64::from(patch.ink[y * patch.width + x]);
                sums[(y + 1) * width + x + 1] = sums[y * width + x + 1] + row;
            }
        }
        Self { origin: patch.origin, step: patch.step, width: patch.width, height: patch.height, sums }
    }

    /// Integral of the ink left of and above a place, in samples.
    fn integral(&self, x: f64, y: f64) -> f64 {
        let x = x.clamp(0.0, self.width as f64);
        let y = y.clamp(0.0, self.height as f64);
        let (x0, y0) = ((x as usize).min(self.width - 1), (y as usize).min(self.height - 1));
        let (fx, fy) = (x - x0 as f64, y - y0 as f64);
        let at = |x: usize, y: usize| self.sums[y * (self.width + 1) + x];
        let top = at(x0, y0) + fx * (at(x0 + 1, y0) - at(x0, y0));
        let bottom = at(x0, y0 + 1) + fx * (at(x0 + 1, y0 + 1) - at(x0, y0 + 1));
        top + fy * (bottom - top)
    }

    /// Ink over `rect`, in mm² of solid ink. Parts outside the patch hold none.
    pub fn ink_mm2(&self, rect: &RectMm) -> f64 {
        let x = |v: f64| (v - self.origin.x) / self.step + 0.5;
        let y = |v: f64| (v - self.origin.y) / self.step + 0.5;
        let (l, r, t, b) = (x(rect.x), x(rect.right()), y(rect.y), y(rect.bottom()));
        (self.integral(r, b) - self.integral(l, b) - self.integral(r, t) + self.integral(l, t))
            * self.step
            * self.step
    }

    /// Mean ink between two nested rectangles.
    pub fn mean_between(&self, outer: &RectMm, inner: &RectMm) -> f64 {
        (self.ink_mm2(outer) - self.ink_mm2(inner)) / (outer.w * outer.h - inner.w * inner.h)
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
        Picture { fine, fine_halvings: 0, coarse, halvings: 1, tones: Tones::Many, paper, print_share: 0.0 }
    }

    fn map() -> Mapping {
        Mapping::of(Homography::affine(10.0, 0.0, -0.5, 0.0, 10.0, -0.5))
    }

    #[test]
    fn sums_give_the_ink_of_a_rectangle_in_square_millimetres() {
        for detail in [Detail::Fine, Detail::Coarse] {
            let patch = Patch::sample(&picture(), &map(), RectMm::new(15.0, 5.0, 20.0, 15.0), (0.1, detail));
            let sums = Sums::of(&patch);
            let whole = sums.ink_mm2(&RectMm::new(16.0, 6.0, 18.0, 12.0));
            assert!((whole - 40.0).abs() < 0.5, "{whole}");
            let half = sums.ink_mm2(&RectMm::new(16.0, 6.0, 9.0, 12.0));
            assert!((half - 20.0).abs() < 0.5, "{half}");
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
