//! The course of one sheet: printer, copier, pen, desk, copier again, scanner.
//!
//! Everything is drawn at the start, so that all of it can be written into the truth; the
//! pen comes in between, see [`Course::finish`].

use phieu_model::geometry::{PointMm, RectMm};
use phieu_model::layout::PageLayout;

use crate::encode::encode;
use crate::legible::{is_outline_seen, share_gone};
use crate::paper::Paper;
use crate::picture::turned_place;
use crate::placement::Placement;
use crate::profile::Profile;
use crate::random::Random;
use crate::scan::{Scanned, scan};
use crate::scanner::Pass;
use crate::toner::PrintRun;
use crate::trace::Trace;
use crate::truth::{Factors, Unreadable, rounded};
use crate::wear::{Printed, Wear};

/// All that happens to one sheet but what the pen does.
pub(crate) struct Course {
    size_mm: [f64; 2],
    print: PrintRun,
    wear: Wear,
    pass: Pass,
    /// Layout to the sheet in front of the pen, and from there to the sheet that is scanned.
    blank: Placement,
    copied: Placement,
}

/// A page that has left the scanner.
pub(crate) struct Delivered {
    /// The file.
    pub(crate) bytes: Vec<u8>,
    scanned: Scanned,
    /// The sheet that the pen met, and the copy of it, if that was scanned.
    filled_in: Paper,
    copy: Option<Paper>,
}

/// Share of a code that may be lost before no reader can be asked to read it.
const CODE_LOST: f64 = 0.06;
/// Share of the modules that may be gone from all codes of a page, in the same place of each: beyond that less is
/// left than their error correction (level Q: a quarter of the codewords) can make good.
const MODULES_GONE: f64 = 0.15;
/// Boxes of a page that may be lost.
const BOXES_LOST: usize = 6;
/// Toner of a copy that counts as a trace of the pen.
const COPIED_TRACE: u8 = 90;

impl Course {
    /// Draws the course of a sheet. `stream` gives the random numbers of each stage; `page`
    /// is what is printed on it, if it is ours.
    pub(crate) fn draw(
        profile: &Profile,
        (size_mm, page): ([f64; 2], Option<&PageLayout>),
        stream: &dyn Fn(&str) -> Random,
    ) -> Self {
        let print = PrintRun::draw(&profile.printing, &mut stream("print"));
        let pass = Pass::draw(&profile.scanning, size_mm, &mut stream("scan"));
        let blank = print.blank(size_mm);
        let nowhere = || Placement::about_middle(size_mm, [1.0; 2], (0.0, [0.0; 2]));
        let copied = print.copied_filled.as_ref().map_or_else(nowhere, |copy| copy.placement(size_mm));
        let place = blank.then(&copied);
        let on_sheet = |rect: &RectMm| place.apply_rect(rect);
        let printed = Printed {
            size_mm,
            boxes: page.iter().flat_map(|p| &p.boxes).map(|b| on_sheet(&b.rect)).collect(),
            codes: page.iter().flat_map(|p| &p.qr).map(on_sheet).collect(),
        };
        let wear = Wear::draw(&profile.paper, &printed, &mut stream("paper"));
        Self { size_mm, print, wear, pass, blank, copied }
    }

    /// A bare sheet, fine enough for the picture that will be taken of it.
    pub(crate) fn bare(&self) -> Paper {
        Paper::bare(self.size_mm, self.pass.working_scale())
    }

    /// Where the printer puts the layout.
    pub(crate) fn printed(&self) -> Placement {
        self.print.printed(self.size_mm)
    }

    /// Where the layout lies on the sheet in front of the pen.
    pub(crate) fn blank(&self) -> Placement {
        self.blank
    }

    /// What the printer made of the image that was printed, and the copier of that.
    pub(crate) fn age(&self, paper: Paper, random: &mut Random) -> Paper {
        self.print.age(paper, random)
    }

    /// The sheet, filled in or not, goes through wear, copier and scanner into a file.
    pub(crate) fn finish(&self, mut paper: Paper, stream: &dyn Fn(&str) -> Random) -> Delivered {
        let mut wear_random = stream("wear");
        self.wear.stain(&mut paper, &mut wear_random);
        let mut copy = self.print.copied_filled.as_ref().map(|copy| copy.of(&paper, &mut stream("copy")));
        self.wear.damage(copy.as_mut().unwrap_or(&mut paper), &mut wear_random);
        let sheet = copy.as_ref().unwrap_or(&paper);
        let scanned = scan((sheet, &self.wear.bend), &self.pass, &mut stream("sensor"));
        let bytes = match self.pass.quarter_turns % 4 {
            0 => encode(&scanned.picture, &self.pass),
            turns => encode(&scanned.picture.clone().turned(turns), &self.pass),
        };
        Delivered { bytes, scanned, filled_in: paper, copy }
    }

    /// The factors for the truth.
    pub(crate) fn factors(&self) -> Factors {
        self.pass.factors(&self.print, &self.wear)
    }

    /// The usual ending of the file's name.
    pub(crate) fn extension(&self) -> &'static str {
        crate::encode::extension(self.pass.output)
    }

    /// Share of the traces' way that copier and scanner have left; `None` when neither takes
    /// weak ink away.
    pub(crate) fn seen(&self, delivered: &Delivered, traces: &[Trace]) -> Option<f64> {
        let Delivered { scanned, filled_in, copy, .. } = delivered;
        let copied = copy.as_ref().map(|copy| self.copied_share((filled_in, copy), traces));
        let bilevel = self.pass.output.is_bilevel();
        let black = bilevel.then(|| scanned.black_share((filled_in, &self.copied), traces));
        copied.into_iter().chain(black).reduce(f64::min)
    }

    fn copied_share(&self, (filled_in, copy): (&Paper, &Paper), traces: &[Trace]) -> f64 {
        let (mut left, mut all) = (0u32, 0u32);
        for touch in traces.iter().flat_map(|t| &t.touches) {
            if filled_in.is_printed_near(touch.x * filled_in.scale, touch.y * filled_in.scale) {
                continue;
            }
            let place = self.copied.apply(PointMm::new(touch.x, touch.y));
            let (x, y) = ((place.x * copy.scale) as usize, (place.y * copy.scale) as usize);
            if x < copy.print.width && y < copy.print.height {
                all += 1;
                left += u32::from(copy.print.data[y * copy.print.width + x] > COPIED_TRACE);
            }
        }
        if all == 0 { 1.0 } else { f64::from(left) / f64::from(all) }
    }

    /// Where each box lies in the stored picture, and pixels to a millimetre there.
    pub(crate) fn boxes_px(&self, delivered: &Delivered, page: &PageLayout) -> Vec<[f64; 3]> {
        let Scanned { picture, view } = &delivered.scanned;
        let place = self.blank.then(&self.copied);
        let short = |v: f64| (v * 100.0).round() / 100.0;
        (page.boxes.iter())
            .map(|b| {
                let middle = place.apply(b.rect.center());
                let (at, per_mm) = view.picture_place([middle.x, middle.y]);
                let [x, y] = turned_place(at, [picture.width, picture.height], self.pass.quarter_turns);
                [short(x), short(y), rounded(per_mm)]
            })
            .collect()
    }

    /// Whether a place of the scanned sheet (millimetres) is not to be seen in the picture.
    fn is_lost(&self, delivered: &Delivered, p: PointMm) -> bool {
        let Scanned { picture, view } = &delivered.scanned;
        let sheet = delivered.copy.as_ref().unwrap_or(&delivered.filled_in);
        if sheet.is_absent(p.x, p.y) || self.wear.hides(self.size_mm, p) {
            return true;
        }
        let ([x, y], _) = view.picture_place([p.x, p.y]);
        x < 0.0 || y < 0.0 || x >= picture.width as f64 || y >= picture.height as f64
    }

    /// Which boxes of the page, in its order, are lost in part or whole.
    pub(crate) fn lost_boxes(&self, delivered: &Delivered, page: &PageLayout) -> Vec<bool> {
        let place = self.blank.then(&self.copied);
        (page.boxes.iter())
            .map(|b| b.rect.corners().into_iter().any(|p| self.is_lost(delivered, place.apply(p))))
            .collect()
    }

    /// Which boxes of the page have lost their outline: to toner that was used up, or to a threshold.
    pub(crate) fn gone_boxes(&self, delivered: &Delivered, page: &PageLayout) -> Vec<bool> {
        let place = self.blank.then(&self.copied);
        (page.boxes.iter())
            .map(|b| !is_outline_seen(&delivered.scanned, &b.rect, &|p| place.apply(p)))
            .collect()
    }

    /// Which boxes of the page have a stamp, sticker or dark stain about them.
    pub(crate) fn troubled_boxes(&self, page: &PageLayout) -> Vec<bool> {
        page.boxes.iter().map(|b| self.wear.troubles(&self.blank.apply_rect(&b.rect))).collect()
    }

    /// Why no fair reader could read the page, if that is so.
    pub(crate) fn unreadable(
        &self,
        (delivered, page): (&Delivered, &PageLayout),
        (lost_boxes, gone_boxes): (&[bool], &[bool]),
    ) -> Option<Unreadable> {
        const STEPS: u32 = 12;
        let place = self.blank.then(&self.copied);
        let is_code_lost = |code: &RectMm| {
            let at = |i: u32| (f64::from(i) + 0.5) / f64::from(STEPS);
            let points = (0..STEPS * STEPS)
                .map(|i| PointMm::new(code.x + code.w * at(i % STEPS), code.y + code.h * at(i / STEPS)));
            let lost = points.filter(|p| self.is_lost(delivered, place.apply(*p))).count();
            lost as f64 > CODE_LOST * f64::from(STEPS * STEPS)
        };
        let left: Vec<RectMm> = page.qr.iter().filter(|code| !is_code_lost(code)).copied().collect();
        if lost_boxes.iter().zip(gone_boxes).filter(|(lost, gone)| **lost || **gone).count() > BOXES_LOST {
            Some(Unreadable::Boxes)
        } else if page.qr.is_empty() {
            None
        } else if left.is_empty() || share_gone(&delivered.scanned, &left, &|p| place.apply(p)) > MODULES_GONE
        {
            Some(Unreadable::Codes)
        } else {
            None
        }
    }
}
