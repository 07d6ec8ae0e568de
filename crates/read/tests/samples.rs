//! The scans in `samples/` and what a reader must make of them.
//!
//! `samples/expected.json` names for each file the claim it belongs to; each claim is a
//! test here, on one reading of all of them. A picture without an entry, an entry without a picture and an entry that no
//! test claims fail.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::OnceLock;

use phieu_model::reading::{Answer, PageOutcome, PageReading};
use phieu_read::{Policy, ReadPage, Reader, Source, read_files};
use serde_json::Value;

/// Makes a test of every claim, and the list of them.
macro_rules! claims {
    ($($claim:ident),* $(,)?) => {
        const CLAIMS: &[&str] = &[$(stringify!($claim)),*];
        $(
            #[test]
            fn $claim() {
                check(stringify!($claim));
            }
        )*
    };
}

claims![
    plain_marks_of_every_usual_shape_are_read_without_a_person,
    a_ringed_cross_is_withdrawn,
    a_ringed_box_that_is_filled_is_chosen_again,
    a_scribbled_correction_goes_to_a_person,
    a_faint_mark_is_never_passed_over,
    two_marks_where_one_is_allowed_go_to_a_person,
    questions_without_ink_are_blank,
    blanks_of_a_one_bit_sheet_without_marks_go_to_a_person,
    a_page_is_read_however_it_lies_on_the_glass,
    one_bit_scans_are_read,
    handwriting_is_seen_in_its_fields_and_touches_no_answer,
    pages_that_are_not_ours_are_refused_by_name,
    files_that_are_no_whole_picture_are_refused_by_name,
];

#[test]
fn every_sample_is_small_and_claimed_by_a_test_and_every_entry_has_its_sample() {
    let mut files = BTreeSet::new();
    let mut total = 0;
    for entry in std::fs::read_dir(folder()).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if name != "README.md" && name != "expected.json" {
            let size = entry.metadata().unwrap().len();
            assert!(size < 200 * 1024, "{name} has {size} bytes");
            total += size;
            files.insert(name);
        }
    }
    assert!(total < 2_000_000, "{total} bytes in all");
    let entries = expected();
    let named: BTreeSet<String> = entries.iter().map(|e| text(e, "file").to_owned()).collect();
    assert_eq!(named.len(), entries.len(), "a file has two entries");
    assert_eq!(named, files);
    let claimed: BTreeSet<&str> = entries.iter().map(|e| text(e, "claimed_by")).collect();
    assert_eq!(claimed, CLAIMS.iter().copied().collect::<BTreeSet<&str>>());
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../samples")
}

fn expected() -> Vec<Value> {
    let path = folder().join("expected.json");
    let text = std::fs::read_to_string(&path).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn text<'a>(entry: &'a Value, key: &str) -> &'a str {
    entry[key].as_str().unwrap_or_else(|| panic!("{key} is no text in {entry}"))
}

/// Reads samples with so many workers.
fn read(files: &[&str], workers: usize) -> Vec<ReadPage> {
    let layouts = [phieu_trial::layout()];
    let reader = Reader::new(&layouts, phieu_trial::key(), Policy::default());
    let source = |file: &&str| Source { path: folder().join(file), shown: (*file).to_owned() };
    let sources: Vec<Source> = files.iter().map(source).collect();
    let mut pages = Vec::new();
    read_files(&reader, &sources, workers, &mut |page| {
        pages.push(page);
        ControlFlow::Continue(())
    })
    .unwrap();
    pages
}

/// All samples, read once for all claims.
fn pages() -> &'static [ReadPage] {
    static PAGES: OnceLock<Vec<ReadPage>> = OnceLock::new();
    PAGES.get_or_init(|| {
        let entries = expected();
        read(&entries.iter().map(|e| text(e, "file")).collect::<Vec<_>>(), 3)
    })
}

#[test]
fn outcomes_are_the_same_for_any_number_of_workers() {
    let entries = expected();
    let order: Vec<&str> = entries.iter().map(|e| text(e, "file")).collect();
    assert_eq!(pages().iter().map(|p| &*p.source).collect::<Vec<_>>(), order, "one page each, in order");
    // Accepted answers, doubtful ones with their pictures, and a file that is none.
    let files = ["plain.jpg", "faint.jpg", "not-a-picture.png"];
    let found = files.map(|file| pages().iter().find(|p| p.source == file).unwrap().clone());
    assert_eq!(read(&files, 1), found);
}

/// Compares every sample of the claim with its entry.
fn check(claim: &str) {
    let entries: Vec<Value> = expected().into_iter().filter(|e| e["claimed_by"] == claim).collect();
    let page = |e: &Value| pages().iter().find(|p| p.source == text(e, "file")).unwrap();
    let pages: Vec<&ReadPage> = entries.iter().map(page).collect();
    let faults: Vec<String> = pages.into_iter().zip(&entries).flat_map(|(p, e)| differences(p, e)).collect();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// What differs between a page and its entry, a sentence each.
fn differences(page: &ReadPage, entry: &Value) -> Vec<String> {
    let file = text(entry, "file");
    assert_eq!(page.source, file);
    match (&page.outcome, text(entry, "status")) {
        (PageOutcome::Read(reading), "ok") => of_reading(reading, entry),
        (PageOutcome::Rejected(rejection), "rejected") if entry["code"] == rejection.code.as_str() => {
            Vec::new()
        }
        (PageOutcome::Rejected(rejection), wanted) => {
            vec![format!(
                "{file}: refused, {} ({}); wanted {wanted} {}",
                rejection.code.as_str(),
                rejection.detail,
                entry["code"]
            )]
        }
        (PageOutcome::Read(_), wanted) => vec![format!("{file}: read; wanted {wanted} {}", entry["code"])],
    }
}

fn of_reading(reading: &PageReading, entry: &Value) -> Vec<String> {
    let file = text(entry, "file");
    let list = |key: &str| entry[key].as_array().cloned().unwrap_or_default();
    let mut faults = Vec::new();
    let identity = &reading.identity;
    if entry["serial"] != identity.serial.as_str() || entry["page"] != identity.page {
        faults.push(format!("{file}: read as {} page {}", identity.serial, identity.page));
    }
    let (answers, fields) = (list("answers"), list("fields"));
    assert_eq!((answers.len(), fields.len()), (reading.answers.len(), reading.fields.len()), "{file}");
    for (answer, wanted) in reading.answers.iter().zip(&answers) {
        if !agrees(answer, wanted) {
            faults.push(format!("{file}: wanted {wanted}, read {answer:?}"));
        }
    }
    for (field, wanted) in reading.fields.iter().zip(&fields) {
        if wanted["field"] != field.field || wanted["ink"] != field.ink {
            faults.push(format!("{file}: wanted {wanted}, read {field:?}"));
        }
    }
    faults
}

/// Whether an answer is what the entry allows.
fn agrees(answer: &Answer, wanted: &Value) -> bool {
    let same = wanted["state"] == serde_json::to_value(answer.state).unwrap()
        && wanted["options"] == serde_json::to_value(&answer.options).unwrap();
    let named = wanted["question"] == answer.question;
    named
        && match (text(wanted, "review"), answer.needs_review) {
            ("forbidden", review) => same && !review,
            // What is not looked at must be right; a doubt may be of any kind.
            ("allowed", review) => same || review,
            // Two marks are there to see; what a correction means is a guess.
            ("required", true) => same || wanted["state"] != "multiple",
            ("required", false) => false,
            (other, _) => panic!("review is {other}"),
        }
}
