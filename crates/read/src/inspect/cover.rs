//! A page's picture of which nothing personal is left.
//!
//! Everything that is drawn for a person is taken from a [`Covered`] picture, so that no
//! drawing can forget to cover.

use phieu_model::geometry::{PointMm, PointPx, RectMm};

use crate::evidence::COVER_MM;
use crate::frame::{Frame, halved_place, whole_place};
use crate::page::PreparedPage;
use crate::patch::{Grid, Mapping, Picture};

/// Side of the blocks into which a page is dissolved, as a share of the picture's longer
/// side: 6 mm on a page that fills it, as high as a line of handwriting.
const BLOCK_SHARE: f64 = 6.0 / 297.0;
/// Brightness of a covered field.
const COVER: u8 = 96;
/// Ink of a covered field.
const COVER_INK: f32 = 0.62;
/// Distance between the places of a field's border that are mapped to the picture, in mm.
const BORDER_STEP_MM: f64 = 2.0;

/// A picture that may be shown.
#[derive(Debug)]
pub struct Covered {
    picture: Picture,
    covers: Vec<RectMm>,
    clear: bool,
}

impl Covered {
    /// The picture of a page that was read: its sensitive fields are covered, and what lies
    /// beside the page (another sheet, perhaps) is dissolved into blocks.
    pub fn but_for_fields(mut picture: Picture, map: &Mapping, page: &PreparedPage) -> Self {
        let [w, h] = page.layout.page_size_mm;
        let paper = RectMm::new(0.0, 0.0, w, h).grown(COVER_MM);
        let fields = page.page.fields.iter().filter(|field| field.sensitive);
        let covers: Vec<RectMm> = fields.map(|field| field.rect.grown(COVER_MM)).collect();
        let halvings = picture.halvings;
        picture.fine = covered(&picture.fine, map, (&covers, 0));
        picture.coarse = covered(&picture.coarse, map, (&covers, halvings));
        picture.coarse = dissolved_beside(&picture.coarse, map, (&paper, halvings));
        Self { picture, covers, clear: true }
    }

    /// The picture dissolved into blocks.
    pub fn wholly(mut picture: Picture) -> Self {
        picture.fine = dissolved(&picture.fine);
        picture.coarse = dissolved(&picture.coarse);
        Self { picture, covers: Vec::new(), clear: false }
    }

    /// The picture. Its paper level is that of the picture as it came in: a part that is
    /// shown as ink is taken from [`Covered::flat`] instead.
    pub fn picture(&self) -> &Picture {
        &self.picture
    }

    /// The ink at the places of `grid` with every field covered evenly: the paper level,
    /// which ink is measured against, still knows of the writing in a field.
    pub fn flat(&self, grid: &Grid, mut ink: Vec<f32>) -> Vec<f32> {
        for (i, ink) in ink.iter_mut().enumerate() {
            let p = grid.place(i);
            if self.covers.iter().any(|cover| holds(cover, p)) {
                *ink = COVER_INK;
            }
        }
        ink
    }

    /// Whether anything can be recognised on it.
    pub fn is_clear(&self) -> bool {
        self.clear
    }
}

/// The picture, halved `halvings` times, with every pixel on `covers` overwritten.
fn covered(frame: &Frame, map: &Mapping, (covers, halvings): (&[RectMm], u32)) -> Frame {
    let mut pixels = pixels_of(frame);
    for cover in covers {
        let [(x0, x1), (y0, y1)] = reach_of(frame, map, (cover, halvings));
        for y in y0..y1 {
            for x in x0..x1 {
                let p = whole_place(PointPx::new(x as f64, y as f64), halvings);
                if map.unapply(p).is_none_or(|p| holds(cover, p)) {
                    pixels[y * frame.width() + x] = COVER;
                }
            }
        }
    }
    again(frame, pixels)
}

/// The columns and the rows of pixels that `rect` may lie on.
fn reach_of(frame: &Frame, map: &Mapping, (rect, halvings): (&RectMm, u32)) -> [(usize, usize); 2] {
    let steps = (rect.w.max(rect.h) / BORDER_STEP_MM).ceil() as usize + 1;
    let (mut low, mut high) = ((f64::MAX, f64::MAX), (f64::MIN, f64::MIN));
    for i in 0..=steps {
        let t = i as f64 / steps as f64;
        let (x, y) = (rect.x + t * rect.w, rect.y + t * rect.h);
        for (x, y) in [(x, rect.y), (x, rect.bottom()), (rect.x, y), (rect.right(), y)] {
            let p = halved_place(map.apply(PointMm::new(x, y)), halvings);
            low = (low.0.min(p.x), low.1.min(p.y));
            high = (high.0.max(p.x), high.1.max(p.y));
        }
    }
    // Two pixels more, for the border between the mapped places.
    let range = |low: f64, high: f64, n: usize| {
        let clamp = |v: f64| v.clamp(0.0, n as f64) as usize;
        (clamp(low.floor() - 2.0), clamp(high.ceil() + 3.0))
    };
    [range(low.0, high.0, frame.width()), range(low.1, high.1, frame.height())]
}

fn holds(rect: &RectMm, p: PointMm) -> bool {
    p.x >= rect.x && p.x <= rect.right() && p.y >= rect.y && p.y <= rect.bottom()
}

fn dissolved_beside(frame: &Frame, map: &Mapping, (paper, halvings): (&RectMm, u32)) -> Frame {
    let mut pixels = pixels_of(frame);
    let blocks = dissolved(frame);
    for y in 0..frame.height() {
        for x in 0..frame.width() {
            let p = whole_place(PointPx::new(x as f64, y as f64), halvings);
            if map.unapply(p).is_none_or(|p| !holds(paper, p)) {
                pixels[y * frame.width() + x] = blocks.row(y)[x];
            }
        }
    }
    again(frame, pixels)
}

/// The picture in which every block has its mean brightness.
fn dissolved(frame: &Frame) -> Frame {
    let (width, height) = (frame.width(), frame.height());
    let block = ((width.max(height) as f64 * BLOCK_SHARE).ceil() as usize).max(1);
    let mut pixels = vec![0; width * height];
    for y0 in (0..height).step_by(block) {
        for x0 in (0..width).step_by(block) {
            let (x1, y1) = ((x0 + block).min(width), (y0 + block).min(height));
            let sum: u64 = (y0..y1).flat_map(|y| &frame.row(y)[x0..x1]).map(|v| u64::from(*v)).sum();
            let mean = (sum / ((x1 - x0) * (y1 - y0)) as u64) as u8;
            (y0..y1).for_each(|y| pixels[y * width + x0..y * width + x1].fill(mean));
        }
    }
    again(frame, pixels)
}

fn pixels_of(frame: &Frame) -> Vec<u8> {
    (0..frame.height()).flat_map(|y| frame.row(y)).copied().collect()
}

fn again(frame: &Frame, pixels: Vec<u8>) -> Frame {
    Frame::new(frame.width(), frame.height(), pixels).expect("as many pixels as before")
}
