//! Hostile pages: each kind is made, and refused for a reason of its own.

// clippy does not know the helpers below as test code.
#![allow(clippy::unwrap_used)]

mod harness;

use std::collections::BTreeMap;

use harness::Office;

/// Kinds of hostile pages, in the order of their turns.
const KINDS: usize = 18;

/// One page of each kind from the binary, read by the binary: only the sheet with one covered code is read.
/// The codes that are named here are the ones that a reason can be told for; a half page, two sheets
/// and the like may be refused by what is found missing first.
#[test]
fn every_kind_of_hostile_page_is_made_and_refused_for_its_reason() {
    let office = Office::example();
    office.print(KINDS as u32).done();
    office.simulate("hostile", 7, "in").done();
    office.run(["scan", "in/pages", "--readings-out", "r.jsonl"]);
    let truth = office.lines("in/truth.jsonl");
    let mut codes: BTreeMap<String, String> = BTreeMap::new();
    for line in office.lines("r.jsonl") {
        let file = line["source"].as_str().unwrap().rsplit('/').next().unwrap().to_owned();
        let page = truth.iter().find(|t| t["file_name"] == file.as_str()).unwrap();
        let kind = page["hostile"].as_str().unwrap().to_owned();
        let code = line["error"]["code"].as_str().unwrap_or("read");
        let right = if page["expected"] == "read" { code == "read" } else { code != "read" };
        assert!(right, "{kind} ({file}): {code}");
        codes.insert(kind, code.to_owned());
    }
    assert_eq!(codes.len(), KINDS, "{codes:?}");
    for (kind, code) in [
        ("letter", "no_code"),
        ("foreign_code", "foreign_code"),
        ("invented_proof", "altered_code"),
        ("other_office", "other_office"),
        ("unknown_serial", "unknown_serial"),
        ("other_version", "unknown_form"),
        ("other_layout", "other_layout"),
        ("codes_disagree", "codes_disagree"),
        ("both_codes_covered", "no_code"),
    ] {
        assert_eq!(codes[kind], code, "{kind}");
    }
    // The key is drawn anew in each run, so these differ from run to run: a bare sheet may bear a
    // stamp or a staple, and the wrong character may stand in the name of the key or of the system.
    assert!(["blank_page", "no_code"].contains(&codes["blank"].as_str()), "{codes:?}");
    let near_miss = ["altered_code", "other_office", "foreign_code", "unknown_form"];
    assert!(near_miss.contains(&codes["near_miss"].as_str()), "{codes:?}");
}
