//! Scores of hand-made records.

#![allow(clippy::unwrap_used)]

use phieu_simulate::{PageTruth, Score, score};
use serde_json::{Value, json};

fn truth(file: &str, expected: &str) -> PageTruth {
    let question = |id: &str, state: &str, options: Value, plain: bool| {
        json!({ "question": id, "state": state, "options": options, "plain": plain, "traceless": false,
                "drawn": [], "correction": null, "oddity": null, "beside": [] })
    };
    serde_json::from_value(json!({
        "file_name": file, "expected": expected, "stranger": null, "hostile": null,
        "serial": if expected == "read" { json!(serial()) } else { Value::Null }, "page": 1,
        "profile": "office", "seed": 1, "index": 0, "person": null,
        "factors": { "dpi": 300, "dpi_tagged": true, "output": "grey_jpeg", "jpeg_quality": 80, "quarter_turns": 0,
            "skew_deg": 0.0, "shift_mm": [0.0, 0.0], "scale": [1.0, 1.0], "toner": 1.0, "blur_mm": 0.0,
            "noise": 0.0, "shade": 0.0, "surround": 255.0, "margin_mm": 0.0, "dust": 0, "streak_mm": null },
        "questions": if expected == "read" { json!([
            question("a", "answered", json!(["x", "y"]), true),
            question("b", "blank", json!([]), true),
            question("c", "multiple", json!(["x", "y"]), false),
        ]) } else { json!([]) },
        "fields": if expected == "read" { json!([{ "field": "q4", "ink": true }, { "field": "q5", "ink": false }]) } else { json!([]) },
    }))
    .unwrap()
}

fn serial() -> String {
    let period = phieu_model::period::Period::new(2026, 1).unwrap();
    phieu_model::serial::Serial::new(period, 1, 1).unwrap().to_string()
}

fn answer(id: &str, state: &str, options: Value, (confidence, review): (f64, bool)) -> Value {
    json!({ "question": id, "state": state, "options": options, "confidence": confidence, "needs_review": review })
}

fn reading(source: &str, answers: Value) -> Value {
    json!({ "source": source, "page_index": 0, "status": "ok", "form": "f", "version": 1, "serial": serial(), "page": 1,
            "error": null, "answers": answers,
            "fields": [{ "field": "q4", "ink": true }, { "field": "q5", "ink": true }] })
}

fn refusal(source: &str, code: &str) -> Value {
    json!({ "source": source, "page_index": 0, "status": "rejected", "form": null, "version": null, "serial": null,
            "page": null, "error": { "code": code, "message": "" }, "answers": [], "fields": [] })
}

fn one_page(answers: Value) -> Score {
    score(&[truth("s.jpg", "read")], &[reading("a/b/s.jpg", answers)])
}

#[test]
fn a_right_page_counts_right() {
    let result = one_page(json!([
        answer("a", "answered", json!(["y", "x"]), (0.9999, false)),
        answer("b", "blank", json!([]), (0.9995, false)),
        answer("c", "multiple", json!(["x", "y"]), (0.9, true)),
    ]));
    assert_eq!((result.pages, result.read, result.answers), (1, 1, 3));
    assert_eq!((result.accepted, result.reviewed), (2, 1));
    assert_eq!((result.plain, result.plain_reviewed), (2, 0));
    assert!(result.silent.is_empty() && result.guess_wrong.is_empty());
    assert_eq!((result.fields, result.fields_right), (2, 1));
    let bins: Vec<(f64, u64, u64)> =
        result.reliability.iter().filter(|b| b.answers > 0).map(|b| (b.from, b.answers, b.right)).collect();
    assert_eq!(bins, [(0.9, 1, 1), (0.999, 1, 1), (0.9999, 1, 1)]);
}

#[test]
fn an_accepted_answer_that_was_not_meant_is_a_silent_error() {
    let result = one_page(json!([
        answer("a", "answered", json!(["x"]), (0.999, false)),
        answer("b", "unclear", json!([]), (0.6, false)),
        answer("c", "answered", json!(["x"]), (0.7, true)),
    ]));
    let silent: Vec<&str> = result.silent.iter().map(|w| w.question.as_str()).collect();
    assert_eq!(silent, ["a", "b"], "accepting what is unclear is an error too");
    assert_eq!(result.guess_wrong.len(), 1);
}

#[test]
fn a_mark_without_a_trace_that_is_accepted_as_blank_is_a_silent_error() {
    let mut page = truth("s.jpg", "read");
    page.questions[0].traceless = true;
    let answers = json!([answer("a", "blank", json!([]), (0.999, false))]);
    let result = score(&[page], &[reading("s.jpg", answers)]);
    assert_eq!((result.silent.len(), result.traceless()), (1, 1));
}

#[test]
fn where_nobody_can_say_only_a_person_may_decide() {
    let silent = |state: &str, options: Value, review: bool| {
        let mut page = truth("s.jpg", "read");
        page.questions[0].state = phieu_model::reading::AnswerState::Unclear;
        page.questions[0].options.clear();
        let result =
            score(&[page], &[reading("s.jpg", json!([answer("a", state, options, (0.99, review))]))]);
        assert!(result.guess_wrong.is_empty(), "no guess is wrong where nothing is right");
        (result.silent.len(), result.by_state["unclear"].silent)
    };
    assert_eq!(silent("answered", json!(["x"]), false), (1, 1));
    assert_eq!(silent("blank", json!([]), false), (1, 1));
    assert_eq!(silent("unclear", json!([]), true), (0, 0));
    assert_eq!(silent("answered", json!(["x"]), true), (0, 0));
}

#[test]
fn errors_are_told_by_what_was_drawn() {
    let mut page = truth("s.jpg", "read");
    page.questions[0].correction = serde_json::from_value(json!("struck_then_other")).unwrap();
    let result = score(&[page], &[reading("s.jpg", json!([answer("a", "blank", json!([]), (0.9, false))]))]);
    assert_eq!(result.silent[0].kind, "struck_then_other");
    assert_eq!((result.by_kind["struck_then_other"].silent, result.by_state["answered"].answers), (1, 1));
}

#[test]
fn scores_of_two_batches_add_up_to_the_score_of_both() {
    let page = |file: &str, options: Value, review: bool| {
        (truth(file, "read"), reading(file, json!([answer("a", "answered", options, (0.97, review))])))
    };
    let (one, two) = (page("1.jpg", json!(["x", "y"]), false), page("2.jpg", json!(["x"]), false));
    let stranger = (truth("3.jpg", "refused"), refusal("3.jpg", "no_code"));
    let of = |pages: &[&(PageTruth, Value)]| {
        let truth: Vec<PageTruth> = pages.iter().map(|p| p.0.clone()).collect();
        score(&truth, &pages.iter().map(|p| p.1.clone()).collect::<Vec<_>>())
    };
    let mut sum = Score::default();
    sum.add(of(&[&one]));
    sum.add(of(&[&two, &stranger]));
    assert_eq!(sum, of(&[&one, &two, &stranger]));
    let back: Score = serde_json::from_str(&serde_json::to_string(&sum).unwrap()).unwrap();
    assert_eq!(back, sum);
}

#[test]
fn the_table_shows_each_rate_with_its_base_and_bound() {
    let truth = [truth("1.jpg", "read"), truth("2.jpg", "refused")];
    let readings = [
        reading("1.jpg", json!([answer("a", "answered", json!(["x"]), (0.999, false))])),
        reading("2.jpg", json!([])),
    ];
    let table = phieu_simulate::table(&[("office 7".to_owned(), score(&truth, &readings))]);
    let row = table.lines().find(|line| line.starts_with("| office 7 |")).unwrap();
    assert!(row.contains("| 0 of 1 (0.00 %, < 95.00 %) |"), "readable pages refused: {row}");
    assert!(row.contains("| 1 of 1 (< 1 in 1) |"), "silent errors: {row}");
    assert!(row.ends_with("| 1 of 1 (100.00 %, < 100.00 %) |"), "hostile pages accepted: {row}");
}

#[test]
fn an_answer_that_is_missing_is_counted() {
    assert_eq!(
        one_page(json!([answer("a", "answered", json!(["x", "y"]), (1.0, false))])).answers_missing,
        2
    );
}

#[test]
fn refused_missing_and_unexpected_pages_are_named() {
    let truth = [
        truth("1.jpg", "read"),
        truth("2.jpg", "read"),
        truth("3.png", "refused"),
        truth("4.png", "refused"),
    ];
    let readings = [
        refusal("in\\1.jpg", "no_code"),
        refusal("in/3.png", "blank_page"),
        reading("in/4.png", json!([])),
        refusal("in/5.png", "no_code"),
    ];
    let result = score(&truth, &readings);
    assert_eq!(result.refused, [("1.jpg".to_owned(), "no_code".to_owned())]);
    assert_eq!(result.missing, ["2.jpg"]);
    assert_eq!(result.strangers_refused.get("?: blank_page"), Some(&1));
    assert_eq!(result.strangers_read, [("?".to_owned(), "4.png".to_owned())]);
    assert_eq!(result.unexpected, ["5.png"]);
}

#[test]
fn a_page_read_under_another_serial_is_named() {
    let mut line = reading("s.jpg", json!([]));
    line["page"] = json!(2);
    assert_eq!(score(&[truth("s.jpg", "read")], &[line]).wrong_serial, ["s.jpg"]);
}

#[test]
fn the_bound_follows_the_rule_of_three() {
    use phieu_simulate::upper_bound;
    assert!((upper_bound(0, 5_000) * 5_000.0 - 3.0).abs() < 0.01);
    assert!((upper_bound(0, 60_000) * 60_000.0 - 3.0).abs() < 0.01);
    // Clopper–Pearson tables: 2 of 126,000 gives 6.296 / 126,000.
    assert!((upper_bound(2, 126_000) * 126_000.0 - 6.296).abs() < 0.01);
    assert_eq!(upper_bound(0, 0), 1.0);
}

#[test]
fn a_correction_by_custom_counts_as_decided_only_when_no_person_looks() {
    let decided = |correction: &str, review: bool| {
        let mut page = truth("s.jpg", "read");
        page.questions[0].correction = serde_json::from_value(json!(correction)).unwrap();
        let answers = json!([answer("a", "answered", json!(["x", "y"]), (0.999, review))]);
        let result = score(&[page], &[reading("s.jpg", answers)]);
        (result.corrections, result.corrections_decided)
    };
    assert_eq!(decided("ringed_then_other", false), (1, 1));
    assert_eq!(decided("ringed_then_refilled", true), (1, 0));
    assert_eq!(decided("scribbled_then_other", false), (0, 0));
}
