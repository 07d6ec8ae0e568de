//! Every fault of a template is found, with its line, together with all the others.

use phieu_form::{Fault, FaultKind, ValueType, load, parse};
use phieu_model::lang::Lang;

const FILE: &str = "form-templates/gop-y/v2.toml";

/// A good template; the tests spoil it. Line 1 is the line of `form`.
const GOOD: &str = r#"form = "gop-y"
code = "GOPY"
version = 2
title = "PHIẾU GÓP Ý"
intro = ["Xin ông (bà) vui lòng cho ý kiến."]
correction_rule = "Khoanh tròn dấu X để bỏ chọn."
closing = "Xin cảm ơn./."

[[item]]
kind = "heading"
text = "Đánh dấu X vào ô chọn:"

[[item]]
kind = "preprint"
id = "q1"
label = "1. Thủ tục:"
content = "procedure"

[[item]]
kind = "choice"
id = "q2"
number = "2."
text = "Có hài lòng không?"
choose = "one"
measure = "fact"
good = ["yes"]
arrangement = "row"
options = [
    { id = "yes", label = "Có" },
    { id = "no", label = "Không" },
]

[[item]]
kind = "table"
question_heading = "Nội dung"
answer_heading = "Ý kiến"

[[item.row]]
id = "q3"
number = "3."
text = "Thái độ"
choose = "one"
measure = "scale"
headline = true
options = [
    { id = "a", label = "Rất tốt" },
    { id = "b", label = "Tốt" },
    { id = "c", label = "Trung bình" },
    { id = "d", label = "Kém" },
    { id = "e", label = "Rất kém" },
]

[[item]]
kind = "writing"
label = "4. Góp ý:"

[[item.part]]
field = "q4"
lines = 2

[[item.part]]
field = "q5"
label = "Điện thoại:"
sensitive = true
"#;

/// The good template with `old`, which must stand in it, replaced by `new` once.
fn spoiled(old: &str, new: &str) -> String {
    assert!(GOOD.contains(old), "“{old}” is not in the template");
    GOOD.replacen(old, new, 1)
}

/// The line, from 1, of the first place where `text` has `part`.
fn line_of(text: &str, part: &str) -> usize {
    let at = text.find(part).unwrap_or_else(|| panic!("“{part}” is not in the template"));
    1 + text[..at].matches('\n').count()
}

fn faults(text: &str) -> Vec<Fault> {
    load(FILE, text).expect_err("this template has a fault")
}

/// Spoils the template and expects exactly one fault, in the line of `at`.
#[track_caller]
fn check(old: &str, new: &str, at: &str, expected: FaultKind) {
    let text = spoiled(old, new);
    let found = faults(&text);
    let expected = Fault { file: FILE.to_owned(), line: line_of(&text, at), kind: expected };
    assert_eq!(found, [expected]);
}

fn own(text: &str) -> String {
    text.to_owned()
}

#[test]
fn the_good_template_has_no_fault() {
    parse(FILE, GOOD).unwrap();
    load(FILE, GOOD).unwrap();
    load(FILE, &format!("\u{feff}{}", GOOD.replace('\n', "\r\n"))).unwrap();
}

#[test]
fn a_syntax_error_is_found_in_its_line() {
    let text = spoiled("version = 2", "version = = 2");
    let found = faults(&text);
    assert_eq!(found[0].line, 3);
    assert!(matches!(found[0].kind, FaultKind::Syntax { .. }), "{found:?}");
    assert!(!faults("form = \"gop-y").is_empty());
    assert!(!faults("").is_empty());
}

#[test]
fn two_syntax_errors_are_both_found() {
    let text = spoiled("version = 2", "version = ").replace("number = \"2.\"", "number = 2.");
    let lines: Vec<usize> = faults(&text).iter().map(|f| f.line).collect();
    assert!(lines.contains(&3) && lines.contains(&line_of(&text, "number = 2.")), "{lines:?}");
}

#[test]
fn a_key_given_twice() {
    check("code = \"GOPY\"", "code = \"GOPY\"\ncode = \"KHAC\"", "code = \"KHAC\"", FaultKind::DuplicateKey);
}

#[test]
fn unknown_keys_at_every_level() {
    let unknown =
        |key: &str, known: &[&'static str]| FaultKind::UnknownKey { key: own(key), known: known.to_vec() };
    let top = ["form", "code", "version", "title", "intro", "correction_rule", "closing", "item"];
    check("title =", "colour = 1\ntitle =", "colour", unknown("colour", &top));
    check("text = \"Đánh", "bold = true\ntext = \"Đánh", "bold", unknown("bold", &["kind", "text"]));
    check(
        "{ id = \"no\", label = \"Không\" }",
        "{ id = \"no\", label = \"Không\", x_mm = 3 }",
        "x_mm",
        unknown("x_mm", &["id", "label"]),
    );
    check(
        "sensitive = true",
        "secret = true",
        "secret",
        unknown("secret", &["field", "label", "lines", "sensitive", "same_line"]),
    );
}

#[test]
fn missing_keys_are_told_at_the_head_of_their_table() {
    check("title = \"PHIẾU GÓP Ý\"\n", "", "form", FaultKind::MissingKey { key: "title" });
    check(
        "answer_heading = \"Ý kiến\"\n",
        "",
        "[[item]]\nkind = \"table\"",
        FaultKind::MissingKey { key: "answer_heading" },
    );
    check(
        "choose = \"one\"\nmeasure = \"scale\"",
        "measure = \"scale\"",
        "[[item.row]]",
        FaultKind::MissingKey { key: "choose" },
    );
    check("field = \"q4\"\n", "", "[[item.part]]", FaultKind::MissingKey { key: "field" });
    check("kind = \"heading\"\n", "", "[[item]]", FaultKind::MissingKey { key: "kind" });
    check("id = \"no\", label", "label", "label = \"Không\"", FaultKind::MissingKey { key: "id" });
}

#[test]
fn values_of_a_wrong_type() {
    let wrong = |key: &str, expected, found| FaultKind::WrongType { key: own(key), expected, found };
    check("title = \"PHIẾU GÓP Ý\"", "title = 7", "title", wrong("title", ValueType::Text, "integer"));
    check("version = 2", "version = \"2\"", "version", wrong("version", ValueType::Integer, "string"));
    check(
        "sensitive = true",
        "sensitive = 1",
        "sensitive",
        wrong("sensitive", ValueType::Boolean, "integer"),
    );
    check("good = [\"yes\"]", "good = \"yes\"", "good", wrong("good", ValueType::List, "string"));
    check(
        "{ id = \"no\", label = \"Không\" }",
        "\"Không\"",
        "    \"Không\"",
        wrong("options", ValueType::Table, "string"),
    );
}

#[test]
fn texts_that_cannot_be_printed() {
    check("\"Thái độ\"", "\"  \"", "\"  \"", FaultKind::EmptyText { key: own("text") });
    check("\"Thái độ\"", "\"Thái\\nđộ\"", "Thái\\n", FaultKind::ControlCharacters { key: own("text") });
    check(
        "\"Rất kém\"",
        "\"☹ kém ☹\"",
        "☹",
        FaultKind::MissingGlyphs { key: own("label"), chars: vec!['☹'] },
    );
    check(
        "intro = [\"Xin",
        "intro = [\"☹\", \"Xin",
        "☹",
        FaultKind::MissingGlyphs { key: own("intro"), chars: vec!['☹'] },
    );
}

#[test]
fn empty_lists() {
    check("good = [\"yes\"]", "good = []", "good", FaultKind::EmptyList { key: "good" });
    let at = GOOD.find("[[item]]").unwrap();
    let no_items = format!("item = []\n{}", &GOOD[..at]);
    assert_eq!(faults(&no_items)[0].kind, FaultKind::EmptyList { key: "item" });
}

#[test]
fn words_that_are_not_on_their_list() {
    let word = |key, found: &str, allowed: &[&'static str]| FaultKind::UnknownWord {
        key,
        found: own(found),
        allowed: allowed.to_vec(),
    };
    check("choose = \"one\"", "choose = \"two\"", "two", word("choose", "two", &["one", "many"]));
    check("\"row\"", "\"grid\"", "grid", word("arrangement", "grid", &["row", "column"]));
    check(
        "measure = \"fact\"",
        "measure = \"fun\"",
        "fun",
        word("measure", "fun", &["channels", "scale", "fact"]),
    );
    check("\"procedure\"", "\"name\"", "\"name\"", word("content", "name", &["procedure", "unit"]));
    let kinds = ["heading", "preprint", "choice", "table", "writing"];
    check("kind = \"heading\"", "kind = \"title\"", "kind = \"title\"", word("kind", "title", &kinds));
}

#[test]
fn ids_that_are_not_plain_ascii_words() {
    for bad in ["câu_2", "Q2", "2q", "", "q 2", "q-2"] {
        let new = format!("id = \"{bad}\"\nnumber = \"2.\"");
        check("id = \"q2\"\nnumber = \"2.\"", &new, &new, FaultKind::BadId { id: own(bad) });
    }
    check("field = \"q4\"", "field = \"Ý\"", "field = \"Ý\"", FaultKind::BadId { id: own("Ý") });
    check("id = \"no\"", "id = \"NO\"", "NO", FaultKind::BadId { id: own("NO") });
}

#[test]
fn question_field_and_preprint_ids_are_unique_together() {
    let twice = |id: &str, first| FaultKind::DuplicateId { id: own(id), first_line: line_of(GOOD, first) };
    check("id = \"q3\"", "id = \"q2\"", "id = \"q2\"\nnumber = \"3.\"", twice("q2", "id = \"q2\""));
    check("field = \"q4\"", "field = \"q1\"", "field = \"q1\"", twice("q1", "id = \"q1\""));
}

#[test]
fn option_ids_are_unique_in_their_question() {
    check(
        "id = \"no\"",
        "id = \"yes\"",
        "{ id = \"yes\", label = \"Không\" }",
        FaultKind::DuplicateOption {
            question: own("q2"),
            id: own("yes"),
            first_line: line_of(GOOD, "id = \"yes\""),
        },
    );
}

#[test]
fn a_question_needs_two_options() {
    check(
        "    { id = \"no\", label = \"Không\" },\n",
        "",
        "[[item]]\nkind = \"choice\"",
        FaultKind::TooFewOptions { question: own("q2"), found: 1 },
    );
}

#[test]
fn rows_of_a_table_have_equally_many_options() {
    let row = "\n[[item.row]]\nid = \"q9\"\nnumber = \"9.\"\ntext = \"Hai\"\nchoose = \"one\"\n\
               measure = \"channels\"\noptions = [{ id = \"a\", label = \"A\" }, { id = \"b\", label = \"B\" }]\n";
    let new = format!("{row}\n[[item]]\nkind = \"writing\"");
    check(
        "\n[[item]]\nkind = \"writing\"",
        &new,
        "[[item.row]]\nid = \"q9\"",
        FaultKind::RowOptionsDiffer { question: own("q9"), found: 2, expected: 5 },
    );
}

#[test]
fn a_scale_has_five_levels() {
    check(
        "    { id = \"e\", label = \"Rất kém\" },\n",
        "",
        "[[item.row]]",
        FaultKind::ScaleNotFive { question: own("q3"), found: 4 },
    );
}

#[test]
fn good_names_options_of_its_question() {
    check(
        "good = [\"yes\"]",
        "good = [\"yes\", \"maybe\"]",
        "good",
        FaultKind::UnknownGood { question: own("q2"), option: own("maybe") },
    );
}

#[test]
fn keys_of_another_measure() {
    check(
        "headline = true",
        "headline = true\ngood = [\"a\"]",
        "good = [\"a\"]",
        FaultKind::KeyOfOtherMeasure { key: "good", measure: "fact" },
    );
    check(
        "good = [\"yes\"]",
        "good = [\"yes\"]\nheadline = false",
        "headline",
        FaultKind::KeyOfOtherMeasure { key: "headline", measure: "scale" },
    );
}

#[test]
fn one_headline_at_most() {
    let at = GOOD.find("[[item.row]]").unwrap();
    let end = GOOD.find("\n[[item]]\nkind = \"writing\"").unwrap();
    let second = GOOD[at..end].replace("\"q3\"", "\"q9\"");
    let new = format!("\n{second}\n[[item]]\nkind = \"writing\"");
    let text = spoiled("\n[[item]]\nkind = \"writing\"", &new);
    let found = faults(&text);
    let first_line = line_of(GOOD, "headline");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].kind, FaultKind::SecondHeadline { question: own("q9"), first_line });
    assert!(found[0].line > first_line);
}

#[test]
fn code_form_and_version_name_the_sheet_and_the_file() {
    for bad in ["GOP", "GOPYY", "gopy", "GÓP", "GO1Y"] {
        check("\"GOPY\"", &format!("\"{bad}\""), "code", FaultKind::BadCode { found: own(bad) });
    }
    for bad in ["0", "70000", "-1", "99999999999999999999"] {
        check(
            "version = 2",
            &format!("version = {bad}"),
            "version",
            FaultKind::BadVersion { found: own(bad) },
        );
    }
    check(
        "version = 2",
        "version = 3",
        "version",
        FaultKind::FileIsNotVersion { version: 3, name: own("v2.toml") },
    );
    check(
        "form = \"gop-y\"",
        "form = \"khac\"",
        "form",
        FaultKind::FormIsNotFolder { form: own("khac"), folder: own("gop-y") },
    );
    let found = load("góp/v2.toml", &spoiled("\"gop-y\"", "\"góp\"")).unwrap_err();
    assert_eq!(found[0].kind, FaultKind::BadForm { found: own("góp") });
    load("C:\\Mẫu phiếu\\gop-y\\v2.toml", GOOD).unwrap();
    load("v2.toml", GOOD).unwrap();
}

#[test]
fn lines_to_write_on() {
    for bad in ["0", "21", "-3"] {
        check("lines = 2", &format!("lines = {bad}"), "lines", FaultKind::BadLineCount { found: own(bad) });
    }
    let shared = FaultKind::SameLineImpossible { field: own("q5") };
    check("sensitive = true", "same_line = true", "[[item.part]]\nfield = \"q5\"", shared);
    let first = FaultKind::SameLineImpossible { field: own("q4") };
    check("lines = 2", "lines = 1\nsame_line = true", "[[item.part]]", first);
}

#[test]
fn a_form_must_ask_something() {
    let start = GOOD.find("[[item]]\nkind = \"choice\"").unwrap();
    let end = GOOD.find("[[item]]\nkind = \"writing\"").unwrap();
    let text = format!("{}{}", &GOOD[..start], &GOOD[end..]);
    assert_eq!(faults(&text)[0].kind, FaultKind::NoQuestion);
}

#[test]
fn several_faults_are_reported_together_in_the_order_of_their_lines() {
    let text = spoiled("version = 2", "version = 0")
        .replace("\"GOPY\"", "\"gopy\"")
        .replace("id = \"q3\"", "id = \"q2\"")
        .replace("arrangement = \"row\"", "arrangment = \"row\"")
        .replace("closing = \"Xin cảm ơn./.\"\n", "")
        .replace("lines = 2", "lines = \"hai\"");
    let found = faults(&text);
    let lines: Vec<usize> = found.iter().map(|f| f.line).collect();
    assert!(lines.is_sorted());
    let has = |wanted: fn(&FaultKind) -> bool| found.iter().filter(|f| wanted(&f.kind)).count();
    assert_eq!(has(|k| matches!(k, FaultKind::BadVersion { .. })), 1);
    assert_eq!(has(|k| matches!(k, FaultKind::BadCode { .. })), 1);
    assert_eq!(has(|k| matches!(k, FaultKind::DuplicateId { .. })), 1);
    assert_eq!(has(|k| matches!(k, FaultKind::UnknownKey { .. })), 1);
    assert_eq!(has(|k| matches!(k, FaultKind::MissingKey { .. })), 2);
    assert_eq!(has(|k| matches!(k, FaultKind::WrongType { .. })), 1);
    assert_eq!(found.len(), 7);
}

#[test]
fn a_form_that_is_too_long_is_refused_with_the_line_and_the_excess() {
    let question = |n: usize| {
        format!(
            "\n[[item]]\nkind = \"choice\"\nid = \"x{n}\"\nnumber = \"9.\"\ntext = \"Có không?\"\nchoose = \"one\"\n\
             measure = \"channels\"\narrangement = \"row\"\n\
             options = [{{ id = \"a\", label = \"A\" }}, {{ id = \"b\", label = \"B\" }}]\n"
        )
    };
    let excess = |n: usize| {
        let text = format!("{GOOD}{}", (0..n).map(question).collect::<String>());
        let found = faults(&text);
        let [Fault { line, kind: FaultKind::TooLong { too_long_mm }, .. }] = found.as_slice() else {
            panic!("{found:?}");
        };
        assert!(text.lines().nth(line - 1).unwrap().starts_with("[[item]]"), "line {line}");
        (*line, *too_long_mm)
    };
    let ((line, mm), (same_line, more_mm)) = (excess(30), excess(31));
    assert!(mm > 0.0);
    assert_eq!(line, same_line);
    assert!((7.9..9.0).contains(&(more_mm - mm)), "one question more is {} mm more", more_mm - mm);
}

#[test]
fn options_wider_than_the_page_are_refused_by_name() {
    let text = spoiled("\"Không\"", &format!("\"{}\"", "Không ".repeat(20)));
    let found = faults(&text);
    assert!(
        matches!(&found[0].kind, FaultKind::TooWide { what, too_wide_mm } if what == "q2" && *too_wide_mm > 0.0)
    );
    assert_eq!(found[0].line, line_of(&text, "[[item]]\nkind = \"choice\""));
    let column = text.replace("\"row\"", "\"column\"");
    load(FILE, &column).expect("in a column long labels are broken");
}

#[test]
fn every_sentence_names_file_line_and_what_to_do_in_both_languages() {
    let text = spoiled("version = 2", "version = 0").replace("\"one\"", "\"two\"");
    for fault in faults(&text) {
        let vi = fault.sentence(Lang::Vi);
        let en = fault.sentence(Lang::En);
        assert!(vi.starts_with(&format!("{FILE}, dòng {}: ", fault.line)), "{vi}");
        assert!(vi.contains("; hãy "), "{vi}");
        assert!(en.starts_with(&format!("{FILE}, line {}: ", fault.line)), "{en}");
        assert!(!vi.contains('\n') && !en.contains('\n'));
    }
}

#[test]
fn decomposed_letters_are_composed() {
    use phieu_model::template::Item;
    let decomposed = "Thái độ".replace('á', "a\u{301}");
    let template = parse(FILE, &spoiled("Thái độ", &decomposed)).unwrap();
    let Item::Table { rows, .. } = &template.items[3] else { panic!("the table is the fourth item") };
    assert_eq!(rows[0].text, "Thái độ");
}

#[test]
fn a_word_wider_than_its_column_is_refused_wherever_it_stands() {
    let word = "dài".repeat(60);
    for (part, at) in [
        ("PHIẾU GÓP Ý", "title"),
        ("Xin cảm ơn./.", "closing"),
        ("Thái độ", "[[item]]\nkind = \"table\""),
        ("Nội dung", "[[item]]\nkind = \"table\""),
        ("4. Góp ý:", "[[item]]\nkind = \"writing\""),
        ("1. Thủ tục:", "[[item]]\nkind = \"preprint\""),
    ] {
        let text = spoiled(part, &word);
        let found = faults(&text);
        assert!(matches!(found[0].kind, FaultKind::TooWide { .. }), "{part}: {found:?}");
        assert_eq!(found[0].line, line_of(&text, at), "{part}");
    }
}
