//! Stored measures decided again by the binary: listed, appended, and people have the
//! last word.

// clippy does not know the helpers below as test code.
#![allow(clippy::unwrap_used)]

mod harness;

use std::collections::BTreeSet;

use harness::{Office, all_rows};
use serde_json::Value;

/// What a listing verb says, as lines of JSON.
fn json(office: &Office, args: &[&str]) -> Vec<Value> {
    let out = office.run(args.iter().chain(&["--json"])).done().out;
    out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn ids(lines: &[Value]) -> BTreeSet<String> {
    lines.iter().map(|line| line["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn another_gate_is_tried_on_stored_measures_then_applied() {
    let office = Office::example();
    office.print(1).done();
    office.simulate("clean", 5, "scans").done();
    office.run(["scan", "scans/pages", "--readings-out", "r.jsonl"]).done();
    let database = office.workspace().join("phieu.sqlite");
    let before = all_rows(&database);

    // The same engine and gate come to the same answers from what is stored.
    let same = office.run(["redecide"]).done();
    assert_eq!(same.out, "");
    assert!(same.err.contains("Đã xem 1 phiếu: 10 câu trả lời = giữ nguyên 10"), "{}", same.err);

    // A gate among the answers' confidences: exactly those below it cross.
    let lines = office.lines("r.jsonl");
    let answers: Vec<(String, &Value)> = lines
        .iter()
        .flat_map(|page| page["answers"].as_array().unwrap().iter().map(move |a| (page, a)))
        .filter(|(_, a)| a["needs_review"] == false)
        .map(|(page, a)| {
            (format!("{}/{}", page["serial"].as_str().unwrap(), a["question"].as_str().unwrap()), a)
        })
        .collect();
    let confidence = |a: &Value| a["confidence"].as_f64().unwrap();
    let mut sorted: Vec<f64> = answers.iter().map(|(_, a)| confidence(a)).collect();
    sorted.sort_by(f64::total_cmp);
    // At the gate itself an answer is accepted; a hair above it goes to a person.
    let least = sorted[0];
    assert!(json(&office, &["redecide", "--gate", &least.to_string()]).is_empty());
    let gate = least + 1e-7;
    let cross: BTreeSet<String> =
        answers.iter().filter(|(_, a)| confidence(a) < gate).map(|(id, _)| id.clone()).collect();
    assert!(!cross.is_empty(), "{sorted:?}");
    let gate = gate.to_string();
    let listed = json(&office, &["quyet-lai", "--gate", &gate]);
    assert_eq!(ids(&listed), cross);
    for line in &listed {
        assert_eq!(
            (&line["before"]["needs_review"], &line["after"]["needs_review"]),
            (&false.into(), &true.into())
        );
        assert_eq!(line["effect"], "to_person");
    }
    let said = office.run(["redecide", "--gate", &gate, "--lang", "en"]).done();
    assert_eq!(said.out.lines().count(), cross.len());
    assert!(said.out.lines().all(|l| l.contains("now waits for a person")), "{}", said.out);
    assert!(said.err.contains("Nothing was written"), "{}", said.err);
    assert_eq!(all_rows(&database), before, "listing writes nothing");
    assert!(json(&office, &["redecide", "--gate", &gate, "--period", "2025Q4"]).is_empty());

    // A person decides one of them before the new gate is applied.
    let decided = cross.first().unwrap();
    let set = ["review", "set", decided, "--answer", "trong", "--by", "Nguyễn Thị Thử", "--why", "xem giấy"];
    office.run(set).done();
    let waiting = ids(&json(&office, &["review", "list"]));
    let applied = json(&office, &["redecide", "--gate", &gate, "--apply"]);
    assert_eq!(ids(&applied), cross);
    let effect = |line: &Value| line["effect"].as_str().unwrap().to_owned();
    assert!(applied.iter().all(|l| (effect(l) == "decided") == (l["id"] == decided.as_str())), "{applied:?}");
    office.run(["audit", "verify"]).done();
    let mut expected: BTreeSet<String> = waiting.union(&cross).cloned().collect();
    expected.remove(decided);
    assert_eq!(ids(&json(&office, &["review", "list"])), expected);
    let shown = office.run(["review", "show", decided, "--lang", "en"]).done().out;
    assert!(shown.ends_with("What counts: blank\n"), "{shown}");
    assert_eq!(shown.matches("Machine, from").count(), 2, "{shown}");
    assert_eq!(shown.matches("superseded").count(), 1, "{shown}");

    // An answer that became doubtful has no picture in the account; its scan has one.
    let doubtful = cross.last().unwrap();
    office.run(["review", "show", doubtful, "--png", "ô.png"]).done();
    assert!(std::fs::read(office.path("ô.png")).unwrap().starts_with(b"\x89PNG"));

    // Once more changes nothing, and the way back is open.
    let before = all_rows(&database);
    let again = office.run(["redecide", "--gate", &gate, "--apply"]).done();
    assert_eq!((again.out.as_str(), all_rows(&database)), ("", before));
    assert!(again.err.contains("Đã ghi thêm 0 kết quả đọc"), "{}", again.err);
    office.run(["redecide", "--apply"]).done();
    let mut left = waiting;
    left.remove(decided);
    assert_eq!(ids(&json(&office, &["review", "list"])), left);
    office.run(["audit", "verify"]).done();
}
