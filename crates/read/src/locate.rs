//! Finding the page: by corner marks and codes, at any angle, in scans and photos.
//!
//! Any three corner marks, or the three finder patterns of either code, make a
//! hypothesis. It grows: marks that stand where it has them are taken up and the map is
//! fitted again, so that a fourth corner far from where an affine map has it (a photo)
//! is found as well. Where that explains too few of the marks, two corner marks or two finder patterns
//! make one too, for a scan that keeps shapes. The hypothesis that explains most marks, timing marks included, wins; its codes, which can
//! be read in one turn only, and the odd mark at the top left tell the turn.

mod few;

use phieu_model::geometry::{PointMm, PointPx};
use phieu_model::homography::Homography;
use phieu_model::layout::MarkKind;

use crate::anchors::{Anchor, PageAnchors};
use crate::blobs::Blob;
use crate::identify::MODULES;

/// Blobs that are tried as corner marks: beyond that the page is not a form of ours.
const MAX_CORNERS: usize = 14;
/// A corner mark is at most so many times longer than wide: 1.5 times, seen from the side.
const MAX_CORNER_LENGTH: f64 = 1.95;
/// Finder patterns that are tried.
const MAX_FINDERS: usize = 12;
/// Largest difference of the scales in x and y that three marks may show, as a ratio:
/// a photo at 25 degrees.
const MAX_SCALE_RATIO: f64 = 1.45;
/// Largest cosine between the page's axes in the picture.
const MAX_SHEAR: f64 = 0.3;
/// Distance, in mm, of a mark from where the map has it, once the map is fitted.
const NEAR_MM: f64 = 2.5;
/// How far from its place a mark may be at first, as a share of the distance from the
/// nearest mark found: in a close photo at 25 degrees a fourth corner stands 62 mm off.
const FIRST_SHARE: f64 = 0.45;
/// Places of the page's middle that are less than this apart, in mm, are one place.
const SAME_MM: f64 = 10.0;
/// Places that are worth a look for the page's codes.
const MAX_PLACES: usize = 4;
/// A hypothesis that explains so many of the marks is not challenged any more.
const SURE_SHARE: f64 = 0.85;
/// Squares that are tried as finder patterns.
const MAX_SQUARES: usize = 400;
/// The middle of a finder pattern is at most so many times longer than wide.
const MAX_SQUARE_LENGTH: f64 = 1.45;
/// A timing mark bears witness when it stands so near, in mm, to where the map has it: the next one is 8.5 mm away.
const WITNESS_MM: f64 = 1.2;
/// Marks that a hypothesis from less than three corner marks or one code must explain.
const LEAST_SUPPORT: usize = 8;

/// A place of the page in the picture, with the marks that say so.
#[derive(Debug, Clone)]
pub struct Located {
    /// Paper to picture.
    pub map: Homography,
    /// The corner marks found.
    pub corners: Vec<MarkKind>,
    /// All marks found: corner marks and middles of finder patterns.
    pub marks: Vec<Anchor>,
}

/// Where the page may lie, best first; at most four places.
pub fn locate(blobs: &[Blob], anchors: &PageAnchors) -> Vec<Located> {
    let mut found: Vec<Hypothesis> = Vec::new();
    let all = anchors.all().count();
    let sure = |found: &[Hypothesis]| found.iter().any(|h| h.marks.len() as f64 >= SURE_SHARE * all as f64);
    // Corner marks are tried in thousands of threes, and seldom needed where a code stands.
    for starts in [starts_from_codes, starts_from_corners] {
        if sure(&found) {
            break;
        }
        for start in starts(blobs, anchors) {
            if sure(&found) {
                break;
            }
            found.extend(start.grown(blobs, anchors));
        }
    }
    found.retain(Hypothesis::stands);
    // Where many marks do not stand as they should, what stood may be something else.
    let most = found.iter().map(Hypothesis::support).max().unwrap_or(0);
    if most * 3 < 2 * (all + anchors.timing.len()) {
        found.extend(few::from_few(blobs, anchors).into_iter().filter(|h| h.support() > most));
    }
    found.sort_by(|a, b| b.support().cmp(&a.support()).then(a.misshape.total_cmp(&b.misshape)));
    let mut located: Vec<Located> = Vec::new();
    for hypothesis in found {
        let same = |other: &Located| {
            let (a, b) = (hypothesis.map.apply(anchors.middle), other.map.apply(anchors.middle));
            quarter_turns(&hypothesis.map) == quarter_turns(&other.map)
                && scale(&other.map, anchors.middle).is_some_and(|scale| a.distance(b) < SAME_MM * scale)
        };
        if located.len() < MAX_PLACES && !located.iter().any(same) {
            located.push(hypothesis.located(anchors));
        }
    }
    located
}

/// A map and the anchors, by their place in [`PageAnchors::all`], that were found.
#[derive(Debug, Clone)]
struct Hypothesis {
    map: Homography,
    marks: Vec<(usize, PointPx)>,
    residual_mm: f64,
    /// Mean difference in shape between the marks and what was taken for them: the odd mark
    /// tells a page from the same page upside down.
    misshape: f64,
    /// Timing marks that stand where the map has them.
    witnesses: usize,
}

impl Hypothesis {
    /// `None` when no sheet of paper lies like this.
    fn new(pairs: &[(usize, PointPx)], anchors: &PageAnchors) -> Option<Self> {
        let places: Vec<&Anchor> = anchors.all().map(|(_, anchor)| anchor).collect();
        let fitted: Vec<_> = pairs.iter().map(|&(i, p)| (places[i].at, p)).collect();
        let map = Homography::fit_affine(&fitted)?;
        is_paper(&map, anchors.middle).then(|| Self { marks: pairs.to_vec(), ..Self::of(map) })
    }

    /// A map of which nothing is known yet.
    fn of(map: Homography) -> Self {
        Self { map, marks: Vec::new(), residual_mm: f64::INFINITY, misshape: 0.0, witnesses: 0 }
    }

    /// Takes up the other marks: first the corner marks, the nearest first, each where
    /// the map so far may have it; then, in rounds, all that stand where the map has them.
    fn grown(mut self, blobs: &[Blob], anchors: &PageAnchors) -> Option<Self> {
        let all: Vec<(usize, &Anchor)> = anchors.all().collect();
        let place = |i: usize| all[i].1.at;
        let mut open: Vec<usize> = (0..4).filter(|i| !self.marks.iter().any(|(k, _)| k == i)).collect();
        while !open.is_empty() {
            let distance = |i: usize| {
                let apart = |k: usize| (place(k).x - place(i).x).hypot(place(k).y - place(i).y);
                self.marks.iter().map(|&(k, _)| apart(k)).fold(f64::MAX, f64::min)
            };
            let next = (0..open.len()).min_by(|a, b| distance(open[*a]).total_cmp(&distance(open[*b])))?;
            let reach = NEAR_MM + FIRST_SHARE * distance(open[next]);
            let corner = open.swap_remove(next);
            if let Some(seen) = nearest(&self.map, blobs, (all[corner].1, reach)) {
                self.marks.push((corner, seen));
                self.fit(&all)?;
            }
        }
        for reach in [2.0 * NEAR_MM, NEAR_MM, NEAR_MM] {
            self.take_up(blobs, (&all, reach));
            self.fit(&all)?;
        }
        self.judged(blobs, anchors)
    }

    /// Takes the marks that stand where the map has them, within `reach` mm.
    fn take_up(&mut self, blobs: &[Blob], (all, reach): (&[(usize, &Anchor)], f64)) {
        let seen = |i: usize| nearest(&self.map, blobs, (all[i].1, reach)).map(|seen| (i, seen));
        self.marks = (0..all.len()).filter_map(seen).collect();
    }

    /// Says how well the marks and the map agree. `None` when no sheet of paper lies like this.
    fn judged(mut self, blobs: &[Blob], anchors: &PageAnchors) -> Option<Self> {
        let all: Vec<(usize, &Anchor)> = anchors.all().collect();
        let (mut distance, mut misshape) = (0.0, 0.0);
        for &(i, p) in &self.marks {
            let at = all[i].1.at;
            distance += self.map.apply(at).distance(p) / scale(&self.map, at)?;
            let blob = blobs.iter().find(|b| b.center == p)?;
            misshape += all[i].1.misshape(blob, self.map.scale_at(at));
        }
        let n = self.marks.len() as f64;
        (self.residual_mm, self.misshape) = (distance / n, misshape / n);
        let stands = |mark: &&Anchor| nearest(&self.map, blobs, (mark, WITNESS_MM)).is_some();
        self.witnesses = anchors.timing.iter().filter(stands).count();
        is_paper(&self.map, anchors.middle).then_some(self)
    }

    /// All marks that are explained.
    fn support(&self) -> usize {
        self.marks.len() + self.witnesses
    }

    /// Fits the map to the marks. Marks in all four corners hold a projective map; fewer
    /// would let it swing.
    fn fit(&mut self, all: &[(usize, &Anchor)]) -> Option<()> {
        let pairs: Vec<_> = self.marks.iter().map(|&(i, p)| (all[i].1.at, p)).collect();
        let held = (0..4).all(|corner| self.marks.iter().any(|&(i, _)| all[i].0 == corner));
        self.map = if held { Homography::fit(&pairs)? } else { Homography::fit_affine(&pairs)? };
        Some(())
    }

    /// Whether enough was found: three corner marks, or one code, or less and what goes with it.
    fn stands(&self) -> bool {
        self.residual_mm < NEAR_MM && (self.marks.len() >= 3 || self.support() >= LEAST_SUPPORT)
    }

    fn located(self, anchors: &PageAnchors) -> Located {
        Located {
            map: self.map,
            corners: self.marks.iter().filter(|(i, _)| *i < 4).map(|(i, _)| anchors.corners[*i].0).collect(),
            marks: self.marks.iter().filter_map(|(i, _)| anchors.all().nth(*i)).map(|(_, a)| *a).collect(),
        }
    }
}

/// Hypotheses from three corner marks.
fn starts_from_corners(blobs: &[Blob], anchors: &PageAnchors) -> Vec<Hypothesis> {
    let candidates = outermost(blobs);
    let mut starts: Vec<(f64, Hypothesis)> = Vec::new();
    for left_out in 0..4 {
        let three: Vec<usize> = (0..4).filter(|i| *i != left_out).collect();
        for a in &candidates {
            for b in candidates.iter().filter(|b| b.center != a.center) {
                for c in candidates.iter().filter(|c| c.center != b.center) {
                    let seen = [a, b, c].map(|blob| blob.center);
                    if !may_be_paper(&three, seen, anchors) {
                        continue;
                    }
                    let pairs: Vec<_> = three.iter().copied().zip(seen).collect();
                    let Some(start) = Hypothesis::new(&pairs, anchors) else { continue };
                    let sides = start.map.scale_at(anchors.middle);
                    if three.iter().zip([a, b, c]).all(|(&i, blob)| anchors.corners[i].1.fits(blob, sides)) {
                        starts.push((distortion(&start.map, anchors.middle), start));
                    }
                }
            }
        }
    }
    starts.sort_by(|a, b| a.0.total_cmp(&b.0));
    starts.truncate(MAX_CORNERS * 4);
    starts.into_iter().map(|(_, start)| start).collect()
}

/// Among the largest blobs those farthest from the middle of them all: a corner mark
/// stands outside everything else that is solid.
fn outermost(blobs: &[Blob]) -> Vec<Blob> {
    let n = blobs.len().max(1) as f64;
    let middle = PointPx::new(
        blobs.iter().map(|b| b.center.x).sum::<f64>() / n,
        blobs.iter().map(|b| b.center.y).sum::<f64>() / n,
    );
    let mut large: Vec<Blob> =
        blobs.iter().filter(|b| b.long < b.short * MAX_CORNER_LENGTH).copied().collect();
    large.sort_by(|a, b| b.short.total_cmp(&a.short));
    large.truncate(MAX_CORNERS * 2);
    large.sort_by(|a, b| b.center.distance(middle).total_cmp(&a.center.distance(middle)));
    large.truncate(MAX_CORNERS);
    large
}

/// Hypotheses from the three finder patterns of a code.
fn starts_from_codes(blobs: &[Blob], anchors: &PageAnchors) -> Vec<Hypothesis> {
    let mut starts: Vec<(f64, Hypothesis)> = Vec::new();
    for finders in finder_triples(blobs, MODULES..=MODULES) {
        for (k, _) in anchors.codes.iter().enumerate() {
            let first = 4 + 3 * k;
            let pairs: Vec<_> = (first..first + 3).zip(finders.map(|b| b.center)).collect();
            if let Some(start) = Hypothesis::new(&pairs, anchors) {
                starts.push((distortion(&start.map, anchors.middle), start));
            }
        }
    }
    starts.sort_by(|a, b| a.0.total_cmp(&b.0));
    starts.into_iter().map(|(_, start)| start).collect()
}

/// The largest square blobs, at most so many: a picture full of dots must not take hours.
fn squares(blobs: &[Blob], most: usize) -> Vec<&Blob> {
    let mut squares: Vec<&Blob> = blobs.iter().filter(|b| b.long < b.short * MAX_SQUARE_LENGTH).collect();
    squares.sort_by(|a, b| b.short.total_cmp(&a.short));
    squares.truncate(most);
    squares
}

/// Three blobs that stand to each other like the middles of the finder patterns of a
/// code of so many modules: top left, top right, bottom left. The most nearly square
/// come first.
pub fn finder_triples(blobs: &[Blob], modules: std::ops::RangeInclusive<usize>) -> Vec<[Blob; 3]> {
    // From middle to middle there are 7 modules less; the middle itself has 3.
    let apart = |modules: usize| (modules as f64 - 7.0) / 3.0;
    let apart = apart(*modules.start()) * 0.7..apart(*modules.end()) * 1.4;
    let squares = squares(blobs, MAX_SQUARES);
    let mut triples: Vec<(f64, [Blob; 3])> = Vec::new();
    for corner in &squares {
        let size = (corner.long * corner.short).sqrt();
        let neighbours: Vec<&&Blob> = squares
            .iter()
            .filter(|b| {
                let other = (b.long * b.short).sqrt();
                (0.75..1.33).contains(&(other / size))
                    && apart.contains(&(b.center.distance(corner.center) / size))
            })
            .collect();
        for right in &neighbours {
            for below in &neighbours {
                let (ax, ay) = (right.center.x - corner.center.x, right.center.y - corner.center.y);
                let (bx, by) = (below.center.x - corner.center.x, below.center.y - corner.center.y);
                let (a, b) = (ax.hypot(ay), bx.hypot(by));
                let (cos, sin) = ((ax * bx + ay * by) / (a * b), (ax * by - ay * bx) / (a * b));
                let ratio = (a / b).max(b / a);
                if sin > 0.0 && cos.abs() < MAX_SHEAR && ratio < MAX_SCALE_RATIO {
                    triples.push((cos.abs() + ratio - 1.0, [**corner, ***right, ***below]));
                }
            }
        }
    }
    triples.sort_by(|a, b| a.0.total_cmp(&b.0));
    triples.truncate(MAX_FINDERS);
    triples.into_iter().map(|(_, triple)| triple).collect()
}

/// The middle of the blob nearest to where `map` has `mark`, within `reach` mm, that may be it.
pub fn nearest(map: &Homography, blobs: &[Blob], (mark, reach): (&Anchor, f64)) -> Option<PointPx> {
    let expected = map.apply(mark.at);
    let scale = scale(map, mark.at)?;
    let sides = map.scale_at(mark.at);
    let (reach, distance) = (reach * scale, |blob: &Blob| blob.center.distance(expected));
    // Most are far off, which needs no root.
    let is_beside =
        |b: &&Blob| (b.center.x - expected.x).abs() <= reach && (b.center.y - expected.y).abs() <= reach;
    let fitting = blobs.iter().filter(is_beside).filter(|b| distance(b) < reach && mark.fits(b, sides));
    fitting.min_by(|a, b| distance(a).total_cmp(&distance(b))).map(|blob| blob.center)
}

/// Pixels to a millimetre at `p`; `None` where the map has no sense.
fn scale(map: &Homography, p: PointMm) -> Option<f64> {
    let (x, y) = map.scale_at(p);
    let scale = (x * y).sqrt();
    (scale.is_finite() && scale > 0.1).then_some(scale)
}

/// The map's axes at `p`.
struct Axes {
    shear: f64,
    ratio: f64,
    same_hand: bool,
}

impl Axes {
    fn of((ax, ay): (f64, f64), (bx, by): (f64, f64)) -> Self {
        let (sx, sy) = (ax.hypot(ay), bx.hypot(by));
        Self {
            shear: ((ax * bx + ay * by) / (sx * sy)).abs(),
            ratio: (sx / sy).max(sy / sx),
            same_hand: ax * by - ay * bx > 0.0,
        }
    }

    /// Whether a sheet of paper can lie like this, or by so small a share less exactly.
    fn are_of_paper(&self, share: f64) -> bool {
        let most = 1.0 + share;
        self.same_hand && self.shear < MAX_SHEAR * most && self.ratio < MAX_SCALE_RATIO * most
    }
}

fn axes(map: &Homography, p: PointMm) -> Axes {
    let o = map.apply(p);
    let ex = map.apply(PointMm::new(p.x + 1.0, p.y));
    let ey = map.apply(PointMm::new(p.x, p.y + 1.0));
    Axes::of((ex.x - o.x, ex.y - o.y), (ey.x - o.x, ey.y - o.y))
}

/// Whether a sheet of paper can lie like this: near a similarity that keeps the hand.
fn is_paper(map: &Homography, middle: PointMm) -> bool {
    axes(map, middle).are_of_paper(0.0)
}

/// Whether the map through three corner marks may pass for one of paper: told without a fit, for of thousands of threes hardly
/// any does.
fn may_be_paper(corners: &[usize], seen: [PointPx; 3], anchors: &PageAnchors) -> bool {
    /// How much more than the fit this lets through: rounding.
    const MORE: f64 = 1e-6;
    let on_paper = |k: usize| anchors.corners[corners[k]].1.at;
    let mm = |k: usize| (on_paper(k).x - on_paper(0).x, on_paper(k).y - on_paper(0).y);
    let px = |k: usize| (seen[k].x - seen[0].x, seen[k].y - seen[0].y);
    let ((x1, y1), (x2, y2), (u1, v1), (u2, v2)) = (mm(1), mm(2), px(1), px(2));
    // The axes of the paper in the picture, both by the same factor too long.
    Axes::of((u1 * y2 - u2 * y1, v1 * y2 - v2 * y1), (u2 * x1 - u1 * x2, v2 * x1 - v1 * x2))
        .are_of_paper(MORE)
}

/// How far a map is from a similarity, 0 for one that is.
fn distortion(map: &Homography, middle: PointMm) -> f64 {
    let axes = axes(map, middle);
    axes.shear + axes.ratio - 1.0
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

#[cfg(test)]
mod tests {
    use phieu_model::geometry::RectMm;
    use phieu_model::layout::{MarkPlace, PageLayout};

    use super::*;
    use crate::blobs::blobs;
    use crate::frame::Frame;
    use crate::light::PaperLevel;

    fn anchors() -> PageAnchors {
        let mark = |kind, x, y, w| MarkPlace { kind, rect: RectMm::new(x, y, w, 6.0) };
        let page = PageLayout {
            page: 1,
            boxes: vec![],
            questions: vec![],
            fields: vec![],
            marks: vec![
                mark(MarkKind::CornerTl, 8.0, 8.0, 9.0),
                mark(MarkKind::CornerTr, 196.0, 8.0, 6.0),
                mark(MarkKind::CornerBr, 196.0, 283.0, 6.0),
                mark(MarkKind::CornerBl, 8.0, 283.0, 6.0),
            ],
            qr: vec![RectMm::new(170.0, 8.0, 18.85, 18.85), RectMm::new(21.15, 264.45, 18.85, 18.85)],
            slots: vec![],
            texts: vec![],
            rules: vec![],
        };
        PageAnchors::of(&page).unwrap()
    }

    /// Timing marks at the places of the built-in form's, beside the page of [`anchors`].
    fn timing() -> Vec<Anchor> {
        let rows = [80.0, 88.5, 97.0, 118.5, 132.0, 145.0, 158.5, 171.5, 184.0, 194.5, 203.0, 217.5];
        let mark = |x: f64, y: f64| Anchor::of(&RectMm::new(x, y, 5.0, 2.5));
        rows.iter().flat_map(|&y| [mark(8.0, y), mark(197.0, y)]).collect()
    }

    const CORNERS: std::ops::Range<usize> = 0..4;
    const FIRST_CODE: std::ops::Range<usize> = 4..7;
    const SECOND_CODE: std::ops::Range<usize> = 7..10;

    /// The solid things of a white page under `map` on which the anchors `drawn`, as
    /// numbered by [`PageAnchors::all`], are printed in black.
    fn seen(map: &Homography, size: (usize, usize), drawn: &[usize]) -> Vec<Blob> {
        let anchors = anchors();
        let all: Vec<Anchor> = anchors.all().map(|(_, anchor)| *anchor).collect();
        let pixels = (0..size.0 * size.1)
            .map(|i| {
                let p = map.unapply(PointPx::new((i % size.0) as f64, (i / size.0) as f64)).unwrap();
                let inside = drawn.iter().any(|&k| {
                    let mark = all[k];
                    (p.x - mark.at.x).abs() < mark.width / 2.0 && (p.y - mark.at.y).abs() < mark.height / 2.0
                });
                if inside { 20 } else { 240 }
            })
            .collect();
        let frame = Frame::new(size.0, size.1, pixels).unwrap();
        blobs(&frame, &PaperLevel::of(&frame), (0.6, 80.0))
    }

    fn turned(degrees: f64) -> (Homography, (usize, usize)) {
        let s = 4.0;
        let (c, n) = (s * degrees.to_radians().cos(), s * degrees.to_radians().sin());
        let (mx, my) = (105.0, 148.5);
        let half = 740.0;
        let map = Homography::affine(c, -n, half - c * mx + n * my, n, c, half - n * mx - c * my);
        (map, (1480, 1480))
    }

    /// Largest distance in pixels between two maps at the corners of the boxes' part.
    fn difference(a: &Homography, b: &Homography) -> f64 {
        [(20.0, 75.0), (190.0, 75.0), (190.0, 230.0), (20.0, 230.0)]
            .map(|(x, y)| PointMm::new(x, y))
            .iter()
            .map(|&p| a.apply(p).distance(b.apply(p)))
            .fold(0.0, f64::max)
    }

    #[test]
    fn any_three_corner_marks_at_any_angle_give_the_page() {
        for degrees in [-4.0, 0.0, 25.0, 90.0, 100.0, 181.0, 265.0] {
            let (map, size) = turned(degrees);
            for left_out in [4, 0, 1, 2, 3] {
                let drawn: Vec<usize> = CORNERS.filter(|i| *i != left_out).collect();
                let found = locate(&seen(&map, size, &drawn), &anchors());
                let best = found.first().unwrap_or_else(|| panic!("{degrees}°, without {left_out}"));
                assert_eq!(best.corners.len(), drawn.len());
                assert!(difference(&best.map, &map) < 1.0, "{degrees}°, without {left_out}");
            }
        }
    }

    #[test]
    fn either_code_alone_gives_the_page_and_a_corner_mark_makes_it_exact() {
        let (map, size) = turned(92.0);
        for code in [FIRST_CODE, SECOND_CODE] {
            let found = locate(&seen(&map, size, &code.clone().collect::<Vec<_>>()), &anchors());
            // Which of the two codes it is, only its page can tell.
            let near = found.iter().map(|l| difference(&l.map, &map)).fold(f64::MAX, f64::min);
            assert!(near < 30.0, "{near} pixels of 4 a mm");
            let drawn: Vec<usize> = code.chain(CORNERS.take(3)).collect();
            let found = locate(&seen(&map, size, &drawn), &anchors());
            assert!(difference(&found[0].map, &map) < 1.0);
        }
    }

    #[test]
    fn a_page_seen_from_the_side_is_found_with_all_its_marks() {
        // Paper turned 25 degrees away round its upright axis, 400 mm from a camera.
        let (angle, away) = (25_f64.to_radians(), 400.0);
        let seen_at = |p: PointMm| {
            let (x, y) = (p.x - 105.0, p.y - 148.5);
            let depth = away + x * angle.sin();
            PointPx::new(740.0 + 1600.0 * x * angle.cos() / depth, 740.0 + 1600.0 * y / depth)
        };
        let pairs = [(0.0, 0.0), (210.0, 0.0), (210.0, 297.0), (0.0, 297.0)]
            .map(|(x, y)| (PointMm::new(x, y), seen_at(PointMm::new(x, y))));
        let map = Homography::fit(&pairs).unwrap();
        let found = locate(&seen(&map, (1480, 1480), &(0..10).collect::<Vec<_>>()), &anchors());
        assert_eq!(found[0].marks.len(), 10);
        assert!(difference(&found[0].map, &map) < 1.0);
    }

    #[test]
    fn two_corner_marks_or_finder_patterns_and_the_timing_marks_give_the_page() {
        let anchors = PageAnchors { timing: timing(), ..anchors() };
        let all: Vec<Anchor> = anchors.all().map(|(_, anchor)| *anchor).collect();
        let (map, _) = turned(92.0);
        // Two corner marks, then two finder patterns of a code.
        for two in [[0, 1], [2, 3], [0, 2], [4, 5], [7, 9]] {
            let seen = two.iter().map(|&k| &all[k]).chain(&anchors.timing);
            let blobs: Vec<Blob> = seen.map(|mark| mark.seen_through(&map)).collect();
            let found = locate(&blobs, &anchors);
            assert!(difference(&found[0].map, &map) < 1.0, "{two:?}");
        }
    }

    /// The middle of a finder pattern is known to a quarter of a millimetre or worse where a threshold has eaten into
    /// it, and from one code to the other it is twenty times as far as from pattern to pattern.
    #[test]
    fn both_codes_give_the_page_that_neither_gives_alone() {
        let anchors = PageAnchors { timing: timing(), ..anchors() };
        let (map, _) = turned(92.0);
        let shifts = [(-0.25, 0.2), (0.25, -0.25), (0.2, 0.25)];
        let code = |code: &[Anchor; 3]| {
            let seen = |(mark, (x, y)): (&Anchor, (f64, f64))| {
                let at = PointMm::new(mark.at.x + x, mark.at.y + y);
                Anchor { at, ..*mark }.seen_through(&map)
            };
            code.iter().zip(shifts).map(seen).collect::<Vec<_>>()
        };
        let alone = locate(&code(&anchors.codes[0]), &anchors);
        assert!(alone.iter().all(|located| difference(&located.map, &map) > 12.0), "3 mm and more");
        let found = locate(&anchors.codes.iter().flat_map(code).collect::<Vec<_>>(), &anchors);
        assert_eq!(found[0].marks.len(), 6);
        assert!(difference(&found[0].map, &map) < 2.0, "{}", difference(&found[0].map, &map));
    }

    #[test]
    fn timing_marks_do_not_pass_for_lost_corner_marks() {
        let anchors = PageAnchors { timing: timing(), ..anchors() };
        let all: Vec<Anchor> = anchors.all().map(|(_, anchor)| *anchor).collect();
        let (map, _) = turned(0.0);
        // A code and, lower than they are wide, timing marks where the other corners may be sought.
        let seen =
            FIRST_CODE.map(|k| all[k]).chain(timing().into_iter().map(|t| Anchor { height: 3.4, ..t }));
        let blobs: Vec<Blob> = seen.map(|mark| mark.seen_through(&map)).collect();
        let found = locate(&blobs, &anchors);
        assert!(difference(&found[0].map, &map) < 1.0);
    }

    #[test]
    fn two_marks_give_no_page() {
        let (map, size) = turned(0.0);
        assert!(locate(&seen(&map, size, &[0, 2]), &anchors()).is_empty());
    }
}
