//! What is printed on every sheet of a layout, as a picture on paper: what the
//! reader must not take for ink.

use ab_glyph_rasterizer::{Point, Rasterizer, point};
use phieu_model::geometry::{PointMm, RectMm};
use phieu_model::layout::{PageLayout, Stroke, TextRun};
use phieu_typeface::OutlinePen;

/// Grid points to a millimetre.
const PER_MM: f64 = 8.0;
/// Printed content is taken to be this much wider on every side, in mm: half a
/// pixel at 100 dpi and the blur of a copier.
const TOLERANCE_MM: f64 = 0.375;
/// How far from its middle the ragged edge of a rule may lie, in mm.
const RULE_EDGE_MM: f64 = 1.0;

/// The printed content of one page, grown by a tolerance.
#[derive(Debug)]
pub struct Drawing {
    width: usize,
    height: usize,
    printed: Vec<bool>,
    /// Share of each grid point's square that letters cover, 0–255.
    letters: Vec<u8>,
    strokes: Vec<bool>,
    beside_rules: Vec<bool>,
}

/// What a blur takes of the grid points along one axis.
#[derive(Debug)]
pub struct Blur {
    first: usize,
    weights: Vec<f32>,
}

impl Blur {
    /// The blur of this deviation, in mm, round `at` mm, of `n` grid points.
    fn of(at: f64, blur_mm: f64, n: usize) -> Self {
        let (at, deviation) = (at * PER_MM, blur_mm * PER_MM);
        let reach = 2.5 * deviation;
        let range = (at - reach).ceil().max(0.0) as usize..((at + reach).max(0.0) as usize + 1).min(n);
        let weight = |k: usize| (-0.5 * ((k as f64 - at) / deviation).powi(2)).exp() as f32;
        Self { first: range.start.min(n), weights: range.map(weight).collect() }
    }
}

impl Drawing {
    /// Draws `page` of a layout whose pages measure `page_size_mm`.
    pub fn of(page: &PageLayout, page_size_mm: [f64; 2], box_line_mm: f64) -> Self {
        let width = (page_size_mm[0] * PER_MM).ceil() as usize + 1;
        let height = (page_size_mm[1] * PER_MM).ceil() as usize + 1;
        let mut printed = vec![false; width * height];
        let mut raster = Rasterizer::new(width, height);
        page.texts.iter().for_each(|run| draw_text(run, &mut raster));
        let mut strokes = vec![false; width * height];
        let mut letters = vec![0; width * height];
        raster.for_each_pixel(|i, cover| {
            letters[i] = (cover.clamp(0.0, 1.0) * 255.0) as u8;
            printed[i] = cover > 0.1;
            strokes[i] = cover > 0.5;
        });
        let mut drawing = Self { width, height, printed, letters, strokes, beside_rules: Vec::new() };
        let mut rules = vec![false; width * height];
        for rule in &page.rules {
            let (a, b) = (rule.from, rule.to);
            let rect = RectMm::new(a.x.min(b.x), a.y.min(b.y), (a.x - b.x).abs(), (a.y - b.y).abs());
            let rect = rect.grown(rule.width_mm / 2.0);
            drawing.rows_of(&rect).for_each(|row| rules[row].fill(true));
            match rule.stroke {
                Stroke::Solid => drawing.stroke(&rect),
                Stroke::Dotted => drawing.fill(&rect),
            }
        }
        let half = box_line_mm / 2.0;
        for place in &page.boxes {
            let r = &place.rect;
            for side in [
                RectMm::new(r.x, r.y, r.w, 0.0),
                RectMm::new(r.x, r.bottom(), r.w, 0.0),
                RectMm::new(r.x, r.y, 0.0, r.h),
                RectMm::new(r.right(), r.y, 0.0, r.h),
            ] {
                drawing.stroke(&side.grown(half));
            }
        }
        // Marks, codes and slots tell nothing of the form's content.
        page.marks.iter().for_each(|mark| drawing.fill(&mark.rect));
        page.qr.iter().for_each(|qr| drawing.fill(qr));
        page.slots.iter().for_each(|slot| drawing.fill(&slot.rect));
        let points = |mm: f64| (mm * PER_MM).round() as usize;
        drawing.beside_rules = drawing.grown(&rules, points(RULE_EDGE_MM));
        drawing.printed = drawing.grown(&drawing.printed, points(TOLERANCE_MM));
        drawing
    }

    /// A small page that holds nothing but a line of text, 12 points high, which starts at `at`.
    #[cfg(test)]
    pub fn of_text(text: &str, at: PointMm) -> Self {
        let run = TextRun { at, size_pt: 12.0, face: phieu_model::layout::Face::Regular, text: text.into() };
        let page = PageLayout {
            page: 1,
            boxes: vec![],
            questions: vec![],
            fields: vec![],
            marks: vec![],
            qr: vec![],
            slots: vec![],
            texts: vec![run],
            rules: vec![],
        };
        Self::of(&page, [60.0, 60.0], 0.3)
    }

    /// Whether `p` lies in the stroke of a letter, a rule or an outline that is the same
    /// on every sheet.
    pub fn stroke_at(&self, p: PointMm) -> bool {
        self.index_of(p).is_some_and(|i| self.strokes[i])
    }

    /// Whether something may be printed at `p`.
    #[inline]
    pub fn printed_at(&self, p: PointMm) -> bool {
        self.index_of(p).is_some_and(|i| self.printed[i])
    }

    /// Share of the grid point at `p` that letters cover, 0–255.
    pub fn letter_share(&self, p: PointMm) -> u8 {
        self.index_of(p).map_or(0, |i| self.letters[i])
    }

    /// Share of the paper round `p` that letters cover, 0–1, seen through a blur of this deviation in mm.
    #[cfg(test)]
    pub fn letters_at(&self, p: PointMm, blur_mm: f64) -> f32 {
        self.letters_through(&self.across(p.x, blur_mm), &self.down(p.y, blur_mm))
    }

    /// What a blur of this deviation, in mm, takes at `x` of each column round it.
    pub fn across(&self, x: f64, blur_mm: f64) -> Blur {
        Blur::of(x, blur_mm, self.width)
    }

    /// What it takes at `y` of each row.
    pub fn down(&self, y: f64, blur_mm: f64) -> Blur {
        Blur::of(y, blur_mm, self.height)
    }

    /// Share of the paper that letters cover, 0–1, seen through a blur across and down.
    pub fn letters_through(&self, across: &Blur, down: &Blur) -> f32 {
        let (mut sum, mut all) = (0.0, 0.0);
        for (v, down) in (down.first..).zip(&down.weights) {
            let row = &self.letters[v * self.width + across.first..][..across.weights.len()];
            for (letters, w) in row.iter().zip(&across.weights) {
                sum += down * w * f32::from(*letters);
                all += down * w;
            }
        }
        if all > 0.0 { sum / all / 255.0 } else { 0.0 }
    }

    /// Whether `p` lies so near to a rule that it may be its ragged edge.
    pub fn beside_rule_at(&self, p: PointMm) -> bool {
        self.index_of(p).is_some_and(|i| self.beside_rules[i])
    }

    #[inline]
    fn index_of(&self, p: PointMm) -> Option<usize> {
        // Truncation after adding a half rounds, as long as it is not negative.
        let (x, y) = (p.x * PER_MM + 0.5, p.y * PER_MM + 0.5);
        let on_page = x >= 0.0 && y >= 0.0 && (x as usize) < self.width && (y as usize) < self.height;
        on_page.then(|| y as usize * self.width + x as usize)
    }

    fn fill(&mut self, rect: &RectMm) {
        for row in self.rows_of(rect) {
            self.printed[row].fill(true);
        }
    }

    fn stroke(&mut self, rect: &RectMm) {
        for row in self.rows_of(rect) {
            self.strokes[row.clone()].fill(true);
            self.printed[row].fill(true);
        }
    }

    /// The grid points of `rect`, row by row.
    fn rows_of(&self, rect: &RectMm) -> impl Iterator<Item = std::ops::Range<usize>> + use<> {
        let clamp = |v: f64, n: usize| ((v * PER_MM).round().max(0.0) as usize).min(n - 1);
        let (x0, x1) = (clamp(rect.x, self.width), clamp(rect.right(), self.width));
        let width = self.width;
        (clamp(rect.y, self.height)..=clamp(rect.bottom(), self.height))
            .map(move |y| y * width + x0..y * width + x1 + 1)
    }

    /// The grid points of `what`, grown by `reach` grid points in x, then in y.
    fn grown(&self, what: &[bool], reach: usize) -> Vec<bool> {
        // Whole rows at once: the compiler makes wide code of it.
        let add =
            |sum: &mut [bool], more: &[bool]| sum.iter_mut().zip(more).for_each(|(sum, more)| *sum |= more);
        let mut across = what.to_vec();
        for (grown, row) in across.chunks_exact_mut(self.width).zip(what.chunks_exact(self.width)) {
            for by in 1..=reach.min(self.width) {
                add(&mut grown[by..], row);
                add(grown, &row[by..]);
            }
        }
        let mut grown = across.clone();
        for (y, row) in grown.chunks_exact_mut(self.width).enumerate() {
            let near = y.saturating_sub(reach)..(y + reach + 1).min(self.height);
            near.for_each(|y| add(row, &across[y * self.width..][..self.width]));
        }
        grown
    }
}

fn draw_text(run: &TextRun, raster: &mut Rasterizer) {
    let mut pen = RasterPen { raster, at: point(0.0, 0.0), start: point(0.0, 0.0) };
    phieu_typeface::draw(run, &mut pen);
}

/// Hands glyph outlines on paper to the rasteriser.
struct RasterPen<'a> {
    raster: &'a mut Rasterizer,
    at: Point,
    start: Point,
}

fn grid(p: PointMm) -> Point {
    // Grid point i stands for the paper from i - ½ to i + ½.
    point((p.x * PER_MM + 0.5) as f32, (p.y * PER_MM + 0.5) as f32)
}

impl OutlinePen for RasterPen<'_> {
    fn move_to(&mut self, p: PointMm) {
        self.at = grid(p);
        self.start = self.at;
    }

    fn line_to(&mut self, p: PointMm) {
        self.raster.draw_line(self.at, grid(p));
        self.at = grid(p);
    }

    fn quad_to(&mut self, control: PointMm, p: PointMm) {
        self.raster.draw_quad(self.at, grid(control), grid(p));
        self.at = grid(p);
    }

    fn close(&mut self) {
        self.raster.draw_line(self.at, self.start);
        self.at = self.start;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn printed_text_and_its_surrounding_are_known_and_the_rest_is_free() {
        let drawing = Drawing::of_text("Tốt", PointMm::new(20.0, 30.0));
        // The stem of the T, in its middle: half its advance, half its height.
        let stem = PointMm::new(20.0 + 0.305 * 12.0 * 25.4 / 72.0, 28.5);
        assert!(drawing.printed_at(stem));
        assert!(drawing.printed_at(PointMm::new(stem.x + 0.5, stem.y)));
        assert!(!drawing.printed_at(PointMm::new(stem.x - 1.1, stem.y)), "left of the stem, below the bar");
        assert!(!drawing.printed_at(PointMm::new(20.0, 32.0)), "below the line");
        assert!(!drawing.printed_at(PointMm::new(40.0, 29.0)), "after the word");
        // The stem is wider than a grid point, and a blur spreads it over its surroundings.
        assert!(drawing.letters_at(stem, 0.08) > 0.9);
        let beside = PointMm::new(stem.x + 0.5, stem.y);
        assert!(drawing.letters_at(beside, 0.08) < 0.02);
        assert!((0.05..0.4).contains(&drawing.letters_at(beside, 0.35)));
        assert_eq!(drawing.letters_at(PointMm::new(40.0, 29.0), 0.35), 0.0);
    }
}
