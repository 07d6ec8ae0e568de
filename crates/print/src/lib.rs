//! A [`Layout`] and the identities of sheets, drawn as one PDF.
//!
//! Nothing here knows a position: what stands where comes from the layout alone,
//! so that the reader looks exactly where the printer drew. What is the same on
//! every sheet is written once and shared by all pages; a sheet of its own costs
//! about one kilobyte, its codes and its preprinted lines.
//!
//! The same layout, key and sheets give the same bytes: no clock and no chance.

mod document;
mod error;
mod fonts;
mod qr;

use std::collections::HashMap;

use phieu_model::layout::{Layout, PageLayout, Slot, SlotContent, TextRun};
use phieu_model::payload::{self, KnownLayout, OfficeKey};
use phieu_model::serial::Serial;
use serde::{Deserialize, Serialize};

pub use crate::error::PrintError;

/// A sheet to print.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Its serial.
    pub serial: Serial,
    /// The procedure as it is to stand on the preprinted line.
    pub procedure: String,
    /// The unit's name as it is to stand on the preprinted line.
    pub unit: String,
}

/// Which sheet is on which page of a printed PDF: one entry of `sheets.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacedSheet {
    /// The page of the PDF, from 0.
    pub pdf_page: u32,
    /// The sheet.
    pub serial: Serial,
    /// The page of the form, from 1.
    pub page: u8,
}

/// A printed batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// The PDF file.
    pub pdf: Vec<u8>,
    /// One entry for each page of the PDF, in its order.
    pub sheets: Vec<PlacedSheet>,
}

/// What one page of one sheet adds to the shared content.
pub(crate) struct SheetPage {
    /// Index into [`Layout::pages`].
    pub page_index: usize,
    /// The filled slots.
    pub texts: Vec<TextRun>,
    /// The code, drawn at both its places.
    pub code: qr::Code,
}

/// All sheets in the order given, each with every page of the layout, as one PDF of
/// A4 pages: black only, vector boxes and codes, selectable text in an embedded
/// subset of the shipped font.
///
/// A page takes about 1 kB of the file and 50 kB of memory while it is written.
///
/// # Errors
///
/// Nothing is printed when a sheet cannot be: a text that does not fit its slot or
/// holds a character the font lacks, a code too long for its size, no sheets.
pub fn pdf(layout: &Layout, key: &OfficeKey, sheets: &[Sheet]) -> Result<Printed, PrintError> {
    if sheets.is_empty() {
        return Err(PrintError::NoSheets);
    }
    let known = KnownLayout::new(layout);
    let mut filler = SlotFiller::default();
    let mut pages = Vec::with_capacity(sheets.len() * layout.pages.len());
    let mut placed = Vec::with_capacity(pages.capacity());
    for sheet in sheets {
        for (page_index, page) in layout.pages.iter().enumerate() {
            let payload = payload::encode(&known, page.page, &sheet.serial, key);
            let code = qr::Code::new(&payload).ok_or_else(|| PrintError::CodeTooLong {
                serial: sheet.serial.clone(),
                length: payload.len(),
            })?;
            let texts = filler.page(page, sheet)?;
            placed.push(PlacedSheet {
                pdf_page: u32::try_from(pages.len()).expect("a batch has fewer than 2^32 pages"),
                serial: sheet.serial.clone(),
                page: page.page,
            });
            pages.push(SheetPage { page_index, texts, code });
        }
    }
    Ok(Printed { pdf: document::write(layout, &title(layout, sheets), &pages), sheets: placed })
}

/// The document's title, which viewers and print queues show.
fn title(layout: &Layout, sheets: &[Sheet]) -> String {
    let (form, version) = (&layout.form, layout.version);
    match sheets {
        [only] => format!("{form}, phiên bản {version}: phiếu {}", only.serial),
        [first, .., last] => format!(
            "{form}, phiên bản {version}: {} phiếu, {} đến {}",
            sheets.len(),
            first.serial,
            last.serial
        ),
        [] => form.clone(),
    }
}

/// Fills slots; the lines of a text that many sheets share are broken once.
#[derive(Default)]
struct SlotFiller<'a> {
    lines: HashMap<(*const Slot, &'a str), Vec<TextRun>>,
}

impl<'a> SlotFiller<'a> {
    fn page(&mut self, page: &'a PageLayout, sheet: &'a Sheet) -> Result<Vec<TextRun>, PrintError> {
        let mut runs = Vec::new();
        for slot in &page.slots {
            match &slot.content {
                SlotContent::Serial => runs.extend(fill(slot, sheet.serial.as_str(), sheet)?),
                SlotContent::Procedure { .. } => {
                    runs.extend_from_slice(self.shared(slot, &sheet.procedure, sheet)?)
                }
                SlotContent::Unit { .. } => runs.extend_from_slice(self.shared(slot, &sheet.unit, sheet)?),
            }
        }
        Ok(runs)
    }

    fn shared(&mut self, slot: &'a Slot, text: &'a str, sheet: &Sheet) -> Result<&[TextRun], PrintError> {
        use std::collections::hash_map::Entry;
        match self.lines.entry((std::ptr::from_ref(slot), text)) {
            Entry::Occupied(known) => Ok(known.into_mut()),
            Entry::Vacant(new) => Ok(new.insert(fill(slot, text, sheet)?)),
        }
    }
}

fn fill(slot: &Slot, text: &str, sheet: &Sheet) -> Result<Vec<TextRun>, PrintError> {
    let missing = phieu_typeface::missing_glyphs(slot.face, text);
    if !missing.is_empty() {
        return Err(PrintError::MissingGlyphs {
            serial: sheet.serial.clone(),
            slot: slot.content.clone(),
            missing,
        });
    }
    phieu_typeface::fill_slot(slot, text).map_err(|_| PrintError::DoesNotFit {
        serial: sheet.serial.clone(),
        slot: slot.content.clone(),
        text: text.to_owned(),
    })
}
