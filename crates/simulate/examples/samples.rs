//! Makes the folder `samples/`: small scans that each show one thing, and
//! `expected.json`, which says what a reader must make of them.
//!
//! `cargo run --release -p phieu-simulate --example samples -- DIR`
//!
//! Everything is drawn from fixed seeds: a second run gives the same bytes. The key is
//! published (32 times the byte 7), so the sheets prove nothing to any office.

use std::error::Error;
use std::path::PathBuf;

use phieu_model::payload::OfficeKey;
use phieu_simulate::Shape::{Cross, Fill, Ring, Scribble, Tick};
use phieu_simulate::{
    InkColour, Output, PageTruth, PenKind, Plan, PlannedQuestion, Profile, Shape, StrangerKind, stranger,
};
use phieu_trial::PrintedSheets;
use serde_json::{Value, json};

/// The questions in the order of the paper, for the short lists of choices below.
const QUESTIONS: [&str; 10] =
    ["q3_1", "q3_2", "q3_3", "q3_4", "q3_5", "q3_6", "q3_7", "q3_8", "q3_9", "q3_10"];
/// A content person's choices.
const CONTENT: [&str; 10] = ["notice", "l5", "l5", "l4", "l5", "l4", "no", "no", "ontime", "l5"];
/// Choices in every column of the table.
const SPREAD: [&str; 10] = ["officer", "l1", "l2", "l3", "l4", "l5", "yes", "no", "early", "l3"];
/// Another spread.
const CRITICAL: [&str; 10] = ["media", "l3", "l2", "l2", "l1", "l3", "yes", "yes", "late", "l2"];

/// Where a sample comes from.
enum Source {
    /// A sheet filled in by a plan.
    Sheet(Box<Profile>, Plan),
    /// A sheet printed with another office's key.
    OtherOffice(Box<Profile>, Plan),
    /// A page that is no sheet.
    Stranger(Box<Profile>, StrangerKind),
    /// The first part of the file of the first sample, in percent.
    CutOff(usize),
    /// No picture at all.
    Text(&'static str),
}

struct Sample {
    name: &'static str,
    /// The test of `crates/read/tests/samples.rs` that claims it.
    claimed_by: &'static str,
    source: Source,
    /// Questions that may or must go to a person; all others must not.
    review: &'static [(&'static str, &'static str)],
    /// The code of a page that must be refused.
    code: Option<&'static str>,
}

/// One mark at each question.
fn marks(shape: Shape, choices: [&str; 10]) -> Plan {
    let questions = QUESTIONS.iter().zip(choices).map(|(question, option)| PlannedQuestion {
        question: (*question).to_owned(),
        drawn: vec![(option.to_owned(), shape)],
        stands: vec![option.to_owned()],
    });
    Plan { questions: questions.collect(), written: Vec::new() }
}

/// The plan with another way at one question.
fn with(mut plan: Plan, question: &str, drawn: &[(&str, Shape)], stands: &[&str]) -> Plan {
    let changed = plan.questions.iter_mut().find(|q| q.question == question);
    let changed = changed.expect("QUESTIONS names every question");
    changed.drawn = drawn.iter().map(|(option, shape)| ((*option).to_owned(), *shape)).collect();
    changed.stands = stands.iter().map(|option| (*option).to_owned()).collect();
    plan
}

/// A good flatbed whose files are small: 150 dpi, grey, strong compression.
fn flatbed() -> Profile {
    let mut profile = Profile::clean();
    profile.people.pens = vec![((PenKind::Ballpoint, InkColour::Blue), 1.0)];
    profile.scanning.dpi = vec![(150, 1.0)];
    profile.scanning.jpeg_quality = [29.0, 29.0];
    profile.scanning.noise = [0.4, 0.6];
    profile.scanning.blur_mm = [0.05, 0.06];
    profile.scanning.dark_surround = 0.0;
    profile
}

/// A small file: a scanner that compresses hard.
fn pressed() -> Profile {
    let mut profile = flatbed();
    profile.scanning.jpeg_quality = [12.0, 12.0];
    profile
}

fn turned(quarter_turns: u8, mut profile: Profile) -> Profile {
    profile.scanning.quarter_turns = vec![(quarter_turns, 1.0)];
    profile
}

fn one_bit(output: Output, dpi: u32) -> Profile {
    let mut profile = flatbed();
    profile.people.pens = vec![((PenKind::Gel, InkColour::Black), 1.0)];
    profile.scanning.dpi = vec![(dpi, 1.0)];
    profile.scanning.output = vec![(output, 1.0)];
    profile
}

/// A sheet printed with "fit to page" and laid askew on a glass with a dark lid.
fn askew() -> Profile {
    let mut profile = flatbed();
    profile.printing.scale = [0.965, 0.965];
    profile.scanning.output = vec![(Output::ColourJpeg, 1.0)];
    profile.scanning.jpeg_quality = [22.0, 22.0];
    profile.scanning.skew_deg = 20.0;
    profile.scanning.skew_limit_deg = 2.5;
    profile.scanning.dark_surround = 1.0;
    profile
}

/// A pen that is nearly empty, or a person who hardly presses.
fn faint() -> Profile {
    let mut profile = flatbed();
    profile.people.faint = 0.5;
    profile
}

fn samples() -> Vec<Sample> {
    let plain = "plain_marks_of_every_usual_shape_are_read_without_a_person";
    let blank = "questions_without_ink_are_blank";
    let lying = "a_page_is_read_however_it_lies_on_the_glass";
    let bits = "one_bit_scans_are_read";
    let foreign = "pages_that_are_not_ours_are_refused_by_name";
    let damaged = "files_that_are_no_whole_picture_are_refused_by_name";
    let sheet = |profile: Profile, plan: Plan| Source::Sheet(Box::new(profile), plan);
    let sample = |name, claimed_by, source| Sample { name, claimed_by, source, review: &[], code: None };
    let refused =
        |name, claimed_by, code, source| Sample { name, claimed_by, source, review: &[], code: Some(code) };

    let corrected = marks(Cross, CONTENT);
    let corrected = with(corrected, "q3_2", &[("l4", Cross), ("l4", Ring), ("l5", Cross)], &["l5"]);
    let corrected = with(corrected, "q3_5", &[("l5", Cross), ("l5", Ring), ("l3", Cross)], &["l3"]);
    let corrected =
        with(corrected, "q3_9", &[("late", Cross), ("late", Ring), ("ontime", Cross)], &["ontime"]);
    let again = marks(Cross, CRITICAL);
    let ways = [("l4", Cross), ("l4", Ring), ("l3", Cross), ("l3", Ring), ("l4", Fill)];
    let again = with(again, "q3_3", &ways, &["l4"]);
    let again = with(again, "q3_10", &[("l3", Cross), ("l3", Ring), ("l3", Fill)], &["l3"]);
    let scribbled = marks(Cross, CONTENT);
    let scribbled = with(scribbled, "q3_4", &[("l2", Cross), ("l2", Scribble), ("l4", Cross)], &["l4"]);
    let scribbled = with(scribbled, "q3_7", &[("yes", Cross), ("yes", Scribble), ("no", Cross)], &["no"]);
    let double = marks(Cross, CRITICAL);
    let double = with(
        double,
        "q3_1",
        &[("media", Cross), ("friend", Cross), ("other", Cross)],
        &["media", "friend", "other"],
    );
    let double = with(double, "q3_3", &[("l4", Cross), ("l3", Cross)], &["l4", "l3"]);
    let double = with(double, "q3_8", &[("yes", Cross), ("no", Cross)], &["yes", "no"]);
    let some = ["q3_1", "q3_4", "q3_8", "q3_10"];
    let some = some.iter().fold(marks(Cross, SPREAD), |plan, question| with(plan, question, &[], &[]));
    let written = ["q4", "q5_name", "q5_addr", "q5_phone"].map(str::to_owned).to_vec();

    vec![
        sample("plain", plain, sheet(flatbed(), marks(Cross, CONTENT))),
        sample("ticks", plain, sheet(flatbed(), marks(Tick, SPREAD))),
        sample("filled", plain, sheet(one_bit(Output::FixedPng, 200), marks(Fill, CRITICAL))),
        sample("corrected", "a_ringed_cross_is_withdrawn", sheet(flatbed(), corrected)),
        // One of the three is filled so lightly that it may be a scribble.
        Sample {
            review: &[("q3_10", "allowed")],
            ..sample("chosen-again", "a_ringed_box_that_is_filled_is_chosen_again", sheet(flatbed(), again))
        },
        Sample {
            review: &[("q3_4", "required"), ("q3_7", "required")],
            ..sample(
                "scribbled",
                "a_scribbled_correction_goes_to_a_person",
                sheet(one_bit(Output::FixedTiff, 200), scribbled),
            )
        },
        Sample {
            review: &QUESTIONS_ALLOWED,
            ..sample("faint", "a_faint_mark_is_never_passed_over", sheet(faint(), marks(Cross, SPREAD)))
        },
        Sample {
            review: &[("q3_3", "required"), ("q3_8", "required")],
            ..sample(
                "double",
                "two_marks_where_one_is_allowed_go_to_a_person",
                sheet(one_bit(Output::AdaptiveTiff, 200), double),
            )
        },
        sample("some-blank", blank, sheet(one_bit(Output::FixedTiff, 300), some)),
        sample("unfilled", blank, sheet(flatbed(), Plan::default())),
        Sample {
            review: &QUESTIONS_REQUIRED,
            ..sample(
                "unfilled-one-bit",
                "blanks_of_a_one_bit_sheet_without_marks_go_to_a_person",
                sheet(one_bit(Output::FixedPng, 200), Plan::default()),
            )
        },
        sample("quarter-turn", lying, sheet(turned(1, flatbed()), marks(Cross, SPREAD))),
        sample(
            "upside-down",
            lying,
            sheet(turned(2, one_bit(Output::FixedTiff, 200)), marks(Cross, CRITICAL)),
        ),
        sample("askew", lying, sheet(askew(), marks(Tick, CONTENT))),
        sample("one-bit-300dpi", bits, sheet(one_bit(Output::AdaptiveTiff, 300), marks(Cross, SPREAD))),
        sample("one-bit-200dpi", bits, sheet(one_bit(Output::FixedPng, 200), marks(Cross, CONTENT))),
        sample(
            "handwriting",
            "handwriting_is_seen_in_its_fields_and_touches_no_answer",
            sheet(flatbed(), Plan { written, ..marks(Cross, CONTENT) }),
        ),
        refused(
            "foreign-page",
            foreign,
            "foreign_code",
            Source::Stranger(Box::new(one_bit(Output::FixedTiff, 200)), StrangerKind::ForeignCode),
        ),
        refused(
            "blank-page",
            foreign,
            "blank_page",
            Source::Stranger(Box::new(pressed()), StrangerKind::Blank),
        ),
        refused(
            "other-office",
            foreign,
            "other_office",
            Source::OtherOffice(Box::new(one_bit(Output::FixedTiff, 200)), marks(Cross, CONTENT)),
        ),
        refused("cut-off", damaged, "file_damaged", Source::CutOff(44)),
        refused(
            "not-a-picture",
            damaged,
            "unknown_format",
            Source::Text("Tệp này là văn bản, không phải ảnh quét.\n"),
        ),
    ]
}

/// Every question may go to a person; what is accepted must be right all the same.
const QUESTIONS_ALLOWED: [(&str, &str); 10] = questions_all("allowed");
/// Every question must go to a person.
const QUESTIONS_REQUIRED: [(&str, &str); 10] = questions_all("required");

const fn questions_all(review: &'static str) -> [(&'static str, &'static str); 10] {
    let mut all = [("", review); 10];
    let mut i = 0;
    while i < 10 {
        all[i].0 = QUESTIONS[i];
        i += 1;
    }
    all
}

/// What a reader must say of a sheet.
fn readings(truth: &PageTruth, review: &[(&str, &str)]) -> (Vec<Value>, Vec<Value>) {
    let answers = (truth.questions.iter())
        .map(|q| {
            let review = review.iter().find(|r| r.0 == q.question).map_or("forbidden", |r| r.1);
            json!({ "question": q.question, "state": q.state, "options": q.options, "review": review })
        })
        .collect();
    let fields = truth.fields.iter().map(|f| json!({ "field": f.field, "ink": f.ink })).collect();
    (answers, fields)
}

/// One entry of `expected.json`, a line for each answer so that it can be checked by eye.
fn entry(sample: &Sample, file: &str, truth: Option<&PageTruth>) -> String {
    let (answers, fields) = truth.map(|t| readings(t, sample.review)).unwrap_or_default();
    let serial = truth.and_then(|t| t.serial.as_ref()).map(|s| s.as_str());
    let status = if sample.code.is_some() { "rejected" } else { "ok" };
    let lines = |values: &[Value]| {
        let lines: Vec<String> = values.iter().map(|v| format!("\n      {v}")).collect();
        lines.join(",")
    };
    format!(
        "  {{ \"file\": {}, \"claimed_by\": {},\n    \"status\": {}, \"code\": {}, \"serial\": {}, \"page\": {},\n    \
         \"answers\": [{}],\n    \"fields\": [{}] }}",
        json!(file),
        json!(sample.claimed_by),
        json!(status),
        json!(sample.code),
        json!(serial),
        json!(serial.map(|_| 1)),
        lines(&answers),
        lines(&fields),
    )
}

fn main() -> Result<(), Box<dyn Error>> {
    let out = PathBuf::from(std::env::args().nth(1).ok_or("the folder to write is missing")?);
    std::fs::create_dir_all(&out)?;
    let layout = phieu_trial::layout();
    let samples = samples();
    let count = samples.len() as u32;
    let ours = PrintedSheets::new(&layout, &phieu_trial::key(), (count, 0))?;
    let theirs = PrintedSheets::new(&layout, &OfficeKey::new([8; 32]), (count, 0))?;

    let mut entries = Vec::new();
    let mut first: Option<Vec<u8>> = None;
    for (index, sample) in samples.iter().enumerate() {
        let seed = 2026_0100 + index as u64;
        let filled_in = |printed: &PrintedSheets, profile: &Profile, plan: &Plan| {
            (printed.batch(&layout, profile, seed))
                .map_err(Box::<dyn Error>::from)
                .and_then(|batch| Ok(batch.planned(index, plan)?))
        };
        let (bytes, ending, truth) = match &sample.source {
            Source::Sheet(profile, plan) => {
                let page = filled_in(&ours, profile, plan)?;
                (page.bytes, ending(&page.file_name), Some(page.truth))
            }
            Source::OtherOffice(profile, plan) => {
                let page = filled_in(&theirs, profile, plan)?;
                (page.bytes, ending(&page.file_name), None)
            }
            Source::Stranger(profile, kind) => {
                let page = stranger(*kind, profile, (seed, index));
                (page.bytes, ending(&page.file_name), None)
            }
            Source::CutOff(percent) => {
                let whole = first.as_ref().ok_or("the first sample is no picture")?;
                (whole[..whole.len() * percent / 100].to_vec(), "jpg".to_owned(), None)
            }
            Source::Text(text) => (text.as_bytes().to_vec(), "png".to_owned(), None),
        };
        let file = format!("{}.{ending}", sample.name);
        std::fs::write(out.join(&file), &bytes)?;
        entries.push(entry(sample, &file, truth.as_ref()));
        first.get_or_insert(bytes);
    }
    std::fs::write(out.join("expected.json"), format!("[\n{}\n]\n", entries.join(",\n")))?;
    Ok(())
}

fn ending(file_name: &str) -> String {
    file_name.rsplit('.').next().unwrap_or_default().to_owned()
}
