//! One page: what was found, how it was measured, what was decided.

use maud::{Markup, html};
use phieu_model::lang::Lang;
use phieu_model::reading::{Answer, PageOutcome, PageReading, Tones};
use phieu_model::template::Question;
use phieu_read::inspect::{BoxFound, MEASURES, Stage};
use phieu_read::{InspectedPage, Inspection, Policy};
use phieu_review::{reason_name, state_name};

use super::{Ledger, Outcome, data_uri, document, number, probability, words};
use crate::refusals::{self, place};

/// The document of one page, with the pictures of its stages.
pub fn page_html(
    (page, pictures): (&InspectedPage, &[(Stage, Vec<u8>)]),
    (ledger, policy): (&Ledger, &Policy),
    lang: Lang,
) -> String {
    let title = match lang {
        Lang::Vi => format!("Vì sao trang {} được đọc như vậy?", place(&page.source, page.page_index, lang)),
        Lang::En => format!("Why {} was read as it was", place(&page.source, page.page_index, lang)),
    };
    let inspection = &page.inspection;
    let outcome = Outcome::of(page, ledger);
    let refused = matches!(outcome, Outcome::Refused(_));
    let body = html! {
        p.outcome.refused[refused] { (outcome.words(lang)) }
        @match &inspection.outcome {
            PageOutcome::Rejected(rejection) => {
                p { (refusals::sentence(rejection, lang)) }
                @if !rejection.detail.is_empty() { p.code { (rejection.detail) } }
            }
            PageOutcome::Read(_) => @if *ledger == Ledger::Unknown {
                p.note { (lang.pick(
                    "Mã trên phiếu là mã thật, nhưng sổ phiếu không có số này: lệnh quet từ chối trang này. Dưới đây là những gì máy nhìn thấy.",
                    "The code is genuine, but the ledger has no such sheet: scan refuses this page. Below is what the machine sees.",
                )) }
            },
        }
        @if !pictures.is_empty() { p.note { (shown(inspection, lang)) } }
        (found(inspection, lang))
        @if let PageOutcome::Read(reading) = &inspection.outcome {
            h2 { (lang.pick("Các câu trả lời", "The answers")) }
            (answers(reading, inspection.questions(), lang))
        }
        @for (stage, png) in pictures {
            h2 { (words::stage(*stage, lang)) }
            ul.legend {
                @for (key, meaning) in words::legend(*stage, lang) { li { i.key.(key) {} (meaning) } }
            }
            img.stage src=(data_uri(png)) alt=(words::stage(*stage, lang));
        }
        @match &inspection.outcome {
            PageOutcome::Read(_) => (measures(inspection, lang)),
            PageOutcome::Rejected(_) => (boxes_found(&inspection.boxes_found(), lang)),
        }
        h2 { (lang.pick("Các ngưỡng đang áp dụng", "The thresholds in force")) }
        pre { (format!("{policy:#?}")) }
    };
    document(&title, &body, lang)
}

/// How much of the page the pictures show.
fn shown(inspection: &Inspection, lang: Lang) -> &'static str {
    if inspection.is_clear() {
        lang.pick(
            "Các phần viết tay có dữ liệu cá nhân đã được che trong mọi hình; phần nằm ngoài tờ phiếu được làm nhòe.",
            "Places for handwriting that hold personal data are covered in every picture; what lies beside the sheet is made unrecognisable.",
        )
    } else {
        lang.pick(
            "Trang bị từ chối nên không biết chắc phần có dữ liệu cá nhân nằm ở đâu: toàn bộ ảnh được làm nhòe thành ô 6 mm, chỉ vẽ rõ những gì máy tìm thấy.",
            "The page was refused, so it is not known for certain where personal data stand: the whole picture is dissolved into blocks of 6 mm, and only what the machine found is drawn in clear.",
        )
    }
}

/// How far the reader came, in numbers.
fn found(inspection: &Inspection, lang: Lang) -> Markup {
    let of = |pair: Option<(usize, usize)>| pair.map(|(found, printed)| format!("{found} / {printed}"));
    let found = &inspection.found;
    let mut rows: Vec<(&str, Option<String>)> = vec![
        (
            lang.pick("Khối đen đặc trên ảnh", "Solid dark things on the picture"),
            found.solid_things.map(|n| n.to_string()),
        ),
        (
            lang.pick(
                "Dấu góc và ô vuông của mã: thấy / đã in",
                "Corner marks and squares of codes: found / printed",
            ),
            of(found.anchors),
        ),
        (lang.pick("Mã QR: đọc được / đã in", "Codes: read / printed"), of(found.codes)),
        (
            lang.pick(
                "Dấu góc và dấu mốc lề, tìm lại: thấy / đã in",
                "Corner and timing marks, looked for again: found / printed",
            ),
            of(found.marks),
        ),
        (lang.pick("Viền ô: thấy / đã in", "Outlines of boxes: found / printed"), of(found.outlines)),
        (
            lang.pick("Phần còn lệch sau khi khớp (trung vị)", "What is left after registration (median)"),
            found.residual_mm.map(|mm| number(mm, 3, lang) + " mm"),
        ),
    ];
    if let PageOutcome::Read(reading) = &inspection.outcome {
        let registration = &reading.registration;
        let tones = match registration.tones {
            Tones::Many => lang.pick("có sắc độ", "with shades"),
            Tones::Two => lang.pick("chỉ đen trắng", "black and white only"),
        };
        rows.extend([
            (
                lang.pick("Phần nội dung in nhìn thấy", "Share of the printed form that is seen"),
                Some(number(f64::from(registration.printed_share) * 100.0, 0, lang) + " %"),
            ),
            (lang.pick("Độ phân giải", "Resolution"), Some(format!("{:.0} dpi", registration.dpi))),
            (
                lang.pick("Trang bị xoay", "Turn of the page"),
                Some(format!("{}°", u32::from(registration.quarter_turns) * 90)),
            ),
            (lang.pick("Ảnh", "Picture"), Some(tones.to_owned())),
            (
                lang.pick("Mẫu và phiên bản", "Form and version"),
                Some(format!("{} v{}", reading.identity.form, reading.identity.version)),
            ),
            (lang.pick("Bộ đọc", "Engine"), Some(reading.engine.clone())),
        ]);
    }
    html! {
        h2 { (lang.pick("Máy tìm thấy gì", "What was found")) }
        table {
            @for (name, value) in rows {
                tr { th.left { (name) } td { (value.unwrap_or_else(|| lang.pick("chưa tới bước này", "not reached").to_owned())) } }
            }
        }
    }
}

fn answers(reading: &PageReading, questions: &[Question], lang: Lang) -> Markup {
    html! {
        table {
            thead { tr {
                th { (lang.pick("Câu", "Question")) }
                th { (lang.pick("Trạng thái", "State")) }
                th { (lang.pick("Phương án", "Options")) }
                th { (lang.pick("Độ tin cậy", "Confidence")) }
                th { (lang.pick("Được nhận", "Accepted")) }
                th { (lang.pick("Điều còn ngờ", "What speaks against it")) }
            } }
            @for answer in &reading.answers {
                (answer_row(answer, questions.iter().find(|q| q.id == answer.question), lang))
            }
        }
    }
}

fn answer_row(answer: &Answer, question: Option<&Question>, lang: Lang) -> Markup {
    let label =
        |id: &str| question.and_then(|q| q.options.iter().find(|o| o.id == id)).map(|o| o.label.as_str());
    html! {
        tr.person[answer.needs_review] {
            td.left {
                span.code { (answer.question) } " "
                @if let Some(question) = question { (question.number) " " (question.text) }
            }
            td.left { (state_name(answer.state, lang)) }
            td.left {
                @for id in &answer.options { span.code { (id) } " " (label(id).unwrap_or_default()) br; }
            }
            td { (probability(answer.confidence, lang)) }
            td { (if answer.needs_review { lang.pick("không, cần người xem", "no, needs a person") } else { lang.pick("có", "yes") }) }
            td.left {
                (answer.reasons.iter().map(|r| reason_name(*r, lang)).collect::<Vec<_>>().join(", "))
            }
        }
    }
}

/// Every measure of every box.
fn measures(inspection: &Inspection, lang: Lang) -> Markup {
    let boxes = inspection.boxes();
    let name = |code: &str| words::measure(code, lang).map_or("", |(name, _)| name);
    html! {
        h2 { (lang.pick("Mọi số đo của từng ô", "Every measure of every box")) }
        div.wide { table {
            thead { tr {
                th { (lang.pick("Ô", "Box")) }
                th {}
                th { (lang.pick("Kết luận", "Verdict")) }
                th { (lang.pick("Khả năng có dấu", "Marked")) }
                @for measure in MEASURES {
                    th { (name(measure.name)) br; span.code { (measure.name) } br; span.code { (words::unit(measure.unit, lang)) } }
                }
            } }
            @for (i, read) in boxes.iter().enumerate() {
                tr.first[i == 0 || boxes[i - 1].question != read.question] {
                    td.left { span.code { (read.question) "/" (read.option) } }
                    td { img src=(data_uri(&read.png)) alt=""; }
                    td.left { (words::mark(read.mark, lang)) br; span.code { (words::mark_code(read.mark)) } }
                    td { (probability(read.marked, lang)) }
                    @for measure in MEASURES { td { (number(f64::from((measure.of)(&read.measures)), 4, lang)) } }
                }
            }
        } }
        table {
            thead { tr { th { (lang.pick("Số đo", "Measure")) } th { (lang.pick("Ý nghĩa", "Meaning")) } } }
            @for measure in MEASURES {
                @if let Some((name, meaning)) = words::measure(measure.name, lang) {
                    tr { td.left { (name) " " span.code { (measure.name) } } td.left { (meaning) " (" (words::unit(measure.unit, lang)) ")" } }
                }
            }
        }
    }
}

/// How the boxes of a page that was refused later were found.
fn boxes_found(boxes: &[BoxFound], lang: Lang) -> Markup {
    html! {
        @if !boxes.is_empty() {
            h2 { (lang.pick("Viền của từng ô", "The outline of every box")) }
            table {
                thead { tr {
                    th { (lang.pick("Ô", "Box")) }
                    th { (lang.pick("Thấy viền", "Found")) }
                    th { (lang.pick("Phần viền thấy được", "Share of the outline")) }
                    th { (lang.pick("Còn lệch (mm)", "Residual (mm)")) }
                } }
                @for place in boxes {
                    tr {
                        td.left { span.code { (place.question) "/" (place.option) } }
                        td { (if place.found { lang.pick("có", "yes") } else { lang.pick("không", "no") }) }
                        td { (number(f64::from(place.outline), 3, lang)) }
                        td { (number(place.residual_mm, 3, lang)) }
                    }
                }
            }
        }
    }
}
