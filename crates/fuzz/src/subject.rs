//! What reads a specimen, and what must not happen while it does.

use std::panic::{AssertUnwindSafe, catch_unwind};

use phieu_model::payload::{KnownLayout, decode, encode};
use phieu_read::decode::Document;

/// What a specimen is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A file of pictures.
    Picture,
    /// The text of a code.
    Payload,
    /// The file of a form.
    Template,
}

/// What went wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// A panic, and what it said.
    Panic(String),
    /// A code was accepted that nobody wrote.
    Accepted,
}

/// Pages of a file that are decoded.
const PAGES: u32 = 4;
/// Most pixels of a picture, as the reader has it.
const MAX_PIXELS: u64 = 70_000_000;

/// Reads it, and says what went wrong.
pub fn try_out(kind: Kind, bytes: &[u8]) -> Option<Finding> {
    let tried = catch_unwind(AssertUnwindSafe(|| match kind {
        Kind::Picture => {
            let document = Document::open(bytes.to_vec());
            for page in 0..document.pages().min(PAGES) {
                // A refusal is an answer.
                drop(document.page(page, MAX_PIXELS));
            }
            None
        }
        Kind::Payload => {
            let text = String::from_utf8_lossy(bytes);
            let layout = phieu_trial::layout();
            let known = [KnownLayout::new(&layout)];
            let accepted = decode(&text, &known, &phieu_trial::key()).ok();
            let is_genuine = |id: &phieu_model::payload::SheetId| {
                text == encode(&known[0], id.page, &id.serial, &phieu_trial::key())
            };
            accepted.filter(|(id, _)| !is_genuine(id)).map(|_| Finding::Accepted)
        }
        Kind::Template => {
            // A fault is an answer.
            drop(phieu_form::load("spoiled.toml", &String::from_utf8_lossy(bytes)));
            None
        }
    }));
    tried.unwrap_or_else(|cause| {
        let said = (cause.downcast_ref::<&str>().map(|said| (*said).to_owned()))
            .or_else(|| cause.downcast_ref::<String>().cloned());
        Some(Finding::Panic(said.unwrap_or_default()))
    })
}
