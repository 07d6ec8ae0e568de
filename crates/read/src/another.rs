//! Another sheet of ours in the picture of a page, told by the timing marks in its margin.
//!
//! A sheet that lies over a part of another one need show none of its codes. Its timing marks stand in a line down
//! the paper where the page has none.

use phieu_model::geometry::PointMm;
use phieu_model::homography::Homography;
use phieu_model::layout::PageLayout;

use crate::anchors::PageAnchors;
use crate::blobs::Blob;

/// Marks in a line from which it is a margin; ours has twelve.
const MARGIN: usize = 6;
/// How near to its own marks and boxes what is found on a page is not another sheet's, in mm.
const OWN_MM: f64 = 6.0;
/// Sides of such a mark as shares of a timing mark's.
const SIZE: std::ops::Range<f64> = 0.75..1.3;
/// How far from their line marks lie, in mm, and by how much the other sheet may be turned against the page, as a slope.
const LINE_MM: f64 = 1.0;
const LEAN: f64 = 0.12;
/// Marks that are looked at: a picture may be full of things of their size.
const MOST: usize = 150;

/// Whether the margin of another sheet shows on the picture of a page that lies as `map` says.
pub fn shows_its_margin(
    (map, blobs): (&Homography, &[Blob]),
    (anchors, page): (&PageAnchors, &PageLayout),
) -> bool {
    let Some(mark) = anchors.timing.first() else { return false };
    let own: Vec<PointMm> = (page.marks.iter().map(|m| m.rect.center()))
        .chain(page.boxes.iter().map(|b| b.rect.center()))
        .collect();
    let elsewhere = |p: &PointMm| own.iter().all(|o| (o.x - p.x).hypot(o.y - p.y) > OWN_MM);
    let fitting = blobs.iter().filter(|blob| {
        let (long, short) = mark.against(blob, map.scale_at(mark.at));
        SIZE.contains(&long) && SIZE.contains(&short)
    });
    let places: Vec<PointMm> =
        fitting.filter_map(|b| map.unapply(b.center)).filter(elsewhere).take(MOST).collect();
    // Through each two of them a line, if it leans no more than a sheet may.
    places.iter().enumerate().any(|(i, a)| {
        places[i + 1..].iter().any(|b| {
            let (dx, dy) = (b.x - a.x, b.y - a.y);
            let off = |p: &PointMm| (p.x - a.x - (p.y - a.y) * dx / dy).abs();
            dx.abs() <= LEAN * dy.abs() && places.iter().filter(|p| off(p) <= LINE_MM).count() >= MARGIN
        })
    })
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where something is not as it says")]
mod tests {
    use super::*;
    use crate::anchors::Anchor;

    fn page() -> PageLayout {
        phieu_trial::layout().pages.remove(0)
    }

    #[test]
    fn six_timing_marks_in_a_leaning_line_are_a_margin_and_as_many_here_and_there_are_none() {
        let (page, map) = (page(), Homography::affine(4.0, 0.1, 30.0, -0.1, 4.0, 40.0));
        let anchors = PageAnchors::of(&page).unwrap();
        let own = || anchors.timing.iter().map(|mark| mark.seen_through(&map));
        let shows = |places: &[(f64, f64)]| {
            let mark = |&(x, y): &(f64, f64)| Anchor { at: PointMm::new(x, y), ..anchors.timing[0] };
            let others = places.iter().map(|place| mark(place).seen_through(&map));
            shows_its_margin((&map, &own().chain(others).collect::<Vec<_>>()), (&anchors, &page))
        };
        assert!(!shows(&[]), "the page's own marks");
        let line: Vec<(f64, f64)> =
            (0..6).map(|k| (60.0 + f64::from(k), 110.0 + 17.0 * f64::from(k))).collect();
        assert!(shows(&line));
        assert!(!shows(&line[1..]), "one less");
        let scattered: Vec<(f64, f64)> =
            line.iter().enumerate().map(|(k, (x, y))| (x + if k % 2 == 0 { 6.0 } else { 0.0 }, *y)).collect();
        assert!(!shows(&scattered));
    }
}
