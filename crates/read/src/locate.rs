//! Finding the page: corner marks at any quarter turn and a few degrees of skew.
//!
//! Dark connected components are found on a picture of about 150 dpi and kept when
//! they are solid rectangles of a corner mark's size. Any three of the four marks
//! make a hypothesis; it stands when it is nearly a similarity, and the hypothesis
//! that explains most marks wins. The odd mark at the top left tells the turn.

use phieu_model::geometry::{PointMm, PointPx};
use phieu_model::homography::Homography;
use phieu_model::layout::{MarkKind, PageLayout};

use crate::frame::Frame;
use crate::light::{PAPER_TILE, PaperLevel};

/// A pixel darker than this share of its paper level is dark: halfway between
/// paper and pale toner.
const DARK_SHARE: f32 = 0.6;
/// Share of its bounding parallelogram that a solid mark covers at least.
const MIN_SOLIDITY: f64 = 0.86;
/// A corner mark may lie this far, in mm, from where three others say it is.
const CORNER_TOLERANCE_MM: f64 = 4.0;
/// Largest difference of the scales in x and y, as a ratio.
const MAX_SCALE_RATIO: f64 = 1.14;
/// Largest cosine between the page's axes in the picture: 7 degrees of shear.
const MAX_SHEAR: f64 = 0.12;
/// Candidates looked at: beyond that the page is not a form of ours.
const MAX_CANDIDATES: usize = 24;

/// A dark connected component that may be a corner mark.
#[derive(Debug, Clone, Copy)]
pub struct Blob {
    /// Its centre of gravity.
    pub center: PointPx,
    /// Length along its longer axis in pixels.
    pub long: f64,
    /// Length along its shorter axis in pixels.
    pub short: f64,
}

/// A place of the page in the picture, with the corner marks that say so.
#[derive(Debug, Clone)]
pub struct Located {
    /// Paper to picture.
    pub map: Homography,
    /// The marks found.
    pub corners: Vec<(MarkKind, PointPx)>,
}

/// The corner marks of a page: kind and centre, and the sides of the square ones.
#[derive(Debug, Clone, PartialEq)]
pub struct CornerSet {
    marks: [(MarkKind, PointMm); 4],
    square_mm: f64,
    odd_mm: f64,
}

impl CornerSet {
    /// The corner marks of `page`; `None` when it has not exactly four.
    pub fn of(page: &PageLayout) -> Option<Self> {
        let mark = |kind| page.marks.iter().find(|m| m.kind == kind).map(|m| m.rect);
        let (tl, tr) = (mark(MarkKind::CornerTl)?, mark(MarkKind::CornerTr)?);
        let (br, bl) = (mark(MarkKind::CornerBr)?, mark(MarkKind::CornerBl)?);
        Some(Self {
            marks: [
                (MarkKind::CornerTl, tl.center()),
                (MarkKind::CornerTr, tr.center()),
                (MarkKind::CornerBr, br.center()),
                (MarkKind::CornerBl, bl.center()),
            ],
            square_mm: tr.w,
            odd_mm: tl.w.max(tl.h),
        })
    }
}

/// The dark solid rectangles of a corner mark's size. `page_height_mm` is taken to
/// fill the longer side of the picture by 0.65 to 1.25.
pub fn blobs(frame: &Frame, paper: &PaperLevel, set: &CornerSet, page_height_mm: f64) -> Vec<Blob> {
    let longer = frame.width().max(frame.height()) as f64;
    let px_per_mm = longer / page_height_mm;
    let least = set.square_mm * px_per_mm * 0.62;
    let most = set.odd_mm * px_per_mm * 1.3;
    let mut found: Vec<Blob> = components(frame, paper)
        .into_iter()
        .filter_map(|moments| moments.rectangle())
        .filter(|b| b.short >= least && b.long <= most && b.long / b.short < 1.9)
        .collect();
    // The corner marks are the outermost solid things on the page.
    let (cx, cy) = (frame.width() as f64 / 2.0, frame.height() as f64 / 2.0);
    let from_middle = |b: &Blob| (b.center.x - cx).hypot(b.center.y - cy);
    found.sort_by(|a, b| from_middle(b).total_cmp(&from_middle(a)));
    found.truncate(MAX_CANDIDATES);
    found
}

/// Where the page lies, or `None` when no three marks fit. The best hypothesis is
/// the one with most marks; among equals the one that is most nearly a similarity.
pub fn locate(blobs: &[Blob], set: &CornerSet) -> Option<Located> {
    let ratio = set.odd_mm / set.square_mm;
    let limit = ratio.sqrt();
    let fits = |kind: MarkKind, blob: &Blob| {
        let longish = blob.long / blob.short > limit;
        (kind == MarkKind::CornerTl) == longish
    };
    let mut best: Option<(usize, f64, Located)> = None;
    for left_out in 0..4 {
        let three: Vec<usize> = (0..4).filter(|i| *i != left_out).collect();
        for a in blobs.iter().filter(|b| fits(set.marks[three[0]].0, b)) {
            for b in blobs.iter().filter(|b| fits(set.marks[three[1]].0, b)) {
                if a.center == b.center {
                    continue;
                }
                for c in blobs.iter().filter(|b| fits(set.marks[three[2]].0, b)) {
                    let pairs: Vec<_> =
                        three.iter().zip([a, b, c]).map(|(&i, blob)| (set.marks[i].1, blob.center)).collect();
                    let Some(affine) = Homography::fit_affine(&pairs) else { continue };
                    let Some(distortion) = distortion(&affine) else { continue };
                    // The marks' own size must agree with the distances between them.
                    let (sx, _) = affine.scale_at(set.marks[0].1);
                    if !(0.75..1.3).contains(&(b.short / (sx * set.square_mm))) {
                        continue;
                    }
                    let (kind, place) = set.marks[left_out];
                    let expected = affine.apply(place);
                    let fourth = blobs
                        .iter()
                        .filter(|b| fits(kind, b) && b.center.distance(expected) < CORNER_TOLERANCE_MM * sx)
                        .min_by(|p, q| p.center.distance(expected).total_cmp(&q.center.distance(expected)));
                    let mut corners: Vec<_> =
                        three.iter().zip([a, b, c]).map(|(&i, blob)| (set.marks[i].0, blob.center)).collect();
                    let mut map = affine;
                    if let Some(blob) = fourth {
                        let mut all = pairs;
                        all.push((place, blob.center));
                        corners.push((kind, blob.center));
                        map = Homography::fit(&all).unwrap_or(affine);
                    }
                    let better = best.as_ref().is_none_or(|(n, d, _)| {
                        corners.len() > *n || (corners.len() == *n && distortion < *d)
                    });
                    if better {
                        best = Some((corners.len(), distortion, Located { map, corners }));
                    }
                }
            }
        }
    }
    best.map(|(_, _, located)| located)
}

/// How far an affine map is from a similarity that keeps the hand, 0 for one that
/// is; `None` when it is too far for a page.
fn distortion(map: &Homography) -> Option<f64> {
    let o = map.apply(PointMm::new(0.0, 0.0));
    let ex = map.apply(PointMm::new(1.0, 0.0));
    let ey = map.apply(PointMm::new(0.0, 1.0));
    let (ax, ay) = (ex.x - o.x, ex.y - o.y);
    let (bx, by) = (ey.x - o.x, ey.y - o.y);
    let (sx, sy) = (ax.hypot(ay), bx.hypot(by));
    let shear = ((ax * bx + ay * by) / (sx * sy)).abs();
    let ratio = (sx / sy).max(sy / sx);
    let same_hand = ax * by - ay * bx > 0.0;
    (same_hand && shear < MAX_SHEAR && ratio < MAX_SCALE_RATIO).then_some(shear + ratio - 1.0)
}

/// Clockwise quarter turns by which the page lies in the picture.
pub fn quarter_turns(map: &Homography) -> u8 {
    let o = map.apply(PointMm::new(0.0, 0.0));
    let e = map.apply(PointMm::new(100.0, 0.0));
    let (dx, dy) = (e.x - o.x, e.y - o.y);
    match (dx.abs() >= dy.abs(), dx >= 0.0, dy >= 0.0) {
        (true, true, _) => 0,
        (false, _, true) => 1,
        (true, false, _) => 2,
        (false, _, false) => 3,
    }
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
        if self.n < 50 {
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
fn components(frame: &Frame, paper: &PaperLevel) -> Vec<Moments> {
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
    let mut above: Vec<Run> = Vec::new();
    let mut thresholds = vec![0_u8; frame.width()];
    for y in 0..frame.height() {
        if y % PAPER_TILE == 0 {
            for (x, threshold) in thresholds.iter_mut().enumerate() {
                *threshold = (paper.tile_level(x / PAPER_TILE, y / PAPER_TILE) * DARK_SHARE) as u8;
            }
        }
        let row = frame.row(y);
        let mut runs: Vec<Run> = Vec::with_capacity(above.len() + 8);
        let mut x = 0;
        let mut first_above = 0;
        while x < row.len() {
            if row[x] >= thresholds[x] {
                // Most of a page is light: whole tiles are passed over at once.
                let end = (x / PAPER_TILE + 1) * PAPER_TILE;
                let light =
                    |tile: &[u8]| tile.iter().fold(u8::MAX, |least, v| least.min(*v)) >= thresholds[x];
                x = if x % PAPER_TILE == 0 && row.get(x..end).is_some_and(light) { end } else { x + 1 };
                continue;
            }
            let x0 = x;
            while x < row.len() && row[x] < thresholds[x] {
                x += 1;
            }
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
        above = runs;
    }
    moments
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set() -> CornerSet {
        CornerSet {
            marks: [
                (MarkKind::CornerTl, PointMm::new(12.5, 11.0)),
                (MarkKind::CornerTr, PointMm::new(199.0, 11.0)),
                (MarkKind::CornerBr, PointMm::new(199.0, 286.0)),
                (MarkKind::CornerBl, PointMm::new(11.0, 286.0)),
            ],
            square_mm: 6.0,
            odd_mm: 9.0,
        }
    }

    /// A white page under `map`, with the marks named in `drawn` in black.
    fn page(map: &Homography, size: (usize, usize), drawn: &[usize]) -> Frame {
        let set = set();
        let pixels = (0..size.0 * size.1)
            .map(|i| {
                let p = map.unapply(PointPx::new((i % size.0) as f64, (i / size.0) as f64)).unwrap();
                let inside = drawn.iter().any(|&k| {
                    let (kind, c) = set.marks[k];
                    let half = if kind == MarkKind::CornerTl { 4.5 } else { 3.0 };
                    (p.x - c.x).abs() < half && (p.y - c.y).abs() < 3.0
                });
                if inside { 20 } else { 240 }
            })
            .collect();
        Frame::new(size.0, size.1, pixels).unwrap()
    }

    fn turned(quarters: u8, degrees: f64) -> (Homography, (usize, usize)) {
        let s = 4.0;
        let (w, h) = if quarters.is_multiple_of(2) { (960.0, 1280.0) } else { (1280.0, 960.0) };
        let angle = f64::from(quarters) * std::f64::consts::FRAC_PI_2 + degrees.to_radians();
        let (c, n) = (s * angle.cos(), s * angle.sin());
        let (mx, my) = (105.0, 148.5);
        let map = Homography::affine(c, -n, w / 2.0 - c * mx + n * my, n, c, h / 2.0 - n * mx - c * my);
        (map, (w as usize, h as usize))
    }

    #[test]
    fn any_three_marks_at_any_quarter_turn_give_the_page() {
        for quarters in 0..4 {
            for degrees in [-4.0, 0.0, 5.0] {
                let (map, size) = turned(quarters, degrees);
                for drawn in [&[0, 1, 2, 3][..], &[1, 2, 3], &[0, 2, 3], &[0, 1, 3], &[0, 1, 2]] {
                    let frame = page(&map, size, drawn);
                    let paper = PaperLevel::of(&frame);
                    let found = locate(&blobs(&frame, &paper, &set(), 297.0), &set());
                    let found = found.unwrap_or_else(|| panic!("turn {quarters}, {degrees}°, {drawn:?}"));
                    assert_eq!(found.corners.len(), drawn.len());
                    assert_eq!(quarter_turns(&found.map), quarters);
                    let p = PointMm::new(60.0, 100.0);
                    assert!(found.map.apply(p).distance(map.apply(p)) < 1.0);
                }
            }
        }
    }

    #[test]
    fn two_marks_give_no_page() {
        let (map, size) = turned(0, 0.0);
        let frame = page(&map, size, &[0, 2]);
        let paper = PaperLevel::of(&frame);
        assert!(locate(&blobs(&frame, &paper, &set(), 297.0), &set()).is_none());
    }
}
