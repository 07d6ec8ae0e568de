//! Hypotheses from little: two corner marks, one code or part of it, or both codes of a page without corner marks.
//!
//! What so little says of the other end of the page is far off, so each is grown mark by mark (`grow.rs`).

use phieu_model::homography::Homography;

use super::{
    Hypothesis, LEAST_SUPPORT, NEAR_MM, finder_triples, is_paper, nearest, outermost, scale, squares,
};
use crate::anchors::{Anchor, PageAnchors};
use crate::blobs::Blob;
use crate::grow::{self, Pair, Taken};
use crate::identify::MODULES;

/// Pairs of corner marks that are worth growing.
const MAX_PAIRS: usize = 6;
/// Parts of codes that are, and squares that are tried as such; a page of ours has some fifty.
const MAX_PARTS: usize = 60;
const MAX_PART_SQUARES: usize = 150;
/// Blobs above which a picture is no page of ours that has lost its marks.
const MAX_BLOBS: usize = 2_000;
/// Difference in size, as a logarithm, of the middles of two finder patterns from what their distance says.
const PART_MISFIT: f64 = 0.25;
/// How far, in mm, a mark may stand from where two corner marks have it: a scan that is stretched by 1.5 %.
const PAIR_REACH_MM: f64 = 4.0;

/// Hypotheses from two corner marks or part of a code, for pages of which toner or threshold have left few
/// marks: a scan that keeps shapes, grown from these few to all that can be reached from them.
pub fn from_few(blobs: &[Blob], anchors: &PageAnchors) -> Vec<Hypothesis> {
    if blobs.len() > MAX_BLOBS {
        return Vec::new();
    }
    let all: Vec<(usize, &Anchor)> = anchors.all().collect();
    let marks: Vec<Anchor> = all.iter().map(|(_, anchor)| *anchor).chain(&anchors.timing).copied().collect();
    let by_scanner = |start| (start, Taken::ByScanner);
    let mut starts: Vec<_> = pairs_of_corners(blobs, anchors, &marks).into_iter().map(by_scanner).collect();
    starts.extend(both_codes(blobs, anchors).into_iter().map(by_scanner));
    starts.extend(whole_codes(blobs, anchors));
    starts.extend(parts_of_codes(blobs, anchors).into_iter().map(by_scanner));
    let grown = |start: (Vec<Pair>, Taken)| {
        let mut grown = Hypothesis::of(grow::spread(start, (&marks, blobs))?);
        grown.take_up(blobs, (&all, NEAR_MM));
        grown.judged(blobs, anchors).filter(Hypothesis::stands)
    };
    starts.into_iter().filter_map(grown).collect()
}

/// Two corner marks with which most other marks agree.
fn pairs_of_corners(blobs: &[Blob], anchors: &PageAnchors, marks: &[Anchor]) -> Vec<Vec<Pair>> {
    let candidates = outermost(blobs);
    let mut starts: Vec<(usize, Vec<Pair>)> = Vec::new();
    for (i, j) in [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)] {
        let (first, second) = (&anchors.corners[i].1, &anchors.corners[j].1);
        for a in &candidates {
            for b in candidates.iter().filter(|b| b.center != a.center) {
                let pair = vec![(first.at, a.center), (second.at, b.center)];
                let Some(map) = Homography::fit_similarity(&pair) else { continue };
                let sides = map.scale_at(first.at);
                if !first.fits(a, sides) || !second.fits(b, sides) {
                    continue;
                }
                let stands = |mark: &&Anchor| nearest(&map, blobs, (mark, PAIR_REACH_MM)).is_some();
                let support = marks.iter().filter(stands).count();
                if support >= LEAST_SUPPORT {
                    starts.push((support, pair));
                }
            }
        }
    }
    starts.sort_by_key(|(support, _)| std::cmp::Reverse(*support));
    starts.into_iter().take(MAX_PAIRS).map(|(_, pair)| pair).collect()
}

/// The finder patterns of two codes that lie to each other as those of a page do: each alone says too little of
/// where the other one is.
fn both_codes(blobs: &[Blob], anchors: &PageAnchors) -> Vec<Vec<Pair>> {
    let triples = finder_triples(blobs, MODULES..=MODULES);
    let mut starts: Vec<(f64, Vec<Pair>)> = Vec::new();
    for (i, first) in anchors.codes.iter().enumerate() {
        for second in &anchors.codes[i + 1..] {
            for a in &triples {
                for b in triples.iter().filter(|b| b[0].center != a[0].center) {
                    let pairs = [finders(first, a), finders(second, b)].concat();
                    let Some(map) = Homography::fit_affine(&pairs) else { continue };
                    let off = |(at, seen): &Pair| Some(map.apply(*at).distance(*seen) / scale(&map, *at)?);
                    let furthest =
                        pairs.iter().map(|pair| off(pair).unwrap_or(f64::INFINITY)).fold(0.0, f64::max);
                    if is_paper(&map, anchors.middle) && furthest < NEAR_MM {
                        starts.push((furthest, pairs));
                    }
                }
            }
        }
    }
    starts.sort_by(|a, b| a.0.total_cmp(&b.0));
    starts.into_iter().take(MAX_PAIRS).map(|(_, pairs)| pairs).collect()
}

/// All finder patterns of a code, seen by a scanner or a camera.
fn whole_codes(blobs: &[Blob], anchors: &PageAnchors) -> Vec<(Vec<Pair>, Taken)> {
    let triples = finder_triples(blobs, MODULES..=MODULES);
    let first = triples.iter().take(MAX_PAIRS / 2);
    let starts = anchors.codes.iter().flat_map(|code| first.clone().map(|triple| finders(code, triple)));
    starts.flat_map(|start| [(start.clone(), Taken::ByCamera), (start, Taken::ByScanner)]).collect()
}

fn finders(code: &[Anchor; 3], triple: &[Blob; 3]) -> Vec<Pair> {
    code.iter().zip(triple).map(|(mark, blob)| (mark.at, blob.center)).collect()
}

/// Two of the finder patterns of a code.
fn parts_of_codes(blobs: &[Blob], anchors: &PageAnchors) -> Vec<Vec<Pair>> {
    let squares = squares(blobs, MAX_PART_SQUARES);
    let mut starts: Vec<(f64, Vec<Pair>)> = Vec::new();
    for code in &anchors.codes {
        for (i, j) in [(0, 1), (0, 2), (1, 2)] {
            for a in &squares {
                for b in squares.iter().filter(|b| b.center != a.center) {
                    let pair = vec![(code[i].at, a.center), (code[j].at, b.center)];
                    let Some(map) = Homography::fit_similarity(&pair) else { continue };
                    let sides = map.scale_at(code[i].at);
                    // The middle of a finder pattern is nearly as large as it should be.
                    let size =
                        |blob: &Blob| ((blob.long * blob.short).sqrt() / (code[i].width * sides.0)).ln();
                    let misfit = size(a).abs().max(size(b).abs());
                    if misfit < PART_MISFIT {
                        starts.push((misfit, pair));
                    }
                }
            }
        }
    }
    starts.sort_by(|a, b| a.0.total_cmp(&b.0));
    starts.into_iter().take(MAX_PARTS).map(|(_, start)| start).collect()
}
