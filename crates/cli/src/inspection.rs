//! Inspected pages as HTML documents that need nothing beside themselves: pictures and
//! style are inside, there is no script and no reference to another place.

mod gallery;
mod page;
mod words;

use base64::Engine;
use maud::{DOCTYPE, Markup, PreEscaped, html};
use phieu_model::lang::Lang;
use phieu_model::reading::PageOutcome;
use phieu_model::rejection::RejectCode;
use phieu_read::InspectedPage;

pub use gallery::gallery_html;
pub use page::page_html;

const STYLE: &str = include_str!("inspection/inspect.css");

/// What the account says of a page's sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ledger {
    /// It was printed here.
    Printed,
    /// Its code is genuine, but it was never printed here.
    Unknown,
    /// The page names no sheet.
    NotAsked,
}

/// A page in the index.
#[derive(Debug)]
pub struct Entry {
    /// Its document.
    pub document: String,
    /// Its file and page.
    pub place: String,
    /// What became of it.
    pub outcome: Outcome,
}

/// What `scan` makes of a page, in short.
#[derive(Debug)]
pub enum Outcome {
    /// It is read.
    Read {
        /// The sheet.
        serial: String,
        /// Its answers.
        answers: usize,
        /// Answers that need a person.
        to_review: usize,
    },
    /// It is refused.
    Refused(RejectCode),
}

impl Outcome {
    /// What `scan` makes of `page`.
    pub fn of(page: &InspectedPage, ledger: &Ledger) -> Self {
        match (&page.inspection.outcome, ledger) {
            (PageOutcome::Rejected(rejection), _) => Self::Refused(rejection.code),
            (PageOutcome::Read(_), Ledger::Unknown) => Self::Refused(RejectCode::UnknownSerial),
            (PageOutcome::Read(reading), Ledger::Printed | Ledger::NotAsked) => Self::Read {
                serial: reading.identity.serial.to_string(),
                answers: reading.answers.len(),
                to_review: reading.answers.iter().filter(|a| a.needs_review).count(),
            },
        }
    }

    fn words(&self, lang: Lang) -> String {
        match self {
            Self::Read { serial, answers, to_review } => match lang {
                Lang::Vi => {
                    format!("Đọc được, phiếu {serial}: {answers} câu, {to_review} câu cần người rà soát")
                }
                Lang::En => format!("Read, sheet {serial}: {answers} answers, {to_review} need a person"),
            },
            Self::Refused(code) => match lang {
                Lang::Vi => format!("Từ chối ({}): {}", code.as_str(), code.phrase(lang)),
                Lang::En => format!("Refused ({}): {}", code.as_str(), code.phrase(lang)),
            },
        }
    }
}

/// The list of many pages with a link to each page's document.
pub fn index_html(entries: &[Entry], lang: Lang) -> String {
    let title = lang.pick("Các trang đã xem xét", "Inspected pages");
    let body = html! {
        table {
            thead { tr {
                th { (lang.pick("Số", "No.")) }
                th { (lang.pick("Tệp và trang", "File and page")) }
                th { (lang.pick("Kết quả", "Outcome")) }
            } }
            tbody {
                @for (i, entry) in entries.iter().enumerate() {
                    tr {
                        td { (i + 1) }
                        td.left { a href=(entry.document) { (entry.place) } }
                        td.left { (entry.outcome.words(lang)) }
                    }
                }
            }
        }
    };
    document(title, &body, lang)
}

/// A whole document.
fn document(title: &str, body: &Markup, lang: Lang) -> String {
    html! {
        (DOCTYPE)
        html lang=(lang.pick("vi", "en")) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body { main { h1 { (title) } (body) } }
        }
    }
    .into_string()
}

/// A picture inside its document.
fn data_uri(png: &[u8]) -> String {
    format!("data:image/png;base64,{}", base64::engine::general_purpose::STANDARD.encode(png))
}

/// A number as the language writes it.
fn number(value: f64, decimals: usize, lang: Lang) -> String {
    let text = format!("{value:.decimals$}");
    match lang {
        Lang::Vi => text.replace('.', ","),
        Lang::En => text,
    }
}

/// A probability, cut off at four decimals: never shown as 1 where it is less.
fn probability(p: f64, lang: Lang) -> String {
    number((p * 10_000.0).floor() / 10_000.0, 4, lang)
}
