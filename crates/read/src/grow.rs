//! From a part of a page to all of it: once a code has said which page it is, its timing marks tie the
//! rest of it to the part that was found.
//!
//! Three finder patterns 14 mm apart say little of the other end of the page, a stain may pass for a corner
//! mark, and three corners do not hold a photo's perspective. So the marks are taken up one after the other, each from
//! the nearest that is known, and the map is fitted again after each. What starts from a code alone, which was
//! read, is set against what starts from all that was found; the start that ends with most marks wins.

use phieu_model::geometry::{PointMm, PointPx, RectMm};
use phieu_model::homography::Homography;
use phieu_model::layout::PageLayout;

use crate::anchors::{Anchor, finder_middles};
use crate::blobs::Blob;
use crate::locate::{Located, nearest};

/// How far from its place a mark may stand, in mm: what a map leaves, and a share of the distance from the
/// nearest mark that is known …
const NEAR_MM: f64 = 1.0;
const SHARE: f64 = 0.08;
/// … but timing marks stand in columns, 8.5 mm apart and more.
const FURTHEST_MM: f64 = 4.0;
/// A mark that is further than this from all others, in mm, is not taken for another one.
const ALONE_MM: f64 = 60.0;
/// A mark has been found where it stands so near to its place in the end, in mm.
const FOUND_MM: f64 = 1.5;
/// So many more marks make another map the better one.
const WORTH_IT: usize = 4;
/// Marks that are needed to tell more than turn, place and scale, and how far they must lie from the line that is
/// nearest to them all (standard deviation, in mm): what one margin, or two codes, say of the rest may be far off.
const SHAPE_KEPT: usize = 6;
const WIDE_MM: f64 = 20.0;
/// By how much the scale of a photo changes over a millimetre, and how far marks are off on bent paper, in mm.
pub const PERSPECTIVE: f64 = 0.0015;
pub const ERROR_MM: f64 = 0.15;

/// What takes a picture of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// A scanner, which keeps shapes: a few marks say where the page lies and how large it is, and no more.
    ByScanner,
    /// A camera, which may look from the side.
    ByCamera,
}

/// A mark's place on paper and in the picture.
pub type Pair = (PointMm, PointPx);

/// A page that has grown.
#[derive(Debug, Clone, Copy)]
pub struct Grown {
    /// Paper to picture.
    pub map: Homography,
    /// Corner and timing marks that stand where the map has them.
    pub marks: usize,
}

/// The map of a page of layout `page`, part of which was `located` among `blobs`.
pub fn grown(located: &Located, blobs: &[Blob], page: &PageLayout) -> Grown {
    let marks: Vec<Anchor> = page.marks.iter().map(|mark| Anchor::of(&mark.rect)).collect();
    let known: Vec<Pair> = located
        .marks
        .iter()
        .filter_map(|mark| Some((mark.at, nearest(&located.map, blobs, (mark, f64::INFINITY))?)))
        .collect();
    let count = |map: &Homography| {
        marks.iter().filter(|mark| nearest(map, blobs, (mark, FOUND_MM)).is_some()).count()
    };
    let located_marks = count(&located.map);
    let code = |qr: &RectMm| -> Vec<Pair> {
        let middles = finder_middles(qr).map(|middle| middle.at);
        known.iter().filter(|(at, _)| middles.contains(at)).copied().collect()
    };
    let codes = page.qr.iter().map(code).filter(|code| code.len() == 3);
    let by_code = codes.flat_map(|code| [(code.clone(), Taken::ByCamera), (code, Taken::ByScanner)]);
    let starts = std::iter::once((known.clone(), Taken::ByCamera)).chain(by_code);
    // On stretched or folded paper no map has all marks; a few more are no reason to leave the first.
    let mut best = Grown { map: located.map, marks: located_marks };
    for start in starts {
        if let Some(map) = spread(start, (&marks, blobs)) {
            let found = count(&map);
            if found > best.marks.max(located_marks + WORTH_IT) {
                best = Grown { map, marks: found };
            }
        }
    }
    best
}

/// The map after all marks were taken up that can be reached from the `known` ones.
pub fn spread(
    (mut known, taken): (Vec<Pair>, Taken),
    (marks, blobs): (&[Anchor], &[Blob]),
) -> Option<Homography> {
    let fitted = |known: &[Pair]| match taken {
        Taken::ByScanner if !tells_shape(known) => Homography::fit_similarity(known),
        Taken::ByScanner | Taken::ByCamera => Homography::fit_tempered(known, PERSPECTIVE, ERROR_MM),
    };
    let mut map = fitted(&known)?;
    let mut open: Vec<&Anchor> =
        marks.iter().filter(|mark| !known.iter().any(|(at, _)| *at == mark.at)).collect();
    let alone =
        |mark: &Anchor| marks.iter().all(|other| other == mark || distance(other.at, mark.at) > ALONE_MM);
    loop {
        let apart =
            |mark: &Anchor| known.iter().map(|(at, _)| distance(*at, mark.at)).fold(f64::INFINITY, f64::min);
        open.sort_by(|a, b| apart(a).total_cmp(&apart(b)));
        let reached = open.iter().enumerate().find_map(|(i, mark)| {
            let reach = NEAR_MM + SHARE * apart(mark);
            let reach = if alone(mark) { reach } else { reach.min(FURTHEST_MM) };
            Some((i, nearest(&map, blobs, (mark, reach))?))
        });
        let Some((i, seen)) = reached else { return Some(map) };
        known.push((open.remove(i).at, seen));
        map = fitted(&known)?;
    }
}

/// Whether marks are enough, and wide enough apart, to tell more than turn, place and scale.
fn tells_shape(known: &[Pair]) -> bool {
    let mean =
        |of: &dyn Fn(PointMm) -> f64| known.iter().map(|(at, _)| of(*at)).sum::<f64>() / known.len() as f64;
    let (x, y) = (mean(&|at| at.x), mean(&|at| at.y));
    let (xx, yy) = (mean(&|at| (at.x - x).powi(2)), mean(&|at| (at.y - y).powi(2)));
    let xy = mean(&|at| (at.x - x) * (at.y - y));
    // The smaller variance of the two main directions.
    let across = (xx + yy) / 2.0 - ((xx - yy) / 2.0).hypot(xy);
    known.len() >= SHAPE_KEPT && across >= WIDE_MM.powi(2)
}

fn distance(a: PointMm, b: PointMm) -> f64 {
    (a.x - b.x).hypot(a.y - b.y)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where something is not as it says")]
mod tests {
    use super::*;
    use crate::anchors::PageAnchors;

    fn page() -> PageLayout {
        phieu_trial::layout().pages.remove(0)
    }

    /// Paper turned 20 degrees away round its upright axis, 400 mm from a camera.
    fn photo() -> Homography {
        let (angle, away) = (20_f64.to_radians(), 400.0);
        let seen_at = |x: f64, y: f64| {
            let (x, y) = (x - 105.0, y - 148.5);
            let depth = away + x * angle.sin();
            PointPx::new(740.0 + 1600.0 * x * angle.cos() / depth, 740.0 + 1600.0 * y / depth)
        };
        let pairs = [(0.0, 0.0), (210.0, 0.0), (210.0, 297.0), (0.0, 297.0)]
            .map(|(x, y)| (PointMm::new(x, y), seen_at(x, y)));
        Homography::fit(&pairs).unwrap()
    }

    /// Furthest that a corner of the page lies from where it should, in mm.
    fn error(map: &Homography, truth: &Homography) -> f64 {
        let corners = [(10.0, 10.0), (200.0, 10.0), (200.0, 287.0), (10.0, 287.0)];
        corners
            .map(|(x, y)| PointMm::new(x, y))
            .map(|p| map.apply(p).distance(truth.apply(p)) / truth.scale_at(p).0)
            .into_iter()
            .fold(0.0, f64::max)
    }

    /// A page of which these marks were located, with the affine map through them.
    fn located(marks: &[(Anchor, PointPx)]) -> Located {
        let pairs: Vec<Pair> = marks.iter().map(|(mark, seen)| (mark.at, *seen)).collect();
        let map = Homography::fit_affine(&pairs).unwrap();
        Located { map, corners: Vec::new(), marks: marks.iter().map(|(mark, _)| *mark).collect() }
    }

    #[test]
    fn one_code_of_a_photo_and_the_marks_give_the_whole_page() {
        let (page, truth) = (page(), photo());
        let code = PageAnchors::of(&page).unwrap().codes[0];
        let seen: Vec<(Anchor, PointPx)> = code.iter().map(|mark| (*mark, truth.apply(mark.at))).collect();
        let marks = page.marks.iter().map(|mark| Anchor::of(&mark.rect));
        let blobs: Vec<Blob> = marks.chain(code).map(|mark| mark.seen_through(&truth)).collect();
        let located = located(&seen);
        assert!(error(&located.map, &truth) > 5.0, "the code alone says too little of the other end");
        assert!(error(&grown(&located, &blobs, &page).map, &truth) < 0.5);
    }

    #[test]
    fn a_stain_that_passed_for_a_corner_does_not_bend_the_page() {
        let (page, truth) = (page(), Homography::affine(4.0, 0.1, 30.0, -0.1, 4.0, 40.0));
        let anchors = PageAnchors::of(&page).unwrap();
        let stain = PointPx::new(truth.apply(anchors.corners[2].1.at).x - 90.0, 1100.0);
        let mut seen: Vec<(Anchor, PointPx)> =
            anchors.codes[0].iter().map(|mark| (*mark, truth.apply(mark.at))).collect();
        seen.push((anchors.corners[2].1, stain));
        // The true corner is torn off.
        let marks =
            page.marks.iter().map(|mark| Anchor::of(&mark.rect)).filter(|m| *m != anchors.corners[2].1);
        let mut blobs: Vec<Blob> =
            marks.chain(anchors.codes[0]).map(|mark| mark.seen_through(&truth)).collect();
        blobs.push(Blob { center: stain, ..anchors.corners[2].1.seen_through(&truth) });
        let located = located(&seen);
        assert!(error(&located.map, &truth) > 5.0);
        assert!(error(&grown(&located, &blobs, &page).map, &truth) < 1.0);
    }

    /// Marks of one margin and a code beside it lie nearly in a line: they tell a camera's map little of the other margin.
    #[test]
    fn one_code_that_a_threshold_has_eaten_into_and_the_marks_give_a_scanned_page() {
        let (page, truth) = (page(), Homography::affine(4.0, 0.1, 30.0, -0.1, 4.0, 40.0));
        let anchors = PageAnchors::of(&page).unwrap();
        let shifts = [(0.9, -0.6), (-0.9, 0.9), (0.6, 0.9)];
        let code = anchors.codes[0].iter().zip(shifts);
        let seen: Vec<(Anchor, PointPx)> = code
            .map(|(mark, (x, y))| {
                let at = truth.apply(mark.at);
                (*mark, PointPx::new(at.x + x, at.y + y))
            })
            .collect();
        let marks = anchors.timing.iter().map(|mark| mark.seen_through(&truth));
        let eaten = seen.iter().map(|(mark, at)| Blob { center: *at, ..mark.seen_through(&truth) });
        let blobs: Vec<Blob> = marks.chain(eaten).collect();
        let located = located(&seen);
        let all = || page.marks.iter().map(|mark| Anchor::of(&mark.rect)).collect::<Vec<_>>();
        let known = || seen.iter().map(|(mark, at)| (mark.at, *at)).collect::<Vec<_>>();
        let by = |taken| error(&spread((known(), taken), (&all(), &blobs)).unwrap(), &truth);
        assert!(by(Taken::ByCamera) > 2.0, "{}", by(Taken::ByCamera));
        assert!(error(&grown(&located, &blobs, &page).map, &truth) < 0.5);
    }

    #[test]
    fn a_map_that_has_the_marks_is_kept() {
        let (page, truth) = (page(), Homography::affine(4.0, 0.1, 30.0, -0.1, 4.0, 40.0));
        let anchors = PageAnchors::of(&page).unwrap();
        let seen: Vec<(Anchor, PointPx)> =
            anchors.corners.iter().map(|(_, mark)| (*mark, truth.apply(mark.at))).collect();
        let blobs: Vec<Blob> =
            page.marks.iter().map(|mark| Anchor::of(&mark.rect).seen_through(&truth)).collect();
        let located = located(&seen);
        assert_eq!(grown(&located, &blobs, &page).map, located.map);
    }
}
