//! What every stage of the reader left of one page, to be shown to a person: as pictures,
//! with everything personal covered, and as numbers.
//!
//! Nothing is worked out a second time: [`Reader::inspect`] goes the way of
//! [`Reader::read`] and keeps what the stages leave behind.

mod anchors;
mod canvas;
mod cover;
mod decision;
mod displacement;
mod gallery;
mod measures;
mod patches;

use phieu_model::geometry::{PointPx, RectMm};
use phieu_model::reading::{BoxMeasures, MarkKind, PageOutcome};
use phieu_model::rejection::Rejection;
use phieu_model::template::Question;

use crate::frame::{Frame, whole_place};
use crate::identify;
use crate::page::{Reader, Trail, Tried, outlines_found};
use crate::patch::Mapping;
use crate::register::BoxFix;

use cover::Covered;

pub use gallery::{Gallery, GalleryBox, Section};
pub use measures::{MEASURES, Measure, Unit};

/// A page, what became of it, and what the stages saw of it on the way.
#[derive(Debug)]
pub struct Inspection<'r> {
    /// What [`Reader::read`] gives for the same picture.
    pub outcome: PageOutcome,
    /// Numbers that describe how far the reader came.
    pub found: Found,
    trail: Trail<'r>,
    /// The picture as it may be shown; `None` where the page has none.
    shown: Option<Covered>,
    /// The printed codes, and whether each can be read by itself.
    codes: Vec<(RectMm, bool)>,
    /// Share of a box's outline from which it counts as found.
    outline_share: f32,
}

/// How far the reader came with a page: what was found of what is printed. `None` where a
/// stage was not reached.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Found {
    /// Solid dark things on the picture.
    pub solid_things: Option<usize>,
    /// Corner marks and middles of the codes' finder patterns: found, printed.
    pub anchors: Option<(usize, usize)>,
    /// Codes that could be read, ours or not: read, printed.
    pub codes: Option<(usize, usize)>,
    /// Corner and timing marks, looked for again at their places: found, printed.
    pub marks: Option<(usize, usize)>,
    /// Outlines of boxes: found, printed.
    pub outlines: Option<(usize, usize)>,
    /// Median distance between what was found and the residual field, in mm.
    pub residual_mm: Option<f64>,
}

/// The stages that are drawn, in the order the page passes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Solid things, corner marks, timing marks and codes on the picture.
    Anchors,
    /// The residual field, and every box's distance from it.
    Field,
    /// The boxes, rectified as they are measured.
    Patches,
    /// The verdicts and answers on the upright page.
    Decision,
}

impl Stage {
    /// The stage's number and name as they stand in file names.
    pub fn file_part(self) -> &'static str {
        match self {
            Self::Anchors => "1-anchors",
            Self::Field => "2-field",
            Self::Patches => "3-patches",
            Self::Decision => "4-decision",
        }
    }
}

/// A box of a page that was read.
#[derive(Debug, Clone)]
pub struct BoxPatch {
    /// Question id.
    pub question: String,
    /// Option id.
    pub option: String,
    /// What the box is taken for.
    pub mark: MarkKind,
    /// Probability that it is marked, 0–1.
    pub marked: f64,
    /// Its measures.
    pub measures: BoxMeasures,
    /// A grey PNG of the rectified box and 3 mm around it, 8 pixels a millimetre.
    pub png: Vec<u8>,
}

/// How a box of a registered page was found, also where the page was refused later.
#[derive(Debug, Clone, PartialEq)]
pub struct BoxFound {
    /// Question id.
    pub question: String,
    /// Option id.
    pub option: String,
    /// Whether enough of the printed outline was found.
    pub found: bool,
    /// Share of the printed outline that was found, 0–1.
    pub outline: f32,
    /// Distance between outline and residual field in mm.
    pub residual_mm: f64,
    /// Where its middle lies, in pixels of the picture turned as the file says (0 at the outer side of
    /// the first pixel), and pixels to a millimetre there.
    pub at: (PointPx, f64),
}

impl Reader<'_> {
    /// The page with what every stage left of it. The outcome is that of
    /// [`Reader::read`].
    pub fn inspect(&self, frame: Frame) -> Inspection<'_> {
        let mut trail = Trail::default();
        let outcome = self.follow(frame, &mut trail);
        let codes = match (&trail.picture, place_of(&trail.sought.tried)) {
            (Some(picture), Some(tried)) => {
                let map = Mapping::of(tried.located.map);
                let read = |place: &RectMm| !identify::read_at(picture, &map, &[*place]).is_empty();
                self.code_places(tried.anchors).into_iter().map(|place| (place, read(&place))).collect()
            }
            _ => Vec::new(),
        };
        let found = Found::of(&trail, self);
        let shown = trail.picture.take().map(|picture| match (&outcome, trail.page, &trail.registered) {
            (PageOutcome::Read(_), Some(page), Some(registered)) => {
                Covered::but_for_fields(picture, &registered.map, page)
            }
            // What a refused page shows is not known for certain, even where its code is
            // genuine: another sheet may lie over it.
            (PageOutcome::Read(_) | PageOutcome::Rejected(_), _, _) => Covered::wholly(picture),
        });
        Inspection { outcome, found, trail, shown, codes, outline_share: self.policy().outline_share }
    }
}

/// Where the page is taken to lie: where most marks stand among the places where a code was
/// read, or among all where none was.
fn place_of<'t, 'r>(tried: &'t [Tried<'r>]) -> Option<&'t Tried<'r>> {
    tried.iter().max_by_key(|tried| (tried.codes > 0, tried.located.marks.len()))
}

impl Found {
    fn of(trail: &Trail, reader: &Reader) -> Self {
        let place = place_of(&trail.sought.tried);
        let page = trail.page.map(|prepared| prepared.page);
        let registered = page.zip(trail.registered.as_ref());
        Self {
            solid_things: trail.picture.as_ref().map(|_| trail.sought.blobs.len()),
            anchors: place.map(|tried| (tried.located.marks.len(), tried.anchors.all().count())),
            codes: place.map(|tried| (tried.codes, tried.anchors.codes.len())),
            marks: registered
                .map(|(page, registered)| (registered.marks.iter().flatten().count(), page.marks.len())),
            outlines: registered
                .map(|(page, registered)| (outlines_found(registered, reader.policy()), page.boxes.len())),
            residual_mm: registered.map(|(_, registered)| registered.residual_mm),
        }
    }
}

impl Inspection<'_> {
    /// The inspection of a page of which there is no picture.
    pub fn refused(rejection: Rejection) -> Self {
        Self {
            outcome: PageOutcome::Rejected(rejection),
            found: Found::default(),
            trail: Trail::default(),
            shown: None,
            codes: Vec::new(),
            outline_share: 0.0,
        }
    }

    /// The questions of the page's form, in the order of the paper; empty where no code of
    /// ours was proven.
    pub fn questions(&self) -> &[Question] {
        self.trail.page.map_or(&[], |prepared| &prepared.layout.questions)
    }

    /// Whether the pictures show the page itself, its sensitive fields covered. Otherwise the page
    /// is made unrecognisable in blocks of 6 mm, since it is not known where they lie.
    pub fn is_clear(&self) -> bool {
        self.shown.as_ref().is_some_and(Covered::is_clear)
    }

    /// One PNG for each stage that the page reached, in their order.
    pub fn pictures(&self) -> Vec<(Stage, Vec<u8>)> {
        let drawn = [
            (Stage::Anchors, anchors::draw(self)),
            (Stage::Field, displacement::draw(self)),
            (Stage::Patches, patches::draw(self)),
            (Stage::Decision, decision::draw(self)),
        ];
        drawn.into_iter().filter_map(|(stage, canvas)| Some((stage, canvas?.png()))).collect()
    }

    /// Every box of a page that was read, in the layout's order.
    pub fn boxes(&self) -> Vec<BoxPatch> {
        patches::boxes(self)
    }

    /// How each box was found, in the layout's order; empty where the page was not
    /// registered.
    pub fn boxes_found(&self) -> Vec<BoxFound> {
        let Some((prepared, registered)) = self.trail.page.zip(self.trail.registered.as_ref()) else {
            return Vec::new();
        };
        let halvings = self.shown.as_ref().map_or(0, |shown| shown.picture().fine_halvings);
        let at = |rect: &RectMm, fix: &BoxFix| {
            let map = registered.map.shifted(fix.shift.0, fix.shift.1);
            let corners = rect.corners().map(|p| map.apply(p));
            let middle = whole_place(map.apply(rect.center()), halvings);
            let diagonals = corners[0].distance(corners[2]) + corners[1].distance(corners[3]);
            let scale = diagonals / 2.0 / rect.w.hypot(rect.h) * f64::from(1_u32 << halvings);
            (PointPx::new(middle.x + 0.5, middle.y + 0.5), scale)
        };
        let boxes = prepared.page.boxes.iter().zip(&registered.boxes);
        boxes
            .map(|(place, fix)| BoxFound {
                at: at(&place.rect, fix),
                question: place.question.clone(),
                option: place.option.clone(),
                found: fix.outline >= self.outline_share,
                outline: fix.outline,
                residual_mm: fix.residual_mm,
            })
            .collect()
    }
}
