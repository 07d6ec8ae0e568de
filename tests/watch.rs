//! A folder into which a scanner saves.

// clippy does not know the helpers below as test code.
#![allow(clippy::unwrap_used)]

mod harness;

use std::path::Path;

use harness::{Office, TOLD_OF_EVERY_BATCH, rows_but};

/// The names below a folder, sorted.
fn names(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut names: Vec<String> =
        entries.map(|e| e.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn each_finished_file_is_read_once_and_put_away() {
    let office = Office::example();
    office.print(2).done();
    office.simulate("clean", 3, "mô phỏng").done();
    let folder = office.path("máy quét");
    std::fs::create_dir_all(folder.join("khay 2")).unwrap();
    let pages = names(&office.path("mô phỏng/pages"));
    let from = |page: &str| office.path("mô phỏng/pages").join(page);
    std::fs::copy(from(&pages[0]), folder.join(&pages[0])).unwrap();
    std::fs::copy(from(&pages[1]), folder.join("khay 2").join(&pages[1])).unwrap();
    std::fs::write(folder.join("thư.docx"), "không phải ảnh").unwrap();

    let watch = ["theo-doi", "máy quét", "--once", "--settle", "0"];
    let ran = office.run(watch);
    assert_eq!(ran.code, 1, "a file that is no picture\n{}", ran.err);
    assert!(ran.err.contains("Số trang vào: 3 = đọc được 2 (mới 2,"), "{}", ran.err);
    assert_eq!(names(&folder.join("done")), ["khay 2", pages[0].as_str()]);
    assert_eq!(names(&folder.join("done/khay 2")), [pages[1].as_str()]);
    assert_eq!(names(&folder.join("refused")), ["thư.docx"]);
    assert_eq!(names(&folder), ["done", "khay 2", "refused"]);

    // An accepted answer is shown from the file where it was put.
    let serial = office.json("sheets.json")[1]["serial"].as_str().unwrap().to_owned();
    office.run(["review", "show", &format!("{serial}/q3_2"), "--png", "ô.png"]).done();
    assert!(office.path("ô.png").exists());

    // A file that was stored and not yet put away when the program ended: known, and put away beside the first.
    let rows = || rows_but(&office.workspace().join("phieu.sqlite"), &TOLD_OF_EVERY_BATCH);
    let before = rows();
    std::fs::copy(from(&pages[0]), folder.join(&pages[0])).unwrap();
    let again = office.run(watch).done();
    assert!(again.err.contains("ảnh đã có 1,"), "{}", again.err);
    assert_eq!((rows(), names(&folder.join("done")).len()), (before, 3));

    // Nothing to do is no batch.
    let idle = office.run(watch).done();
    assert!(!idle.err.contains("Số trang vào"), "{}", idle.err);
}

#[test]
fn files_may_stay_where_they_are() {
    let office = Office::example();
    let folder = office.path("máy quét");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("a.txt"), "không phải ảnh").unwrap();
    let ran = office.run(["watch", "máy quét", "--once", "--settle", "0", "--leave", "--lang", "en"]);
    assert!(ran.err.contains("Pages in: 1 ="), "{}", ran.err);
    assert_eq!((ran.code, names(&folder)), (1, vec!["a.txt".to_owned()]));
    office.run(["watch", "không có", "--once"]).complains(2, "không có");
}
