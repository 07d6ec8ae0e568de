//! `readings.jsonl` of the exchange files: one line for each scanned page.

use phieu_model::lang::Lang;
use phieu_model::reading::{Answer, FieldInk, PageReading};
use phieu_model::rejection::{PageIdentity, RejectCode, Rejection};
use serde::Serialize;

use crate::refusals;

/// One page, as other programs see it.
#[derive(Debug, Serialize)]
pub struct PageLine<'a> {
    source: &'a str,
    page_index: u32,
    status: Status,
    form: Option<&'a str>,
    version: Option<u16>,
    serial: Option<&'a str>,
    page: Option<u8>,
    error: Option<ErrorOfPage>,
    answers: &'a [Answer],
    fields: &'a [FieldInk],
    /// Absent where this picture and this sheet are new.
    #[serde(skip_serializing_if = "Option::is_none")]
    seen_before: Option<SeenBefore>,
    /// Absent where the page counts as the store's rules say.
    #[serde(skip_serializing_if = "Option::is_none")]
    not_counted: Option<NotCounted>,
}

/// A page of a batch without its answers.
#[derive(Debug, Serialize)]
pub struct PageEvent<'a> {
    source: &'a str,
    page_index: u32,
    status: Status,
    serial: Option<&'a str>,
    page: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<RejectCode>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seen_before: Option<SeenBefore>,
    #[serde(skip_serializing_if = "Option::is_none")]
    not_counted: Option<NotCounted>,
}

/// Whether this page's picture alone could be read.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
enum Status {
    Ok,
    Rejected,
}

#[derive(Debug, Serialize)]
struct ErrorOfPage {
    code: RejectCode,
    message: String,
}

/// How a page was known before this call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SeenBefore {
    /// The same file, byte for byte.
    SameImage,
    /// Another scan of the sheet that says the same.
    Rescan,
    /// Another scan of the sheet that says something else.
    Conflict,
}

/// Why a readable page is not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NotCounted {
    /// The day of return lies before the day of printing.
    ReceivedBeforePrinting,
}

/// What the ledger says about a readable page.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Standing {
    /// How it was known before.
    pub seen_before: Option<SeenBefore>,
    /// Why it is not stored.
    pub not_counted: Option<NotCounted>,
}

impl<'a> PageLine<'a> {
    /// The line of a page that was read.
    pub fn read(source: &'a str, page_index: u32, reading: &'a PageReading, standing: Standing) -> Self {
        Self {
            status: Status::Ok,
            answers: &reading.answers,
            fields: &reading.fields,
            seen_before: standing.seen_before,
            not_counted: standing.not_counted,
            ..Self::of(source, page_index, Some(&reading.identity))
        }
    }

    /// The line of a page that was refused.
    pub fn rejected(source: &'a str, page_index: u32, rejection: &'a Rejection, lang: Lang) -> Self {
        Self {
            error: Some(ErrorOfPage { code: rejection.code, message: refusals::sentence(rejection, lang) }),
            ..Self::of(source, page_index, rejection.identity.as_ref())
        }
    }

    fn of(source: &'a str, page_index: u32, identity: Option<&'a PageIdentity>) -> Self {
        Self {
            source,
            page_index,
            status: Status::Rejected,
            form: identity.map(|id| id.form.as_str()),
            version: identity.map(|id| id.version),
            serial: identity.map(|id| id.serial.as_str()),
            page: identity.map(|id| id.page),
            error: None,
            answers: &[],
            fields: &[],
            seen_before: None,
            not_counted: None,
        }
    }

    /// The page without its answers, as programs that watch a batch see it.
    pub fn event(&self) -> PageEvent<'_> {
        PageEvent {
            source: self.source,
            page_index: self.page_index,
            status: self.status,
            serial: self.serial,
            page: self.page,
            code: self.error.as_ref().map(|e| e.code),
            seen_before: self.seen_before,
            not_counted: self.not_counted,
        }
    }

    /// The line, with its end.
    pub fn json(&self) -> String {
        serde_json::to_string(self).expect("a page's line is plain data") + "\n"
    }
}

#[cfg(test)]
mod tests {
    use phieu_model::period::Period;
    use phieu_model::reading::{AnswerState, Registration};
    use phieu_model::serial::Serial;

    use super::*;

    fn identity() -> PageIdentity {
        PageIdentity {
            form: "phieu-thu".into(),
            version: 1,
            serial: Serial::new(Period::new(2026, 1).unwrap(), 7, 3).unwrap(),
            page: 1,
        }
    }

    fn keys(json: &str) -> Vec<String> {
        let value: serde_json::Value = serde_json::from_str(json).unwrap();
        value.as_object().unwrap().keys().cloned().collect()
    }

    const CONTRACT: [&str; 10] =
        ["source", "page_index", "status", "form", "version", "serial", "page", "error", "answers", "fields"];

    #[test]
    fn a_read_page_has_every_key_of_the_contract() {
        let reading = PageReading {
            identity: identity(),
            answers: vec![Answer {
                question: "q3_2".into(),
                state: AnswerState::Answered,
                options: vec!["l4".into()],
                confidence: 0.9999,
                needs_review: false,
                reasons: vec![],
            }],
            fields: vec![FieldInk { field: "q4".into(), ink: true }],
            boxes: vec![],
            registration: Registration::default(),
            evidence: vec![],
            engine: "test".into(),
        };
        let json = PageLine::read("a b/ộ.tif", 0, &reading, Standing::default()).json();
        let value: serde_json::Value = serde_json::from_str(&json).unwrap();
        for key in CONTRACT {
            assert!(value.get(key).is_some(), "{key}");
        }
        assert_eq!(value["status"], "ok");
        assert_eq!(value["error"], serde_json::Value::Null);
        assert_eq!(value["answers"][0]["state"], "answered");
        assert!(value.get("seen_before").is_none());
        let again = Standing { seen_before: Some(SeenBefore::SameImage), not_counted: None };
        let json = PageLine::read("x", 0, &reading, again).json();
        assert!(json.contains(r#""seen_before":"same_image""#));
    }

    #[test]
    fn a_refused_page_keeps_what_was_proven() {
        let bare = Rejection::new(RejectCode::NoCode, "");
        let json = PageLine::rejected("x.png", 0, &bare, Lang::Vi).json();
        assert!(CONTRACT.iter().all(|key| keys(&json).iter().any(|k| k == key)));
        let value: serde_json::Value = serde_json::from_str(&json).unwrap();
        assert_eq!((&value["status"], &value["serial"]), (&"rejected".into(), &serde_json::Value::Null));
        assert_eq!(value["error"]["code"], "no_code");

        let known = Rejection { identity: Some(identity()), ..Rejection::new(RejectCode::FormNotFound, "") };
        let value: serde_json::Value =
            serde_json::from_str(&PageLine::rejected("x.png", 0, &known, Lang::Vi).json()).unwrap();
        assert_eq!(value["serial"], identity().serial.as_str());
    }
}
