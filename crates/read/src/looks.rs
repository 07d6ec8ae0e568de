//! The ways in which solid things are looked for until the page is found with nearly all its marks.

use crate::blobs::{self, Blob};
use crate::frame::Frame;
use crate::light::PaperLevel;
use crate::patch::Picture;

/// The longer side of a page that fills its picture, in mm.
const LONGER_SIDE_MM: f64 = 297.0;
/// Longest mark, in mm, on a page that fills its picture; one and a half times that of
/// our longest mark.
const LONGEST_MARK_MM: f64 = 14.0;

/// A way of looking for solid things. A pixel darker than a share of its paper level is dark.
#[derive(Debug, Clone, Copy)]
pub struct Look {
    dark_share: f32,
    /// How often the picture is halved for it.
    halved: u32,
}

/// First halfway between paper and toner, then halfway to faded toner; at half the size, where dithered grey
/// becomes grey; last for grey paper of which a black and white scan has made dots: its level is that of the white
/// between them, and at a quarter of the size even the densest are grey beside solid black.
pub const LOOKS: [Look; 6] = [
    Look { dark_share: 0.6, halved: 0 },
    Look { dark_share: 0.8, halved: 0 },
    Look { dark_share: 0.7, halved: 1 },
    Look { dark_share: 0.85, halved: 1 },
    Look { dark_share: 0.4, halved: 1 },
    Look { dark_share: 0.45, halved: 2 },
];

/// The solid things on the picture, in pixels of the fine one.
pub fn blobs_of(picture: &Picture, look: &Look) -> Vec<Blob> {
    let on = |frame: &Frame, paper: &PaperLevel| {
        let longer = frame.width().max(frame.height()) as f64;
        blobs::blobs(frame, paper, (look.dark_share, LONGEST_MARK_MM * longer / LONGER_SIDE_MM))
    };
    let found = if look.halved == 0 {
        on(&picture.coarse, &picture.paper)
    } else {
        let frame = (1..look.halved).fold(picture.coarse.halved(), |frame, _| frame.halved());
        on(&frame, &PaperLevel::of(&frame))
    };
    found.iter().map(|blob| blob.on_whole(picture.halvings + look.halved)).collect()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where something is not as it says")]
mod tests {
    use phieu_model::geometry::PointPx;

    use super::*;
    use crate::page::picture_of;

    /// An A4 page at 150 dpi with a mark of 6 mm at each of these places, on paper of which so many in a hundred
    /// pixels are black.
    fn dotted(marks: &[(usize, usize)], black: u32) -> Picture {
        let (width, height, side) = (1240, 1754, 36);
        let mut seed = 1_u32;
        let mut pixels = Vec::with_capacity(width * height);
        for i in 0..width * height {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let (x, y) = (i % width, i / width);
            let solid = marks.iter().any(|&(u, v)| x.wrapping_sub(u) < side && y.wrapping_sub(v) < side);
            pixels.push(if solid || (seed >> 16) % 100 < black { 0 } else { 255 });
        }
        picture_of(Frame::new(width, height, pixels).unwrap()).unwrap()
    }

    #[test]
    fn marks_are_found_on_grey_paper_of_which_a_scan_has_made_dots() {
        let marks = [(70, 70), (1130, 70), (1130, 1650), (70, 1650)];
        for black in [0, 25, 50] {
            let picture = dotted(&marks, black);
            let all_found = |look: &Look| {
                let blobs = blobs_of(&picture, look);
                let near = |&(x, y): &(usize, usize)| {
                    let middle = PointPx::new(x as f64 + 18.0, y as f64 + 18.0);
                    blobs
                        .iter()
                        .any(|blob| blob.center.distance(middle) < 4.0 && (blob.long - 36.0).abs() < 8.0)
                };
                marks.iter().all(near)
            };
            assert!(LOOKS.iter().any(all_found), "{black} of 100 pixels are black");
        }
    }
}
