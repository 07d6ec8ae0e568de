//! The solid marks of a page by which it is found: its corner marks and the middles of
//! its codes' finder patterns.

use phieu_model::geometry::{PointMm, RectMm};
use phieu_model::layout::{MarkKind, PageLayout};

use crate::blobs::Blob;
use crate::identify::MODULES;

/// The sides of a solid mark differ from what the map expects by no more than these
/// factors: a threshold takes 0.3 mm away from each side, or adds it, and in a photo the
/// far end of a page is half as large as the near one.
const SIZE: std::ops::Range<f64> = 0.5..1.9;
/// Blur and foreshortening change the ratio of the sides by no more than this.
const SHAPE: std::ops::Range<f64> = 0.65..1.55;

/// A solid rectangle that is printed at a known place.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Anchor {
    /// Its middle.
    pub at: PointMm,
    /// Its width in mm.
    pub width: f64,
    /// Its height in mm.
    pub height: f64,
}

impl Anchor {
    /// The solid mark `rect`.
    pub fn of(rect: &RectMm) -> Self {
        Self { at: rect.center(), width: rect.w, height: rect.h }
    }

    /// Whether `blob` may be this mark where a millimetre has so many pixels along the
    /// paper's x and y.
    pub fn fits(&self, blob: &Blob, (sx, sy): (f64, f64)) -> bool {
        let (long, short) = self.against(blob, (sx, sy));
        SIZE.contains(&long) && SIZE.contains(&short) && SHAPE.contains(&(long / short))
    }

    /// How far the ratio of the blob's sides is from this mark's: 0 for the same shape.
    pub fn misshape(&self, blob: &Blob, sides: (f64, f64)) -> f64 {
        let (long, short) = self.against(blob, sides);
        (long / short).ln().abs()
    }

    /// The mark as a picture taken through `map` shows it.
    #[cfg(test)]
    pub fn seen_through(&self, map: &phieu_model::homography::Homography) -> Blob {
        let (sx, sy) = map.scale_at(self.at);
        let (x, y) = (self.width * sx, self.height * sy);
        Blob { center: map.apply(self.at), long: x.max(y), short: x.min(y) }
    }

    /// The blob's sides as shares of this mark's.
    pub fn against(&self, blob: &Blob, (sx, sy): (f64, f64)) -> (f64, f64) {
        let (x, y) = (self.width * sx, self.height * sy);
        (blob.long / x.max(y), blob.short / x.min(y))
    }
}

/// The anchors that all pages of one family of layouts share.
#[derive(Debug, Clone, PartialEq)]
pub struct PageAnchors {
    /// Top left (the long one), top right, bottom right, bottom left.
    pub corners: [(MarkKind, Anchor); 4],
    /// For each code the middles of its finder patterns: top left, top right, bottom left.
    pub codes: Vec<[Anchor; 3]>,
    /// The timing marks in the margins.
    pub timing: Vec<Anchor>,
    /// Middle of the page.
    pub middle: PointMm,
}

impl PageAnchors {
    /// The anchors of `page`; `None` when it has not exactly one mark in each corner.
    pub fn of(page: &PageLayout) -> Option<Self> {
        let mark = |kind| {
            let mut marks = page.marks.iter().filter(|m| m.kind == kind);
            let only = marks.next().filter(|_| marks.next().is_none())?;
            Some((kind, Anchor::of(&only.rect)))
        };
        let corners = [
            mark(MarkKind::CornerTl)?,
            mark(MarkKind::CornerTr)?,
            mark(MarkKind::CornerBr)?,
            mark(MarkKind::CornerBl)?,
        ];
        let (tl, br) = (corners[0].1.at, corners[2].1.at);
        Some(Self {
            corners,
            codes: page.qr.iter().map(finder_middles).collect(),
            timing: (page.marks.iter())
                .map(|mark| Anchor::of(&mark.rect))
                .filter(|anchor| corners.iter().all(|(_, corner)| corner != anchor))
                .collect(),
            middle: PointMm::new((tl.x + br.x) / 2.0, (tl.y + br.y) / 2.0),
        })
    }

    /// All anchors with the corner of the page, 0–3, that each stands in.
    pub fn all(&self) -> impl Iterator<Item = (usize, &Anchor)> {
        let corner_of = |p: PointMm| match (p.x < self.middle.x, p.y < self.middle.y) {
            (true, true) => 0,
            (false, true) => 1,
            (false, false) => 2,
            (true, false) => 3,
        };
        let corners = self.corners.iter().map(|(_, anchor)| anchor);
        corners.chain(self.codes.iter().flatten()).map(move |anchor| (corner_of(anchor.at), anchor))
    }
}

/// The solid middles, 3 × 3 modules, of the finder patterns of a code (ISO/IEC 18004,
/// 6.3.3): top left, top right, bottom left.
pub fn finder_middles(code: &RectMm) -> [Anchor; 3] {
    let module = code.w / MODULES as f64;
    let (near, far) = (2.0 * module, code.w - 5.0 * module);
    [(near, near), (far, near), (near, far)]
        .map(|(x, y)| Anchor::of(&RectMm::new(code.x + x, code.y + y, 3.0 * module, 3.0 * module)))
}
