//! Hand-computed tallies become exactly these figures.
#![allow(missing_docs, clippy::unwrap_used)]

mod common;

use common::{happy, layout, period, scale, tally, unit};
use phieu_model::lang::Lang;
use phieu_model::tally::{FormTally, PeriodTally};
use phieu_report::{Figures, Report, Share, Shown, tables, to_csv, to_html, to_text};

fn total(report: &Report) -> &Figures {
    report.forms[0].total.value().unwrap()
}

/// Two units: 12 sheets of `vp`, 8 of `qltm`.
fn mixed() -> PeriodTally {
    let vp = unit(
        12,
        &[
            ("q1", tally(&[("media", 7), ("notice", 6)], [2, 0, 0, 0])),
            ("q2", scale([3, 4, 2, 0, 0], [1, 1, 1, 0])),
            ("q3", tally(&[("yes", 1), ("no", 7)], [4, 0, 0, 0])),
            ("q4", scale([5, 3, 2, 1, 1], [0; 4])),
        ],
    );
    let qltm = unit(
        8,
        &[
            ("q1", tally(&[("media", 1), ("notice", 2)], [5, 0, 0, 0])),
            ("q2", scale([0, 0, 0, 0, 0], [8, 0, 0, 0])),
            ("q3", tally(&[("yes", 0), ("no", 8)], [0; 4])),
            ("q4", scale([1, 2, 2, 1, 1], [0, 0, 0, 1])),
        ],
    );
    let mut tally = period(&[("vp", vp), ("qltm", qltm)]);
    // Several channels on one sheet: 10 sheets of vp and 3 of qltm answered.
    for (id, answered) in [("vp", 10), ("qltm", 3)] {
        tally.forms[0].units.get_mut(id).unwrap().questions.get_mut("q1").unwrap().answered = answered;
    }
    tally.waiting = 1;
    tally.adjudicated = 4;
    tally.refused = [("no_code".into(), 3), ("blank_page".into(), 2), ("later_code".into(), 1)].into();
    tally
}

#[test]
fn figures_are_the_hand_computed_ones() {
    let report = tables(&mixed());
    let total = total(&report);
    assert_eq!(total.sheets, 20);
    assert_eq!(total.headline, Some(Share { part: 11, base: 19 }));
    assert_eq!(total.headline.unwrap().percent(Lang::Vi).unwrap(), "57,89%");
    // q2: 7 of 9, q4: 11 of 19.
    assert_eq!(total.combined, Some(Share { part: 18, base: 28 }));
    let [channels, scale, fact, headline] = &total.questions[..] else { panic!("four questions") };
    assert_eq!(channels.options, [Share { part: 8, base: 13 }, Share { part: 8, base: 13 }]);
    assert_eq!((channels.satisfied, channels.score), (None, None));
    assert_eq!((scale.answered, scale.blank, scale.undetermined, scale.waiting), (9, 9, 2, 0));
    // (3·5 + 4·4 + 2·3) / 9 = 4,11
    assert_eq!(scale.score.unwrap().mean(Lang::Vi).unwrap(), "4,11");
    assert_eq!(fact.satisfied, Some(Share { part: 15, base: 16 }));
    assert_eq!(fact.score, None);
    assert_eq!(headline.waiting, 1);
    // (6·5 + 5·4 + 4·3 + 2·2 + 2·1) / 19 = 68/19
    assert_eq!(headline.score.unwrap().mean(Lang::Vi).unwrap(), "3,58");
}

#[test]
fn units_have_their_own_base() {
    let report = tables(&mixed());
    let units: Vec<_> =
        report.forms[0].units.iter().map(|u| (u.id.as_str(), u.figures.value().unwrap())).collect();
    assert_eq!(units.iter().map(|u| u.0).collect::<Vec<_>>(), ["vp", "qltm"], "in the office's order");
    assert_eq!(units[0].1.headline, Some(Share { part: 8, base: 12 }));
    assert_eq!(units[1].1.headline, Some(Share { part: 3, base: 7 }));
    assert_eq!(
        units[1].1.questions[1].satisfied.unwrap().percent(Lang::Vi),
        None,
        "no percentage over base 0"
    );
}

#[test]
fn every_writer_says_the_headline_with_its_base() {
    let report = tables(&mixed());
    for written in [to_text(&report, Lang::Vi), to_html(&report, Lang::Vi)] {
        // Where a line breaks is the writer's affair.
        let flat = written.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(flat.contains("57,89%"), "{written}");
        assert!(flat.contains("11/19 phiếu trả lời câu 4 chọn “Rất tốt” hoặc “Tốt”"), "{written}");
        assert!(flat.contains("64,29% (18/28 câu trả lời của các câu 2, 4"), "{written}");
        assert!(flat.contains("quý I năm 2026"));
        assert!(flat.contains("từ ngày 01/01/2026 đến ngày 31/03/2026"));
        assert!(flat.contains("còn 1 câu trả lời chờ người rà soát"));
        assert!(flat.contains("4 câu trả lời do người rà soát quyết định"));
        assert!(flat.contains("Không đọc được mã trên phiếu"));
    }
    let english = to_text(&report, Lang::En).replace('\n', " ");
    assert!(english.contains("57.89% (11 of 19 sheets that answer question 4"), "{english}");
}

#[test]
fn refused_pages_stand_in_the_order_of_the_list_and_unknown_codes_last() {
    let report = tables(&mixed());
    let names: Vec<_> = report.flow.refused.iter().map(|r| (r.name.as_str(), r.pages)).collect();
    assert_eq!(names, [("blank_page", 2), ("no_code", 3), ("later_code", 1)]);
}

#[test]
fn a_question_that_nobody_answered_has_words_and_no_percentage() {
    let empty = unit(6, &[("q4", scale([0; 5], [6, 0, 0, 0]))]);
    let report = tables(&period(&[("vp", empty)]));
    assert_eq!(total(&report).headline, Some(Share { part: 0, base: 0 }));
    for written in [to_text(&report, Lang::Vi), to_html(&report, Lang::Vi)] {
        assert!(written.contains("Không có phiếu trả lời câu 4"), "{written}");
        assert!(!written.contains("0,00%") && !written.contains("NaN"), "{written}");
    }
}

#[test]
fn a_period_without_sheets_says_so() {
    let mut tally = period(&[]);
    tally.forms.clear();
    let report = tables(&tally);
    for written in [to_text(&report, Lang::Vi), to_html(&report, Lang::Vi)] {
        assert!(written.contains("Trong kỳ không có phiếu nào được tính."), "{written}");
    }
}

#[test]
fn shares_that_do_not_sum_to_a_hundred_have_a_footnote_and_are_not_forced() {
    let thirds = unit(6, &[("q4", scale([2, 2, 2, 0, 0], [0; 4]))]);
    let report = tables(&period(&[("vp", thirds)]));
    let html = to_html(&report, Lang::Vi);
    assert_eq!(html.matches("<td>33,33%</td>").count(), 3);
    assert!(html.contains("Câu 4: các tỷ lệ cộng lại được 99,99% do làm tròn."));
    let fifths = tables(&period(&[("vp", happy(5))]));
    assert!(!to_html(&fifths, Lang::Vi).contains("do làm tròn."));
}

#[test]
fn several_answers_on_a_sheet_have_their_footnote() {
    assert!(to_html(&tables(&mixed()), Lang::Vi).contains("tổng các tỷ lệ có thể vượt 100%"));
}

/// The figures of `kc` with 4 sheets: nowhere, and not to be had by subtraction.
#[test]
fn small_units_are_kept_back_with_the_next_smallest() {
    let tally = period(&[("vp", happy(60)), ("qltm", happy(31)), ("kc", happy(4))]);
    let report = tables(&tally);
    let hidden =
        |id: &str| report.forms[0].units.iter().find(|u| u.id == id).unwrap().figures == Shown::Hidden;
    assert!(hidden("kc") && hidden("qltm") && !hidden("vp"));
    assert_eq!(total(&report).sheets, 95);
    for written in [to_text(&report, Lang::Vi), to_html(&report, Lang::Vi)] {
        assert!(written.contains("Không công bố kết quả của đơn vị có dưới 5 phiếu"));
        assert!(!written.contains("31/31") && !written.contains("4/4"), "{written}");
    }
    let csv = to_csv(&report, Lang::Vi);
    let of = |id: &str| csv.lines().filter(|l| l.contains(&format!(";{id};"))).collect::<Vec<_>>();
    assert!(of("kc").iter().all(|l| !l.contains("q4")), "{csv}");
    assert!(of("qltm").iter().all(|l| !l.contains("q4")), "{csv}");
    assert!(of("vp").iter().any(|l| l.contains("q4")), "{csv}");
}

#[test]
fn an_office_with_fewer_than_five_sheets_publishes_no_answers() {
    let report = tables(&period(&[("kc", happy(4))]));
    assert_eq!(report.forms[0].total, Shown::Hidden);
    for written in [to_text(&report, Lang::Vi), to_html(&report, Lang::Vi)] {
        assert!(written.contains("Có dưới 5 phiếu theo mẫu này"), "{written}");
        assert!(!written.contains('%') || !written.contains("100,00%"), "{written}");
    }
}

#[test]
fn each_form_version_has_its_own_block() {
    let mut tally = period(&[("vp", happy(9))]);
    tally.forms.push(FormTally { layout: layout(2), units: [("vp".to_owned(), happy(7))].into() });
    let report = tables(&tally);
    assert_eq!(
        report.forms.iter().map(|f| (f.version, f.total.value().unwrap().sheets)).collect::<Vec<_>>(),
        [(1, 9), (2, 7)]
    );
    for written in [to_text(&report, Lang::Vi), to_html(&report, Lang::Vi)] {
        assert!(
            written.contains("Mẫu phieu-thu, phiên bản 1") && written.contains("Mẫu phieu-thu, phiên bản 2")
        );
    }
}

#[test]
fn csv_parses_back_to_the_same_numbers() {
    let written = to_csv(&tables(&mixed()), Lang::Vi);
    let body = written.strip_prefix('\u{feff}').expect("a byte order mark for Excel");
    assert!(body.lines().count() == body.matches("\r\n").count(), "every line ends with CRLF");
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(body.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().collect::<Result<_, _>>().unwrap();
    let find = |unit: &str, question: &str, item: &str| {
        let mut found = rows.iter().filter(|r| &r[3] == unit && &r[5] == question && &r[7] == item);
        let row = found.next().unwrap_or_else(|| panic!("{unit} {question} {item}"));
        assert!(found.next().is_none(), "one row for each number");
        (row[9].to_owned(), row[10].to_owned(), row[11].to_owned())
    };
    let numbers = |a: &str, b: &str, c: &str| (a.to_owned(), b.to_owned(), c.to_owned());
    assert_eq!(find("", "", "headline"), numbers("11", "19", "57,89"));
    assert_eq!(find("", "", "combined"), numbers("18", "28", "64,29"));
    assert_eq!(find("", "q1", "media"), numbers("8", "13", "61,54"));
    assert_eq!(find("", "q2", "undetermined"), numbers("2", "", ""));
    assert_eq!(find("", "q2", "score"), numbers("37", "9", "4,11"));
    assert_eq!(find("vp", "q3", "satisfied"), numbers("7", "8", "87,50"));
    assert_eq!(find("qltm", "q2", "satisfied"), numbers("0", "0", ""));
    assert_eq!(find("", "", "refused:no_code"), numbers("3", "", ""));
    assert_eq!(find("", "", "waiting"), numbers("1", "", ""));
}

#[test]
fn the_page_needs_nothing_beside_itself() {
    let mut tally = mixed();
    tally.office.name = "Sở <script>alert(1)</script> & Cty".into();
    for lang in [Lang::Vi, Lang::En] {
        let html = to_html(&tables(&tally), lang);
        for foreign in [
            "<script", "<link", "<img", "<iframe", "src=", "href=", "url(", "@import", "http:", "https:",
            "//",
        ] {
            assert!(!html.contains(foreign), "{foreign} in the page");
        }
        assert!(html.contains("&amp; C"), "text is escaped");
    }
}

#[test]
fn the_same_tally_gives_the_same_bytes() {
    let write = || {
        let report = tables(&mixed());
        [to_text(&report, Lang::Vi), to_csv(&report, Lang::Vi), to_html(&report, Lang::Vi)]
    };
    assert_eq!(write(), write());
}
