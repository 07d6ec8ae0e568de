//! Bad input: one clear sentence, the right exit code, and nothing stored is lost.

// clippy does not know the helpers below as test code.
#![allow(clippy::unwrap_used)]

mod harness;

use std::fs;

use harness::{Office, all_rows, run};

#[test]
fn bad_files_do_not_stop_a_batch() {
    let office = Office::example();
    office.print(1).done();
    office.simulate("clean", 1, "scans").done();
    fs::write(office.path("scans/pages/văn bản.png"), "đây là văn bản, không phải ảnh").unwrap();
    fs::write(office.path("scans/pages/cut.jpg"), truncated_jpeg()).unwrap();

    let ran = office.run(["scan", "scans/pages", "missing.png", "--readings-out", "r.jsonl"]);
    let ran = ran.complains(1, "“missing.png”: Không mở được tệp");
    assert!(ran.err.contains("“scans/pages/văn bản.png”: Tệp không phải ảnh quét"), "{}", ran.err);
    assert!(ran.err.contains("“scans/pages/cut.jpg”: Tệp ảnh hỏng hoặc bị cắt cụt"), "{}", ran.err);
    assert!(ran.err.contains("Số trang vào: 4 = đọc được 1"), "{}", ran.err);
    let codes: Vec<_> = office.lines("r.jsonl").iter().map(|l| l["error"]["code"].clone()).collect();
    assert_eq!(codes.iter().filter(|c| c.is_null()).count(), 1, "{codes:?}");
    for code in ["file_unreadable", "unknown_format", "file_damaged"] {
        assert!(codes.iter().any(|c| c == code), "{code} is not in {codes:?}");
    }
    office.run(["audit", "verify"]).done();
}

/// A grey JPEG that ends after two thirds of its bytes.
fn truncated_jpeg() -> Vec<u8> {
    let picture = image::GrayImage::from_fn(900, 1200, |x, y| image::Luma([(x * 7 + y * y / 9) as u8]));
    let mut bytes = std::io::Cursor::new(Vec::new());
    picture.write_to(&mut bytes, image::ImageFormat::Jpeg).unwrap();
    let mut bytes = bytes.into_inner();
    bytes.truncate(bytes.len() * 2 / 3);
    bytes
}

#[test]
fn an_empty_folder_is_said_to_be_empty() {
    let office = Office::example();
    fs::create_dir(office.path("trống")).unwrap();
    office.run(["scan", "trống"]).complains(2, "Không có tệp nào trong “trống”");
    office.run(["scan", "trống", "--lang", "en"]).complains(2, "There is no file in “trống”");
}

#[test]
fn a_day_of_return_in_the_future_reads_nothing() {
    let office = Office::example();
    fs::write(office.path("a.png"), "x").unwrap();
    office
        .run(["scan", "a.png", "--received", "2026-01-16"])
        .complains(2, "Ngày nhận phiếu 16/01/2026 chưa đến");
}

#[test]
fn a_sheet_that_came_back_before_it_was_printed_is_not_counted() {
    let office = Office::example();
    office.print(1).done();
    office.simulate("clean", 1, "scans").done();
    let before = all_rows(&office.workspace().join("phieu.sqlite"));
    let early = ["scan", "scans/pages", "--received", "2026-01-14", "--readings-out", "r.jsonl"];
    office.run(early).complains(2, "in ngày 15/01/2026 nên không thể nộp lại ngày 14/01/2026");
    assert_eq!(all_rows(&office.workspace().join("phieu.sqlite")), before);
    let line = &office.lines("r.jsonl")[0];
    assert_eq!((&line["status"], &line["not_counted"]), (&"ok".into(), &"received_before_printing".into()));
}

/// A limit on the size of files stands in for a full disk: the write-ahead log
/// cannot grow beyond 40 KiB, which opening needs and a page exceeds.
#[cfg(unix)]
#[test]
fn a_database_that_cannot_grow_loses_nothing() {
    let office = Office::example();
    office.print(1).done();
    office.simulate("clean", 1, "scans").done();
    let before = all_rows(&office.workspace().join("phieu.sqlite"));
    let limited =
        ["-c", "trap '' XFSZ; ulimit -f 80; exec \"$0\" scan scans/pages", env!("CARGO_BIN_EXE_phieu")];
    let ran = office.run_other("sh", limited).complains(2, "phieu.sqlite");
    assert!(ran.err.contains("Đã lưu 0 trang"), "{}", ran.err);
    assert_eq!(all_rows(&office.workspace().join("phieu.sqlite")), before);
    office.run(["audit", "verify"]).done();
    let ran = office.run(["scan", "scans/pages"]).done();
    assert!(ran.err.contains("mới 1"), "{}", ran.err);
}

#[test]
fn a_template_is_told_all_its_faults_at_once() {
    let office = Office::bare();
    let good = include_str!("../form-templates/phieu-khao-sat-tthc/v1.toml");
    let file = "phieu-khao-sat-tthc/v1.toml";
    fs::create_dir(office.path("phieu-khao-sat-tthc")).unwrap();
    fs::write(office.path(file), good).unwrap();
    office.run(["form", "check", file]).done();

    let twice = good.replacen("q3_3", "q3_2", 1);
    assert_ne!(twice, good);
    let bad = format!("mau_sac = \"đỏ\"\n{twice}");
    fs::write(office.path(file), bad).unwrap();
    let ran = office.run(["form", "check", file]).complains(2, "mau_sac");
    assert!(ran.err.contains("q3_2"), "{}", ran.err);
    assert!(ran.err.lines().all(|fault| fault.contains("v1.toml, dòng ")), "{}", ran.err);
    office.run(["form", "check", "không có.toml"]).complains(2, "“không có.toml”: tệp không tồn tại");
}

#[test]
fn a_database_of_a_newer_version_is_left_alone() {
    let office = Office::example();
    let path = office.workspace().join("phieu.sqlite");
    let db = rusqlite::Connection::open(&path).unwrap();
    db.pragma_update(None, "user_version", 999).unwrap();
    drop(db);
    let before = all_rows(&path);
    office.run(["report", "--period", "2026Q1"]).complains(2, "mới hơn");
    office.run(["report", "--period", "2026Q1", "--lang", "en"]).complains(2, "newer");
    assert_eq!(all_rows(&path), before);
}

#[test]
fn a_file_that_is_no_database_is_refused() {
    let office = Office::example();
    fs::write(office.workspace().join("phieu.sqlite"), "not a database at all, but text".repeat(99)).unwrap();
    office.run(["audit", "verify"]).complains(2, "phieu.sqlite");
}

#[test]
fn a_period_written_wrongly_is_told_how_to_write_it() {
    let office = Office::example();
    for wrong in ["2026-Q1", "Q1/2026", "2026Q5", "quý 1"] {
        office.run(["report", "--period", wrong]).complains(2, "ví dụ 2026Q1");
        office.run(["report", "--period", wrong, "--lang", "en"]).complains(2, "for example 2026Q1");
    }
}

#[test]
fn workspaces_are_never_mixed_up() {
    let office = Office::bare();
    office.run(["report", "--period", "2026Q1"]).complains(2, "chưa có cơ sở dữ liệu");
    run(["report", "--period", "2026Q1"]).complains(2, "--workspace");
    office.run(["init"]).complains(2, "--office");
    office.run(["init", "--example"]).done();
    let key = fs::read(office.workspace().join("office.key")).unwrap();
    assert_eq!(key.len(), 32);
    office.run(["init", "--example"]).complains(2, "đã có dữ liệu");
    assert_eq!(fs::read(office.workspace().join("office.key")).unwrap(), key);

    fs::write(office.workspace().join("office.key"), b"short").unwrap();
    office.print(1).complains(2, "đúng ra phải là 32");
    fs::remove_file(office.workspace().join("office.key")).unwrap();
    office.print(1).complains(2, "Không thấy tệp khóa");
}

#[cfg(unix)]
#[test]
fn the_key_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let office = Office::example();
    let mode = fs::metadata(office.workspace().join("office.key")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn an_office_of_ones_own_is_checked_as_a_whole() {
    let office = Office::bare();
    let example = run(["init", "--show-example"]).done().out;
    let bad = example.replace("id = \"vp\"", "id = \"qltm\"").replace("unit = \"kc\"", "unit = \"khac\"");
    fs::write(office.path("cơ quan.toml"), bad).unwrap();
    let ran = office.run(["init", "--office", "cơ quan.toml"]).complains(2, "“qltm” đã dùng");
    assert!(ran.err.contains("“khac”"), "{}", ran.err);
    assert!(!office.workspace().exists());
    fs::write(office.path("cơ quan.toml"), example).unwrap();
    office.run(["khoi-tao", "--office", "cơ quan.toml"]).done();
}

#[test]
fn names_that_are_not_known_are_answered_with_those_that_are() {
    let office = Office::example();
    let print = |form: &str, unit: &str, procedure: &str, count: &str| {
        let out = "x.pdf";
        office.run([
            "print",
            "--form",
            form,
            "--unit",
            unit,
            "--procedure",
            procedure,
            "--count",
            count,
            "--out",
            out,
        ])
    };
    let form = "phieu-khao-sat-tthc";
    print("phieu-la", "qltm", "2.000648", "1").complains(2, form);
    print(form, "phong-la", "2.000648", "1").complains(2, "qltm (Phòng Quản lý Thương mại)");
    print(form, "qltm", "2.000649", "1").complains(2, "2.000648");
    print(form, "qltm", "2.000648", "0").complains(2, "từ 1 đến 2000");
    print(form, "qltm", "2.000648", "2001").complains(2, "từ 1 đến 2000");
    print(form, "dcks", "chua-ro-2", "1").complains(2, "không có hiệu lực vào ngày 15/01/2026");
    office.run(["layout", form, "--version", "99"]).complains(2, "99");
    assert!(!office.path("x.pdf").exists());
    // Nothing of all this was registered.
    office.print(1).done();
    assert!(office.json("sheets.json")[0]["serial"].as_str().unwrap().starts_with("26Q1-000001-"));
}

#[test]
fn an_answer_that_cannot_be_is_refused() {
    let office = Office::example();
    let set = |id: &str| office.run(["review", "set", id, "--answer", "l4", "--by", "A", "--why", "B"]);
    set("q3_2").complains(2, "SERI/câu");
    set("26Q1-000001-222/q3_2").complains(2, "SERI/câu");
}

#[test]
fn a_wrong_command_line_is_answered_in_one_sentence_of_ours() {
    for (line, vi, en) in [
        ("prnt", "Không có lệnh “prnt”. Có phải là “print”?", "There is no command “prnt”"),
        ("scan", "Lệnh còn thiếu: <PATH>", "The command lacks: <PATH>"),
        ("scan a --worker 3", "Không có tùy chọn hoặc đối số “--worker” ở đây", "There is no option"),
        ("scan --redecide", "Có phải là “phieu quyet-lai”?", "Did you mean “phieu redecide”?"),
        ("redecide --gate 1.5", "--gate 1.5 nằm ngoài khoảng 0–1", "outside 0–1"),
        ("scan a --workers 0", "Giá trị “0” không hợp lệ", "The value “0” does not fit"),
        ("scan a --received 2026-13-01", "Giá trị “2026-13-01” không hợp lệ", "The value “2026-13-01”"),
        ("report", "--period", "--period"),
    ] {
        run(line.split(' ')).complains(2, vi);
        run(line.split(' ').chain(["--lang", "en"])).complains(2, en);
    }
}
