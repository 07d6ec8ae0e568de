//! The stages of reading one page, each by itself on what the stages before it left: what a benchmark times.

use phieu_model::reading::{Answer, BoxMeasures, FieldInk};
use phieu_model::rejection::Rejection;

use crate::decide::decide;
use crate::frame::Frame;
use crate::measure::measure;
use crate::page::{Found, Reader, Sought, picture_of};
use crate::patch::Picture;
use crate::register::{Registered, register};
use crate::writing;

/// A page of which every stage has run once.
pub struct Stages<'r, 'a> {
    reader: &'r Reader<'a>,
    picture: Picture,
    found: Found<'r, 'a>,
    registered: Registered,
    measures: Vec<BoxMeasures>,
}

impl<'r, 'a> Stages<'r, 'a> {
    /// The page on `frame`, which must show a sheet of `reader`'s.
    ///
    /// # Errors
    /// When the page cannot be found or names no known sheet.
    pub fn of(reader: &'r Reader<'a>, frame: Frame) -> Result<Self, Rejection> {
        let mut picture = picture_of(frame)?;
        let found = reader.find(&mut picture, &mut Sought::default())?;
        let page = found.page;
        let registered = register(&picture, (&found.located, &found.blobs), (page.page, &page.words));
        let measures = measure(&picture, &registered, page.page, &page.stencils);
        Ok(Self { reader, picture, found, registered, measures })
    }

    /// Halves the picture, where it is fine, and takes the level of its paper; whether it can be read.
    pub fn prepare(frame: Frame) -> bool {
        picture_of(frame).is_ok()
    }

    /// Looks for the page and reads its codes; how many were read.
    pub fn find(&mut self) -> Option<u8> {
        self.reader.find(&mut self.picture, &mut Sought::default()).ok().map(|found| found.codes)
    }

    /// Finds timing marks and outlines; how many timing marks.
    pub fn register(&self) -> usize {
        let lies = (&self.found.located, &self.found.blobs[..]);
        let page = self.found.page;
        register(&self.picture, lies, (page.page, &page.words)).timing_marks
    }

    /// Looks how much of the printed form is there; its share, 0–1.
    pub fn see_print(&self) -> f32 {
        self.found.page.printed.seen(&self.picture, &self.registered).share
    }

    /// Measures all boxes.
    pub fn measure(&self) -> Vec<BoxMeasures> {
        measure(&self.picture, &self.registered, self.found.page.page, &self.found.page.stencils)
    }

    /// Decides all questions.
    pub fn decide(&self) -> Vec<Answer> {
        decide(self.found.page.page, (&self.measures, self.picture.tones), self.reader.policy()).1
    }

    /// Looks for handwriting in the fields.
    pub fn see_writing(&self) -> Vec<FieldInk> {
        let page = self.found.page;
        writing::fields(&self.picture, &self.registered, page.page, (&page.drawing, self.reader.policy()))
    }
}
