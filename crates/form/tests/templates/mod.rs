//! Templates of other shapes than the shipped one.

/// A template's name and what makes its text.
type Named = (&'static str, fn() -> String);

/// All of them.
pub const ALL: [Named; 5] = [
    ("the smallest", smallest),
    ("three levels", three_levels),
    ("one column", one_column),
    ("handwriting first", handwriting_first),
    ("full to the codes", full),
];

const HEAD: &str = r#"
form = "gop-y"
code = "GOPY"
version = 2
title = "PHIẾU GÓP Ý"
intro = ["Xin ông (bà) vui lòng cho ý kiến.", "Không bắt buộc ghi tên."]
correction_rule = "Nếu đánh dấu nhầm: khoanh tròn dấu X để bỏ chọn, rồi đánh X vào ô khác."
closing = "Xin trân trọng cảm ơn./."
"#;

fn yes_no(id: &str, arrangement: &str) -> String {
    format!(
        r#"
[[item]]
kind = "choice"
id = "{id}"
number = "1."
text = "Ông (bà) có hài lòng không?"
choose = "one"
measure = "fact"
good = ["yes"]
arrangement = "{arrangement}"
options = [{{ id = "yes", label = "Có" }}, {{ id = "no", label = "Không" }}]
"#
    )
}

fn writing(id: &str, lines: u8) -> String {
    format!(
        r#"
[[item]]
kind = "writing"
label = "Ý kiến khác:"
[[item.part]]
field = "{id}"
label = "Góp ý:"
lines = {lines}
"#
    )
}

pub fn smallest() -> String {
    format!("{HEAD}{}", yes_no("q1", "row"))
}

fn three_levels() -> String {
    let row = |id: &str, text: &str| {
        format!(
            r#"
[[item.row]]
id = "{id}"
number = "{id}."
text = "{text}"
choose = "one"
measure = "fact"
good = ["l3"]
options = [
    {{ id = "l3", label = "Hài lòng" }},
    {{ id = "l2", label = "Bình thường" }},
    {{ id = "l1", label = "Không hài lòng" }},
]
"#
        )
    };
    format!(
        "{HEAD}\n[[item]]\nkind = \"heading\"\ntext = \"Đánh dấu X vào ô chọn:\"\n\
         [[item]]\nkind = \"table\"\nquestion_heading = \"Nội dung\"\nanswer_heading = \"Mức độ\"\n{}{}{}",
        row("a", "Thái độ"),
        row("b", &"Việc giải quyết hồ sơ của cơ quan tiếp nhận ".repeat(5)),
        yes_no("c", "row"),
    )
}

fn one_column() -> String {
    format!("{HEAD}{}{}{}", yes_no("q1", "column"), yes_no("q2", "column"), writing("q3", 4))
}

fn handwriting_first() -> String {
    format!("{HEAD}{}{}{}{}", writing("q1", 2), yes_no("q2", "row"), writing("q3", 1), yes_no("q4", "column"))
}

/// Boxes down into the height of the code at the bottom left.
fn full() -> String {
    let questions: String = (0..22).map(|n| yes_no(&format!("q{n}"), "row")).collect();
    format!("{HEAD}{}{questions}{}", writing("a", 1), yes_no("z", "column"))
}
