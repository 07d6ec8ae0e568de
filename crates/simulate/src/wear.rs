//! What a sheet goes through between the pen and the scanner.

use phieu_model::geometry::{PointMm, RectMm};
use serde::{Deserialize, Serialize};

use crate::bend::Bend;
use crate::corner::LostCorner;
use crate::fastening::{PunchHoles, Staple};
use crate::paper::Paper;
use crate::profile::PaperWear;
use crate::random::Random;
use crate::stain::Stain;
use crate::stamp::Stamp;
use crate::sticker::Sticker;

/// The wear of one sheet.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Wear {
    /// Folds and crumples.
    pub bend: Bend,
    /// Corners folded over or torn off.
    pub corners: Vec<LostCorner>,
    /// Punch holes.
    pub holes: Option<PunchHoles>,
    /// A staple.
    pub staple: Option<Staple>,
    /// Stains.
    pub stains: Vec<Stain>,
    /// Stamps.
    pub stamps: Vec<Stamp>,
    /// Stickers.
    pub stickers: Vec<Sticker>,
}

/// What stands where on the sheet, as far as wear cares: outlines in sheet millimetres.
#[derive(Debug, Clone)]
pub(crate) struct Printed {
    pub(crate) size_mm: [f64; 2],
    pub(crate) boxes: Vec<RectMm>,
    pub(crate) codes: Vec<RectMm>,
}

impl Wear {
    /// Draws the wear of a sheet that has `printed` on it.
    pub(crate) fn draw(wear: &PaperWear, printed: &Printed, random: &mut Random) -> Self {
        let size_mm = printed.size_mm;
        let several = |chance: f64, random: &mut Random| -> usize {
            if random.chance(chance) { 1 + usize::from(random.chance(0.25)) } else { 0 }
        };
        let bend = Bend::draw(wear, size_mm, random);
        let (stains, stamps, stickers) =
            (several(wear.stain, random), several(wear.stamp, random), several(wear.sticker, random));
        Self {
            bend,
            corners: LostCorner::draw(wear, random),
            holes: PunchHoles::draw(wear, size_mm, random),
            staple: Staple::draw(wear, size_mm, random),
            stains: (0..stains).map(|_| Stain::draw(size_mm, random)).collect(),
            stamps: (0..stamps)
                .map(|_| {
                    let anywhere = random.chance(wear.stamp_anywhere);
                    Stamp::draw(&stamp_room(printed, anywhere, random), random)
                })
                .collect(),
            stickers: (0..stickers)
                .filter_map(|_| Sticker::draw((size_mm, &printed.boxes, &printed.codes), random))
                .collect(),
        }
    }

    /// Puts stamps and stains on the sheet: they are there when it is copied.
    pub(crate) fn stain(&self, paper: &mut Paper, random: &mut Random) {
        self.stamps.iter().for_each(|stamp| stamp.apply(paper, random));
        self.stains.iter().for_each(|stain| stain.apply(paper, random));
    }

    /// Creases, covers, pierces and tears the sheet.
    pub(crate) fn damage(&self, paper: &mut Paper, random: &mut Random) {
        self.bend.crease(paper, random);
        self.stickers.iter().for_each(|sticker| sticker.apply(paper));
        if let Some(staple) = &self.staple {
            staple.apply(paper, random);
        }
        if let Some(holes) = &self.holes {
            holes.apply(paper);
        }
        self.corners.iter().for_each(|corner| corner.apply(paper, random));
    }

    /// Whether a sticker or a corner hides a place of the sheet.
    pub(crate) fn hides(&self, size_mm: [f64; 2], p: PointMm) -> bool {
        self.stickers.iter().any(|sticker| sticker.hides(p.x, p.y))
            || self.corners.iter().any(|corner| corner.hides(size_mm, [p.x, p.y]))
    }

    /// Whether a stamp or sticker lies over any part of `rect`, or a stain that is dark there.
    pub(crate) fn troubles(&self, rect: &RectMm) -> bool {
        let middle = [rect.center().x, rect.center().y];
        let near = |at: [f64; 2], reach: f64| (at[0] - middle[0]).hypot(at[1] - middle[1]) < reach + rect.w;
        self.stickers.iter().any(|sticker| sticker.covers(rect))
            || self.stamps.iter().any(|s| near(s.at_mm, s.size_mm[0].hypot(s.size_mm[1]) / 2.0))
            || self.stains.iter().any(|s| s.density > 0.25 && near(s.at_mm, s.radius_mm))
    }
}

/// Where the middle of a stamp may lie: below the last box and above the first one, where
/// offices stamp, or anywhere.
fn stamp_room(printed: &Printed, anywhere: bool, random: &mut Random) -> RectMm {
    let [w, h] = printed.size_mm;
    let top = printed.boxes.iter().map(|b| b.y).fold(h, f64::min);
    let bottom = printed.boxes.iter().map(RectMm::bottom).fold(0.0, f64::max);
    if anywhere || printed.boxes.is_empty() {
        RectMm::new(10.0, 10.0, w - 20.0, h - 20.0)
    } else if random.chance(0.7) && h - bottom > 50.0 {
        RectMm::new(40.0, bottom + 20.0, w - 60.0, h - bottom - 40.0)
    } else {
        RectMm::new(25.0, 15.0, w - 50.0, (top - 36.0).max(1.0))
    }
}
