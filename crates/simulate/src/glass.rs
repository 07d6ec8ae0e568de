//! The scanner's eye: how a sheet lies on the glass or runs through the feeder.

use std::f64::consts::TAU;

use serde::{Deserialize, Serialize};

use crate::profile::Scanning;
use crate::random::Random;
use crate::toner::within;
use crate::truth::rounded;

/// How a sheet was scanned.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Glass {
    /// Skew in degrees, clockwise.
    pub skew_deg: f64,
    /// Shift of the sheet's middle in millimetres.
    pub shift_mm: [f64; 2],
    /// Stretch across and down.
    pub stretch: [f64; 2],
    /// Left, top, right and bottom side of the picture, in millimetres from the place
    /// where the sheet's middle would lie without shift.
    pub frame_mm: [f64; 4],
    /// Feed: smooth unevenness, as size in millimetres, length in millimetres, phase in turns.
    pub feed: Vec<[f64; 3]>,
    /// Where the feed slipped, if it did.
    pub slip: Option<Slip>,
}

/// A slip of the feed: beyond it the picture shows a place further up or down the sheet.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Slip {
    /// Millimetres from the middle of the glass.
    pub at_mm: f64,
    /// How far, below 0 backwards, millimetres.
    pub by_mm: f64,
    /// The way over which it comes about, millimetres.
    pub over_mm: f64,
}

/// A page that lies this far out of the straight would lose its corners in a
/// picture cut to A4; such pages are mostly scanned with room around.
const CUT_SKEW_DEG: f64 = 1.0;

impl Glass {
    /// Draws how a sheet of this size is scanned.
    pub(crate) fn draw(scanning: &Scanning, size_mm: [f64; 2], random: &mut Random) -> Self {
        let skew_deg = rounded(random.bounded(scanning.skew_deg, scanning.skew_limit_deg));
        let straight = skew_deg.abs() < CUT_SKEW_DEG || random.chance(0.04);
        let exact = random.chance(scanning.exact_a4) && straight;
        let margin_mm = if exact { 0.0 } else { random.between(1.0, 7.0) };
        let shift_limit = if exact { scanning.shift_mm.min(1.5) } else { scanning.shift_mm };
        let (sin, cos) = skew_deg.to_radians().abs().sin_cos();
        let [w, h] = size_mm;
        // Room for the corners of the turned sheet, but in pictures cut to its size.
        let needed = if exact { size_mm } else { [w * cos + h * sin, w * sin + h * cos] };
        let half: [f64; 2] = std::array::from_fn(|i| needed[i] / 2.0 + margin_mm);
        let mut frame = [-half[0], -half[1], half[0], half[1]];
        if random.chance(scanning.cropped) {
            for _ in 0..1 + random.below(2) {
                let side = random.below(4);
                let cut = random.between(scanning.cropped_mm[0], scanning.cropped_mm[1]) + margin_mm;
                frame[side] += if side < 2 { cut } else { -cut };
            }
        }
        let feed = if scanning.feed_mm > 0.0 {
            let size = random.unit() * scanning.feed_mm;
            let wave = |share: f64, length: [f64; 2], random: &mut Random| {
                [rounded(size * share), within(length, random), within([0.0, 1.0], random)]
            };
            vec![wave(1.0, [140.0, 420.0], random), wave(0.5, [50.0, 120.0], random)]
        } else {
            Vec::new()
        };
        let slip = random.chance(scanning.slip).then(|| {
            let way = if random.chance(0.5) { 1.0 } else { -1.0 };
            Slip {
                at_mm: within([-120.0, 120.0], random),
                by_mm: rounded(way * within(scanning.slip_mm, random)),
                over_mm: within([1.0, 12.0], random),
            }
        });
        Self {
            skew_deg,
            shift_mm: std::array::from_fn(|_| rounded(random.bounded(shift_limit / 2.0, shift_limit))),
            stretch: std::array::from_fn(|_| {
                within([1.0 - scanning.stretch, 1.0 + scanning.stretch], random)
            }),
            frame_mm: frame.map(rounded),
            feed,
            slip,
        }
    }

    /// Width and height of the picture in millimetres.
    pub(crate) fn size_mm(&self) -> [f64; 2] {
        let [left, top, right, bottom] = self.frame_mm;
        [right - left, bottom - top]
    }

    /// Which place of a flat sheet lies at a place of the picture; millimetres from the middle
    /// of the sheet, and from the picture's top left corner.
    pub(crate) fn sheet_place(&self, [x, y]: [f64; 2]) -> [f64; 2] {
        let gx = self.frame_mm[0] + x;
        let mut gy = self.frame_mm[1] + y;
        let waves = self.feed.iter().map(|[size, length, phase]| size * ((gy / length + phase) * TAU).sin());
        let slip = self.slip.map_or(0.0, |slip| {
            let t = ((gy - slip.at_mm) / slip.over_mm + 0.5).clamp(0.0, 1.0);
            slip.by_mm * t * t * (3.0 - 2.0 * t)
        });
        gy += waves.sum::<f64>() + slip;
        let (dx, dy) = ((gx - self.shift_mm[0]) / self.stretch[0], (gy - self.shift_mm[1]) / self.stretch[1]);
        let (sin, cos) = self.skew_deg.to_radians().sin_cos();
        [cos * dx + sin * dy, cos * dy - sin * dx]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn glass() -> Glass {
        Glass { stretch: [1.0; 2], frame_mm: [-105.0, -148.5, 105.0, 148.5], ..Glass::default() }
    }

    #[test]
    fn a_plain_glass_shows_the_sheet_as_it_is() {
        assert_eq!(glass().sheet_place([10.0, 20.0]), [-95.0, -128.5]);
    }

    #[test]
    fn a_slip_moves_only_what_comes_after_it() {
        let slip = Some(Slip { at_mm: 0.0, by_mm: 1.5, over_mm: 4.0 });
        let slipped = Glass { slip, ..glass() };
        assert_eq!(slipped.sheet_place([10.0, 20.0]), [-95.0, -128.5]);
        assert_eq!(slipped.sheet_place([10.0, 200.0]), [-95.0, 53.0]);
    }

    #[test]
    fn a_skewed_sheet_has_room_for_its_corners_unless_the_picture_is_cut() {
        let mut scanning = Scanning::hard();
        (scanning.exact_a4, scanning.cropped, scanning.feed_mm, scanning.slip) = (0.0, 0.0, 0.0, 0.0);
        (scanning.shift_mm, scanning.stretch) = (0.0, 0.0);
        for seed in 0..20 {
            let glass = Glass::draw(&scanning, [210.0, 297.0], &mut Random::stream(seed, &[]));
            let [w, h] = glass.size_mm();
            let corners = [[0.0, 0.0], [w, 0.0], [0.0, h], [w, h]].map(|c| glass.sheet_place(c));
            assert!(corners.iter().all(|[x, y]| x.abs() > 105.0 || y.abs() > 148.5), "{glass:?}");
        }
    }
}
