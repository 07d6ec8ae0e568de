//! A scanner driven through SANE, against the device `test` that SANE itself brings. Without `scanimage` (Debian's package
//! sane-utils) this test says so and checks nothing but the sentence that the clerk gets.

// clippy does not know the helpers below as test code.
#![allow(clippy::unwrap_used)]

mod harness;

use std::io::Write;
use std::process::{Command, Stdio};

use harness::{Office, TODAY, binary};

fn has_scanimage() -> bool {
    let listed = Command::new("scanimage").args(["--device-name=test", "--all-options"]).output();
    listed.is_ok_and(|said| said.status.success())
}

/// Runs `acquire` with keys typed, and gives what it said.
fn acquire(office: &Office, args: &[&str], keys: &str) -> (i32, String) {
    let mut child = binary()
        .current_dir(&office.folder)
        .env("PHIEU_WORKSPACE", office.workspace())
        .env("PHIEU_TODAY", TODAY)
        .args(["lay-anh", "--device", "test", "--dpi", "100", "--grey"])
        .args(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // Whoever has nothing to ask may have ended before it is typed.
    let _ = child.stdin.take().unwrap().write_all(keys.as_bytes());
    let said = child.wait_with_output().unwrap();
    (said.status.code().unwrap(), String::from_utf8(said.stderr).unwrap())
}

#[test]
fn every_sheet_of_feeder_and_glass_is_accounted_for() {
    let office = Office::example();
    if !has_scanimage() {
        eprintln!("skipped: scanimage with its test device is not installed (sane-utils)");
        let (code, said) = acquire(&office, &[], "");
        assert_eq!(code, 2, "{said}");
        return assert!(said.contains("sane-utils"), "{said}");
    }
    // The device's feeder holds ten sheets; none of them is ours.
    let (code, said) = acquire(&office, &["--paper", "feeder"], "");
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("Số trang vào: 10 = đọc được 0") && said.contains("từ chối 10"), "{said}");
    let (code, said) = acquire(&office, &["--paper", "flatbed"], "\n\nq\n");
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("Số trang vào: 2 ="), "{said}");
    let folders = std::fs::read_dir(office.workspace().join("scans")).unwrap();
    let mut counts: Vec<usize> =
        folders.map(|f| std::fs::read_dir(f.unwrap().path()).unwrap().count()).collect();
    counts.sort_unstable();
    assert_eq!(counts, [2, 10], "each call keeps its pictures in a folder of its own");

    let (code, said) = acquire(&office, &["--paper", "flatbed"], "q\n");
    assert_eq!(code, 2, "nothing was scanned: {said}");
    let missing = office.run(["acquire", "--device", "khong-co"]);
    missing.complains(2, "khong-co");
}
