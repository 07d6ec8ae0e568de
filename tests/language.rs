//! All that operators see is Vietnamese by default and English when asked.

mod harness;

use harness::run;

const VERBS: [&[&str]; 22] = [
    &[],
    &["init"],
    &["print"],
    &["scan"],
    &["review"],
    &["review", "list"],
    &["review", "show"],
    &["review", "set"],
    &["inspect"],
    &["redecide"],
    &["report"],
    &["audit"],
    &["audit", "verify"],
    &["audit", "log"],
    &["layout"],
    &["form"],
    &["form", "check"],
    &["simulate"],
    &["simulate", "score"],
    &["demo"],
    &["licences"],
    &["in"],
];

#[test]
fn every_help_page_speaks_one_language() {
    for verb in VERBS {
        let help = |lang: &[&str]| run(verb.iter().chain(&["--help"]).chain(lang)).done().out;
        let (vi, en) = (help(&[]), help(&["--lang", "en"]));
        assert!(vi.contains("Cách dùng: phieu") && en.contains("Usage: phieu"), "{vi}\n{en}");
        for (text, other) in [(&vi, &en), (&en, &vi)] {
            assert!(!text.contains('‖'), "{text}");
            assert_ne!(text, other);
        }
        for word in ["Usage", "Options", "Commands", "Print help", "default:", "possible values"] {
            assert!(!vi.contains(word), "{word} in: {vi}");
        }
        let vietnamese = |c: char| "ạảãăằắặẳẵầấậẩẫẹẻẽềếệểễịỉĩọỏõồốộổỗơờớợởỡụủũưừứựửữỳỵỷỹđĐ".contains(c);
        assert!(vi.contains(vietnamese), "{vi}");
        assert!(!en.contains(vietnamese), "{en}");
    }
}

#[test]
fn every_verb_answers_to_its_vietnamese_name() {
    for alias in [
        "khoi-tao",
        "in",
        "quet",
        "soat",
        "xem-xet",
        "bao-cao",
        "nhat-ky",
        "bo-cuc",
        "mau",
        "mo-phong",
        "chay-thu",
        "giay-phep",
    ] {
        assert!(run([alias, "--help"]).done().out.contains("Cách dùng: phieu"), "{alias}");
    }
}

#[test]
fn without_a_verb_the_help_is_shown_and_nothing_is_done() {
    let ran = run::<&str>([]);
    assert_eq!(ran.code, 2);
    assert!(ran.err.contains("Lệnh:"), "{}", ran.err);
}

#[test]
fn the_licences_of_program_and_font_are_shown() {
    let ran = run(["licences"]).done();
    assert!(ran.out.contains("MIT") && ran.out.contains("SIL OPEN FONT LICENSE"), "{}", ran.out);
}
