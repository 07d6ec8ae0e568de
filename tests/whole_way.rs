//! The whole way once: print, fill in, scan, review, report, verify.

// clippy does not know the helpers below as test code.
#![allow(clippy::unwrap_used)]

mod harness;

use harness::{Office, TOLD_OF_EVERY_BATCH, rows_but};
use serde_json::Value;

/// Sheets printed for the way; each is read twice.
const SHEETS: usize = 2;

#[test]
fn a_batch_goes_from_paper_to_report_and_the_account_agrees_throughout() {
    let office = Office::example();
    office.run(["audit", "verify"]).done();

    // Print.
    office.print(SHEETS as u32).done();
    assert!(std::fs::read(office.path("sheets.pdf")).unwrap().starts_with(b"%PDF-"));
    let sheets = office.json("sheets.json");
    let sheets = sheets.as_array().unwrap();
    assert_eq!(sheets.len(), SHEETS);
    for (i, sheet) in sheets.iter().enumerate() {
        assert_eq!((&sheet["pdf_page"], &sheet["page"]), (&Value::from(i), &Value::from(1)));
        assert!(sheet["serial"].as_str().unwrap().starts_with(&format!("26Q1-{:06}-", i + 1)));
    }

    // Scan: the shapes of the contract, and every page in exactly one line.
    office.simulate("office", 5, "quét tháng 1").done();
    let scanned = office.run(["scan", "quét tháng 1/pages", "--readings-out", "lần 1.jsonl"]).done();
    let first = office.lines("lần 1.jsonl");
    assert_eq!(first.len(), SHEETS);
    let read: Vec<&Value> = first.iter().filter(|l| l["status"] == "ok").collect();
    // Serials are drawn anew in each run, and with them the paper: one page in a thousand is torn or faded.
    let truth = office.lines("quét tháng 1/truth.jsonl");
    for page in truth.iter().filter(|t| t["unreadable"].is_null()) {
        assert!(read.iter().any(|line| line["serial"] == page["serial"]), "{page}\n{}", scanned.err);
    }
    assert!(!read.is_empty(), "{}", scanned.err);
    for line in &read {
        assert_eq!((&line["form"], &line["version"]), (&"phieu-khao-sat-tthc".into(), &1.into()));
        assert!(line["source"].as_str().unwrap().starts_with("quét tháng 1/pages/"));
        assert!(sheets.iter().any(|s| s["serial"] == line["serial"]));
        assert_eq!(line["answers"].as_array().unwrap().len(), 10);
        assert_eq!(line["fields"].as_array().unwrap().len(), 4);
        assert!(line.get("seen_before").is_none());
    }
    office.run(["audit", "verify"]).done();

    // Scan again: nothing changes but that this batch came in, everything is said again.
    let rows = || rows_but(&office.workspace().join("phieu.sqlite"), &TOLD_OF_EVERY_BATCH);
    let before = rows();
    let again = office.run([
        "quet",
        "quét tháng 1/pages",
        "--readings-out",
        "lần 2.jsonl",
        "--workers",
        "3",
        "--json",
        "--lang",
        "en",
    ]);
    assert_eq!(rows(), before);
    assert!(again.err.contains(&format!("pictures already stored {SHEETS}")), "{}", again.err);
    let second = office.lines("lần 2.jsonl");
    for (old, new) in first.iter().zip(&second) {
        assert_eq!(old["answers"], new["answers"]);
        assert_eq!(old["source"], new["source"]);
        if new["status"] == "ok" {
            assert_eq!(new["seen_before"], "same_image");
        }
    }

    // Both batches are kept, and with them what they came to; programs were told the same.
    let kept = office.run(["lo-quet", "--json"]).done();
    assert!(kept.err.contains(&format!("{0} = trong các lô trên {0} +", read.len())), "{}", kept.err);
    let kept: Vec<Value> = kept.out.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let pages = |batch: &Value, what: &str| batch["summary"]["pages"][what].as_u64().unwrap();
    assert_eq!(kept.len(), 2);
    assert_eq!((pages(&kept[0], "new"), pages(&kept[1], "new")), (read.len() as u64, 0));
    assert_eq!((pages(&kept[0], "same_image"), pages(&kept[1], "same_image")), (0, read.len() as u64));
    let events: Vec<Value> = again.out.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let named = |name: &str| events.iter().filter(|e| e["event"] == name).collect::<Vec<_>>();
    assert_eq!((named("begin").len(), named("page").len(), named("end").len()), (1, SHEETS, 1));
    assert_eq!(named("end")[0]["summary"], kept[1]["summary"]);
    assert_eq!(named("end")[0]["exit_code"], again.code);
    assert!(named("page").iter().all(|e| e["seen_before"] == "same_image" || e["status"] == "rejected"));
    assert_eq!(named("progress").last().unwrap()["pages"], SHEETS);

    // Review: settle every waiting answer from the truth.
    let waiting = office.run(["soat", "list", "--json"]).done();
    let needed: usize = read
        .iter()
        .flat_map(|l| l["answers"].as_array().unwrap())
        .filter(|a| a["needs_review"] == true)
        .count();
    assert_eq!(waiting.out.lines().count(), needed);
    for line in waiting.out.lines() {
        let id: Value = serde_json::from_str(line).unwrap();
        let id = id["id"].as_str().unwrap();
        let answer = meant(&truth, id);
        office.run(["review", "show", id]).done();
        office
            .run(["review", "set", id, "--answer", &answer, "--by", "Nguyễn Thị Thử", "--why", "Xem ảnh"])
            .done();
    }
    assert_eq!(office.run(["review", "list", "--json"]).done().out, "");

    // An accepted answer can be looked at too, as long as its scan is where it was.
    let accepted = |l: &Value| {
        let answer = l["answers"].as_array()?.iter().find(|a| a["needs_review"] == false)?;
        Some(format!("{}/{}", l["serial"].as_str()?, answer["question"].as_str()?))
    };
    let id = first.iter().find_map(accepted).unwrap();
    office.run(["review", "show", &id, "--png", "ô.png"]).done();
    assert!(std::fs::read(office.path("ô.png")).unwrap().starts_with(b"\x89PNG"));
    let (scans, away) = (office.path("quét tháng 1"), office.path("chỗ khác"));
    std::fs::rename(&scans, &away).unwrap();
    let lost = office.run(["review", "show", &id, "--png", "ô2.png"]);
    std::fs::rename(&away, &scans).unwrap();
    assert!(!office.path("ô2.png").exists(), "{}", lost.err);

    // Report: the sheets count in the period of their return.
    let report = office.run(["report", "--period", "2026Q1", "--out", "báo cáo"]).done();
    for extension in ["txt", "csv", "html"] {
        let file = office.path("báo cáo").join(format!("bao-cao-2026Q1.{extension}"));
        assert!(std::fs::metadata(&file).unwrap().len() > 500, "{file:?}");
    }
    let text = std::fs::read_to_string(office.path("báo cáo").join("bao-cao-2026Q1.txt")).unwrap();
    assert!(report.out.contains(text.trim_end()));
    office.run(["audit", "verify"]).done();
    assert!(office.run(["audit", "log", "--last", "3"]).done().out.lines().count() >= 3);

    // A changed row is found, though whoever changed it took the guard away first.
    let db = rusqlite::Connection::open(office.workspace().join("phieu.sqlite")).unwrap();
    let guards: Vec<(String, String)> = {
        let mut guards = db
            .prepare("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'answers'")
            .unwrap();
        guards.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap().map(Result::unwrap).collect()
    };
    assert!(!guards.is_empty());
    for (name, _) in &guards {
        db.execute_batch(&format!("DROP TRIGGER \"{name}\"")).unwrap();
    }
    let changed =
        db.execute("UPDATE answers SET options = '[\"l1\"]' WHERE reading = 1 AND question = 'q3_10'", []);
    assert_eq!(changed.unwrap(), 1);
    for (_, sql) in &guards {
        db.execute_batch(sql).unwrap();
    }
    drop(db);
    office.run(["audit", "verify"]).complains(1, "q3_10");
}

/// What the person meant, as one types it.
fn meant(truth: &[Value], id: &str) -> String {
    let (serial, question) = id.split_once('/').unwrap();
    let page = truth.iter().find(|t| t["serial"] == serial).unwrap();
    let question = page["questions"].as_array().unwrap().iter().find(|q| q["question"] == question).unwrap();
    let options: Vec<&str> =
        question["options"].as_array().unwrap().iter().map(|o| o.as_str().unwrap()).collect();
    match question["state"].as_str().unwrap() {
        "answered" => options.join(","),
        "blank" => "blank".to_owned(),
        "multiple" => format!("multiple:{}", options.join(",")),
        // Nobody can say what was meant, and a clerk says so.
        "unclear" => "unclear".to_owned(),
        other => panic!("a person cannot mean {other}"),
    }
}
