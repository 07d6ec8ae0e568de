//! Seeded people, pens and scanners: a printed page becomes a filled-in scan and the
//! truth about it.
//!
//! The stages are those of paper: print → fill in → scan → file. Nothing here knows
//! how the reader judges a mark: a mark is the way of a pen over paper, and the truth
//! is what the person meant. A page depends only on the seed and its place in the
//! batch, so pages can be made in any order and in parallel.
//!
//! The stages in order: [`print`], [`toner`] and [`copier`] make the blank sheet; [`fill`]
//! writes on it; [`wear`] folds, stamps and tears it; [`view`] is the map from picture to sheet,
//! of a scanner ([`glass`]) or a telephone ([`camera`]); [`scan`] takes the picture, [`optics`]
//! and [`threshold`] make bytes of it, [`encode`] a file. A [`course`] holds all that was drawn
//! for one sheet, and writes it into the truth.
//!
//! Deliberate limits: toner is black whatever the PDF's colour; of two sheets over each other
//! only one bends; a person has one pen.

mod amend;
mod answer;
mod bend;
mod beside;
mod camera;
mod copier;
mod corner;
mod course;
mod cover;
mod dirt;
mod encode;
mod fastening;
mod fill;
mod glass;
mod handwriting;
mod hostile;
mod ink;
mod lamp;
mod legible;
mod looks;
mod optics;
mod paper;
mod pen;
mod person;
mod picture;
mod placement;
mod plan;
mod plane;
mod print;
mod profile;
mod random;
mod scan;
mod scanner;
mod score;
mod shape;
mod spoil;
mod stain;
mod stamp;
mod sticker;
mod stranger;
mod threshold;
mod toner;
mod trace;
mod truth;
mod view;
mod wear;

use hayro::hayro_syntax::Pdf;
use phieu_model::layout::{Layout, PageLayout};
use phieu_model::payload::OfficeKey;
use phieu_model::serial::Serial;
use serde::{Deserialize, Serialize};

pub use crate::bend::{Bend, Crumple, Fold};
pub use crate::camera::{Desk, Shadow, Shot};
pub use crate::copier::Photocopy;
pub use crate::corner::{Loss, LostCorner};
pub use crate::dirt::Streak;
pub use crate::fastening::{PunchHoles, Staple};
pub use crate::glass::{Glass, Slip};
pub use crate::hostile::Hostile;
pub use crate::lamp::Lamp;
pub use crate::pen::{InkColour, Pen, PenKind};
pub use crate::plan::{Plan, PlanError, PlannedQuestion};
pub use crate::profile::{
    AnswerMix, Camera, CorrectionKind, Oddity, Output, PaperWear, People, Printing, Profile, Scanning, Span,
};
pub use crate::score::{Bin, Score, Tally, Wrong, score, table, upper_bound};
pub use crate::shape::{FillForm, Shape, TickForm};
pub use crate::stain::{Stain, StainKind};
pub use crate::stamp::{Stamp, StampColour, StampForm};
pub use crate::sticker::Sticker;
pub use crate::stranger::{StrangerKind, stranger};
pub use crate::toner::{Fading, PrintRun};
pub use crate::truth::{
    Beside, Drawn, Expected, Factors, FieldTruth, PageTruth, PersonTruth, QuestionTruth, Sensor, Unreadable,
};
pub use crate::view::Device;
pub use crate::wear::Wear;

use crate::course::Course;
use crate::paper::Paper;
use crate::random::Random;

/// Which page of which sheet is on a page of the PDF: an entry of `sheets.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SheetPage {
    /// Page of the PDF, from 0.
    pub pdf_page: u32,
    /// The sheet.
    pub serial: Serial,
    /// Page of the form, from 1.
    pub page: u8,
}

/// A scanned page and what is true of it.
#[derive(Debug, Clone, PartialEq)]
pub struct SimulatedPage {
    /// Name for the file, without a folder.
    pub file_name: String,
    /// The file: JPEG, PNG or TIFF.
    pub bytes: Vec<u8>,
    /// What is true of it.
    pub truth: PageTruth,
}

/// Why a page cannot be simulated: the input does not fit together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SimulateError {
    /// The PDF cannot be opened.
    #[error("the PDF cannot be opened")]
    Pdf,
    /// The PDF has no such page, or it is larger than a scanner's glass.
    #[error("the PDF has no usable page {0}")]
    PdfPage(u32),
    /// The layout has no such page.
    #[error("the layout has no page {0}")]
    LayoutPage(u8),
}

/// A batch of printed pages to be filled in and scanned.
pub struct Batch<'a> {
    pdf: Pdf,
    layout: &'a Layout,
    sheets: &'a [SheetPage],
    profile: &'a Profile,
    seed: u64,
    key: Option<OfficeKey>,
}

impl<'a> Batch<'a> {
    /// The batch of these pages. `pdf` holds the file's bytes.
    pub fn new(
        pdf: Vec<u8>,
        (layout, sheets): (&'a Layout, &'a [SheetPage]),
        profile: &'a Profile,
        seed: u64,
    ) -> Result<Self, SimulateError> {
        let pdf = Pdf::new(pdf).map_err(|_| SimulateError::Pdf)?;
        Ok(Self { pdf, layout, sheets, profile, seed, key: None })
    }

    /// The batch with the key of the office that printed it, without which some hostile pages cannot be made
    /// ([`Hostile::needs_key`]); other kinds take their turns.
    pub fn with_key(self, key: OfficeKey) -> Self {
        Self { key: Some(key), ..self }
    }

    /// Number of pages.
    pub fn len(&self) -> usize {
        self.sheets.len()
    }

    /// Whether there is no page.
    pub fn is_empty(&self) -> bool {
        self.sheets.is_empty()
    }

    /// Page `index` (from 0, below [`Batch::len`]) filled in and scanned. Depends only
    /// on the batch and `index`; pages of one sheet are filled in by the same person.
    pub fn page(&self, index: usize) -> Result<SimulatedPage, SimulateError> {
        self.filled_in(index, |desk, paper, random| desk.fill_in(paper, random))
    }

    /// As [`Batch::page`], but with the choices and shapes of `plan`; hand, pen and scanner
    /// are still the profile's.
    pub fn planned(&self, index: usize, plan: &Plan) -> Result<SimulatedPage, PlanError> {
        let number = self.sheets[index].page;
        plan.check(self.layout.page(number).ok_or(SimulateError::LayoutPage(number))?)?;
        Ok(self.filled_in(index, |desk, paper, random| desk.follow(plan, paper, random))?)
    }

    fn filled_in(
        &self,
        index: usize,
        fill_in: impl Fn(&fill::Desk, &mut Paper, &mut Random) -> fill::Filled,
    ) -> Result<SimulatedPage, SimulateError> {
        let sheet = &self.sheets[index];
        let page = self.layout.page(sheet.page).ok_or(SimulateError::LayoutPage(sheet.page))?;
        let serial = sheet.serial.as_str();
        let at = index.to_string();
        let stream = |stage: &str| Random::stream(self.seed, &[stage, serial, &at]);

        let size_mm = self.layout.page_size_mm;
        let course = Course::draw(self.profile, (size_mm, Some(page)), &stream);
        let printed = print::print(&self.pdf, sheet.pdf_page, course.bare(), &course.printed())
            .ok_or(SimulateError::PdfPage(sheet.pdf_page))?;
        let mut paper = course.age(printed, &mut stream("toner"));

        let mut person_random = Random::stream(self.seed, &["person", serial]);
        let person = person::Person::new(&self.profile.people, &mut person_random);
        let place = course.blank();
        let desk =
            fill::Desk { layout: self.layout, page, place, people: &self.profile.people, person: &person };
        let fill::Filled { mut questions, fields, ink } = fill_in(&desk, &mut paper, &mut stream("fill"));

        let spoiled = self.spoiled(index, page);
        if let Some(kind) = spoiled {
            let key = self.key.as_ref();
            let forger = hostile::Forger { layout: self.layout, page, serial: &sheet.serial, key };
            let other =
                if kind == Hostile::TwoSheets { self.other_sheet((index, &paper), &place) } else { None };
            spoil::Spoiler { kind, forger, place, other }.spoil(&mut paper, &mut stream("spoil"));
        }

        let delivered = course.finish(paper, &stream);
        let seen: Option<Vec<f64>> = ink.shapes().map(|traces| course.seen(&delivered, traces)).collect();
        if let Some(seen) = seen {
            let mut seen = seen.into_iter();
            questions.iter_mut().for_each(|q| q.set_seen(seen.by_ref()));
        }
        let lost = course.lost_boxes(&delivered, page);
        let gone = course.gone_boxes(&delivered, page);
        let troubled = course.troubled_boxes(page).into_iter().zip(&gone).map(|(t, gone)| t || *gone);
        let troubled: Vec<bool> = troubled.collect();
        for question in &mut questions {
            let of = |which: &[bool]| -> Vec<&str> {
                let boxes =
                    page.boxes.iter().zip(which).filter(|(b, hit)| **hit && b.question == question.question);
                boxes.map(|(b, _)| b.option.as_str()).collect()
            };
            let (lost, troubled) = (of(&lost), of(&troubled));
            question.set_damage(&lost, &troubled);
        }
        let what = spoiled.map_or("scan", Hostile::name);
        let file_name = format!("{what}_{}_{index:05}.{}", self.seed, course.extension());
        let expected = spoiled.map_or(Expected::Read, Hostile::expected);
        let ours = expected == Expected::Read;
        if !ours {
            questions.clear();
        }
        Ok(SimulatedPage {
            truth: PageTruth {
                file_name: file_name.clone(),
                expected,
                stranger: None,
                hostile: spoiled,
                serial: ours.then(|| sheet.serial.clone()),
                page: ours.then_some(sheet.page),
                profile: self.profile.name.clone(),
                seed: self.seed,
                index,
                factors: course.factors(),
                unreadable: course.unreadable((&delivered, page), (&lost, &gone)).filter(|_| ours),
                boxes_px: if ours { course.boxes_px(&delivered, page) } else { Vec::new() },
                person: Some(person.truth()),
                questions,
                fields: if ours { fields } else { Vec::new() },
            },
            bytes: delivered.bytes,
            file_name,
        })
    }

    /// How page `index` is spoiled; the kinds take turns, from another one for each seed.
    fn spoiled(&self, index: usize, page: &PageLayout) -> Option<Hostile> {
        let kinds: Vec<Hostile> = (self.profile.hostile.iter())
            .filter(|kind| (self.key.is_some() || !kind.needs_key()) && spoil::can_be(**kind, page))
            .copied()
            .collect();
        let turn = self.seed.wrapping_add(index as u64) as usize;
        (!kinds.is_empty()).then(|| kinds[turn % kinds.len()])
    }

    /// Another printed sheet of the batch, or a copy of the same one, or a bare one.
    fn other_sheet(&self, (index, paper): (usize, &Paper), place: &paper::Placement) -> Option<Paper> {
        let other = match index % 5 {
            0 => return None,
            1 => &self.sheets[index],
            _ => &self.sheets[(index + 1) % self.sheets.len()],
        };
        print::print(&self.pdf, other.pdf_page, Paper::bare(paper.size_mm, paper.scale), place)
    }
}
