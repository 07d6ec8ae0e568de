//! The exchange files and commands that independent programs rely on.

// clippy does not know the helpers below as test code.
#![allow(clippy::unwrap_used)]

mod harness;

use harness::{Office, run};
use serde_json::Value;

#[test]
fn layout_json_has_the_shape_of_the_contract() {
    let office = Office::bare();
    office.run(["layout", "phieu-khao-sat-tthc", "--out", "layout.json"]).done();
    let layout = office.json("layout.json");
    assert_eq!(layout["schema"], "phieu.layout/1");
    assert_eq!((&layout["form"], &layout["version"]), (&"phieu-khao-sat-tthc".into(), &1.into()));
    assert_eq!(layout["page_size_mm"], serde_json::json!([210.0, 297.0]));
    let pages = layout["pages"].as_array().unwrap();
    let all = |key: &str| -> Vec<&Value> { pages.iter().flat_map(|p| p[key].as_array().unwrap()).collect() };
    for key in ["boxes", "fields", "marks", "qr"] {
        for thing in all(key) {
            for side in ["x_mm", "y_mm", "w_mm", "h_mm"] {
                assert!(thing[side].is_number(), "{key}: {thing}");
            }
        }
    }
    let boxes = all("boxes");
    assert_eq!(boxes.len(), 42);
    let many: Vec<_> = boxes.iter().filter(|b| b["choose"] == "many").map(|b| &b["option"]).collect();
    assert_eq!(many, ["media", "notice", "friend", "officer", "other"]);
    let fields: Vec<_> = all("fields").iter().map(|f| (&f["field"], &f["sensitive"])).collect();
    let names: Vec<_> = fields.iter().map(|f| f.0.as_str().unwrap()).collect();
    assert_eq!(names, ["q4", "q5_name", "q5_addr", "q5_phone"]);
    assert!(fields.iter().all(|(field, sensitive)| (*field == "q4") != (*sensitive == true)));
    assert_eq!(all("qr").len(), 2);
    // Without --out the same goes to stdout.
    let shown: Value = serde_json::from_str(&run(["bo-cuc", "phieu-khao-sat-tthc"]).done().out).unwrap();
    assert_eq!(shown, layout);
}

#[test]
fn a_failed_print_uses_up_its_serials_and_says_so() {
    let office = Office::example();
    let into = |out: &str| {
        office.run([
            "print",
            "--form",
            "phieu-khao-sat-tthc",
            "--unit",
            "qltm",
            "--procedure",
            "2.000648",
            "--count",
            "3",
            "--out",
            out,
        ])
    };
    // A folder that is not there is found before anything is registered.
    into("không có/x.pdf").complains(2, "thư mục chứa tệp không tồn tại");
    if cfg!(target_os = "linux") {
        let ran = into("/dev/full").complains(1, "đĩa đã đầy");
        assert!(ran.err.contains("3 số seri 26Q1-000001-"), "{}", ran.err);
        office.print(1).done();
        assert!(office.json("sheets.json")[0]["serial"].as_str().unwrap().starts_with("26Q1-000004-"));
    }
    office.run(["audit", "verify"]).done();
}

#[test]
fn serials_follow_the_quarter_of_printing() {
    let office = Office::example();
    office.print(2).done();
    let first = office.json("sheets.json");
    let args = ["--form", "phieu-khao-sat-tthc", "--unit", "qlcn", "--procedure", "1.002758"];
    let print = ["print", "--out", "b.pdf", "--sheets-out", "b.json", "--counter", "Quầy 5"];
    office.run_on("2026-04-01", print.iter().chain(&args)).done();
    let second = office.json("b.json");
    assert!(first[1]["serial"].as_str().unwrap().starts_with("26Q1-000002-"));
    assert!(second[0]["serial"].as_str().unwrap().starts_with("26Q2-000001-"));
}

#[cfg(unix)]
mod killed {
    //! kill −9 at the worst moments. A named pipe tells the test that the moment has
    //! come: the binary has begun to write what it writes last.

    use std::fs::File;
    use std::io::Read;
    use std::process::Command;

    use super::harness::{Office, TODAY, binary};

    /// Runs the binary until the first byte of what it writes into the pipe, then
    /// kills it.
    fn kill_when_writing(office: &Office, pipe: &str, args: &[&str]) {
        let path = office.path(pipe);
        assert!(Command::new("mkfifo").arg(&path).status().unwrap().success());
        let mut child = binary()
            .current_dir(&office.folder)
            .env("PHIEU_WORKSPACE", office.workspace())
            .env("PHIEU_TODAY", TODAY)
            .args(args)
            .spawn()
            .unwrap();
        let mut byte = [0];
        // Opening waits for the binary, reading for its first byte.
        File::open(&path).unwrap().read_exact(&mut byte).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
    }

    #[test]
    fn a_print_that_is_killed_leaves_no_sheet_that_the_ledger_does_not_know() {
        let office = Office::example();
        let order = ["--form", "phieu-khao-sat-tthc", "--unit", "qltm", "--procedure", "2.000648"];
        let print: Vec<&str> =
            ["print", "--count", "200", "--out", "pipe"].into_iter().chain(order).collect();
        kill_when_writing(&office, "pipe", &print);
        office.run(["audit", "verify"]).done();
        office.print(1).done();
        assert!(office.json("sheets.json")[0]["serial"].as_str().unwrap().starts_with("26Q1-000201-"));
    }

    #[test]
    fn a_scan_that_is_killed_and_run_again_gives_the_same_totals() {
        let (killed, whole) = (Office::example(), Office::example());
        killed.print(1).done();
        killed.simulate("clean", 3, "scans").done();
        // The other office is a copy of the first before its scans.
        for entry in std::fs::read_dir(killed.workspace()).unwrap() {
            let path = entry.unwrap().path();
            std::fs::copy(&path, whole.workspace().join(path.file_name().unwrap())).unwrap();
        }
        let scans = killed.path("scans/pages");
        let scans = scans.to_str().unwrap();
        kill_when_writing(&killed, "pipe", &["scan", scans, "--readings-out", "pipe", "--workers", "1"]);
        killed.run(["audit", "verify"]).done();
        killed.run(["scan", scans]).done();
        killed.run(["audit", "verify"]).done();
        whole.run(["scan", scans]).done();
        let report = |office: &Office| office.run(["report", "--period", "2026Q1"]).done().out;
        assert_eq!(report(&killed), report(&whole));
    }
}
