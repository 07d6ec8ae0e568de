//! The report as one HTML page that needs nothing beside itself: style and charts are
//! inline, there is no script and no reference to another place.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use phieu_model::lang::Lang;
use phieu_model::template::{Question, QuestionKind};

use crate::figures::{Figures, FormReport, QuestionFigures, Report, Shown};
use crate::number::{Share, count};
use crate::svg;
use crate::words::{self, HIDDEN, NOTHING, bare};

const STYLE: &str = include_str!("report.css");

/// The report as one self-contained HTML page, ready to print on A4.
pub fn to_html(report: &Report, lang: Lang) -> String {
    let mut page = Page { lang, table: 0 };
    let subject = words::subject(report.period, lang);
    let body = html! {
        (page.letterhead(report))
        h1 { (lang.pick("BÁO CÁO", "REPORT")) }
        p.subject { (subject) }
        p.bounds { (words::bounds(report.period, lang)) }
        @for caution in words::cautions(report, lang) {
            p.caution { strong { (lang.pick("Lưu ý: ", "Note: ")) } (caution) }
        }
        (page.flow(report))
        @if report.forms.is_empty() {
            h2 { (lang.pick("Kết quả khảo sát", "Results")) }
            p { (words::no_sheets(lang)) }
        }
        @for form in &report.forms { (page.form(form)) }
        p.method { (words::method(lang)) }
    };
    html! {
        (DOCTYPE)
        html lang=(lang.pick("vi", "en")) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (lang.pick("Báo cáo", "Report")) " " (words::quarter(report.period, lang)) " – " (report.office) }
                style { (PreEscaped(STYLE)) }
            }
            body { main { (body) } }
        }
    }
    .into_string()
}

struct Page {
    lang: Lang,
    /// Number of the last table.
    table: u32,
}

impl Page {
    fn caption(&mut self, text: &str) -> Markup {
        self.table += 1;
        html! { caption { (self.lang.pick("Bảng", "Table")) " " (self.table) ". " (text) } }
    }

    fn letterhead(&self, report: &Report) -> Markup {
        html! {
            header {
                div { p { (report.parent.to_uppercase()) } p.bold.ruled { (report.office.to_uppercase()) } }
                @if self.lang == Lang::Vi {
                    div {
                        p.bold { "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" }
                        p.bold.ruled { "Độc lập - Tự do - Hạnh phúc" }
                    }
                }
            }
        }
    }

    fn flow(&mut self, report: &Report) -> Markup {
        let (lang, flow) = (self.lang, &report.flow);
        let shown = |n: &Shown<u64>| n.value().map_or(HIDDEN.into(), |n| count(*n, lang));
        let pages: u64 = flow.refused.iter().map(|r| r.pages).sum();
        html! {
            h2 { (lang.pick("I. Số lượng phiếu", "I. Sheets")) }
            table {
                (self.caption(lang.pick("Số lượng phiếu theo phòng, đơn vị", "Sheets by unit")))
                thead { tr {
                    th { (lang.pick("TT", "No.")) }
                    th.left { (lang.pick("Phòng, đơn vị", "Unit")) }
                    th { (lang.pick("Phiếu in ra trong kỳ", "Printed in the period")) }
                    th { (lang.pick("Phiếu thu về trong kỳ", "Returned in the period")) }
                    th { (lang.pick("Để ngoài do các bản quét khác nhau", "Left out: scans differ")) }
                } }
                tbody {
                    @for (i, unit) in flow.units.iter().enumerate() {
                        tr {
                            td { (i + 1) } td.left { (unit.name) } td { (count(unit.printed, lang)) }
                            td { (shown(&unit.returned)) } td { (shown(&unit.conflicts)) }
                        }
                    }
                    tr.total {
                        td {} td.left { (lang.pick("Cộng", "Total")) } td { (count(flow.printed, lang)) }
                        td { (count(flow.returned, lang)) } td { (count(flow.conflicts, lang)) }
                    }
                }
            }
            @if flow.units.iter().any(|unit| unit.returned == Shown::Hidden) { p.note { (words::hidden_note(lang)) } }
            @if flow.refused.is_empty() {
                p { (lang.pick("Không có trang quét nào bị từ chối.", "No scanned page was refused.")) }
            } @else {
                table.narrow {
                    (self.caption(lang.pick("Trang quét bị từ chối", "Refused scanned pages")))
                    thead { tr {
                        th { (lang.pick("TT", "No.")) } th.left { (lang.pick("Lý do", "Reason")) }
                        th.left { (lang.pick("Mã", "Code")) } th { (lang.pick("Số trang", "Pages")) }
                    } }
                    tbody {
                        @for (i, refused) in flow.refused.iter().enumerate() {
                            tr {
                                td { (i + 1) } td.left { (words::refused(refused, lang)) }
                                td.left.code { (refused.name) } td { (count(refused.pages, lang)) }
                            }
                        }
                        tr.total { td {} td.left colspan="2" { (lang.pick("Cộng", "Total")) } td { (count(pages, lang)) } }
                    }
                }
            }
            p { (words::adjudicated(flow.adjudicated, lang)) }
        }
    }

    fn form(&mut self, form: &FormReport) -> Markup {
        let lang = self.lang;
        let results = match &form.total {
            Shown::Hidden => html! { p { (words::total_hidden_note(lang)) } },
            Shown::Value(total) => html! {
                (self.indices(form, total))
                (self.questions(form, total))
                (self.units(form, total))
                (self.annex(form))
            },
        };
        html! {
            h2 { (lang.pick("II. Kết quả khảo sát", "II. Results")) " – " (words::form_name(form, lang)) }
            (results)
        }
    }

    fn indices(&self, form: &FormReport, total: &Figures) -> Markup {
        let lang = self.lang;
        html! {
            p { (lang.pick("Số phiếu được tính", "Sheets counted")) ": " strong { (count(total.sheets, lang)) } "." }
            @if let Some(share) = total.headline {
                div.headline {
                    p.name { (lang.pick("Chỉ số hài lòng chung", "Satisfaction index")) }
                    p.figure { (share.percent(lang).unwrap_or(NOTHING.into())) }
                    p { (words::headline_basis(form, share, lang)) }
                }
            }
            @if let Some(share) = total.combined {
                p {
                    (lang.pick("Chỉ số hài lòng tổng hợp (tính riêng, không thay chỉ số trên)",
                               "Combined satisfaction index (a figure of its own beside the one above)"))
                    ": " (words::combined(form, share, lang))
                }
            }
        }
    }

    /// Scale questions that follow each other share a table and a chart; every other
    /// question has its own.
    fn questions(&mut self, form: &FormReport, total: &Figures) -> Markup {
        let all: Vec<(&Question, &QuestionFigures)> = form.questions.iter().zip(&total.questions).collect();
        let alike =
            |a: &(&Question, &QuestionFigures), b: &(&Question, &QuestionFigures)| is_row(a.0) && is_row(b.0);
        html! {
            @for group in all.chunk_by(alike) {
                @match group {
                    [(question, result)] if !is_row(question) => { (self.single(question, result)) }
                    rows => { (self.scales(rows)) }
                }
            }
        }
    }

    fn single(&mut self, question: &Question, result: &QuestionFigures) -> Markup {
        let lang = self.lang;
        let bars: Vec<(&str, Share)> =
            question.options.iter().zip(&result.options).map(|(o, s)| (o.label.as_str(), *s)).collect();
        let title = words::question_caption(question, lang);
        html! {
            section {
                table.narrow {
                    (self.caption(&title))
                    thead { tr {
                        th { (lang.pick("TT", "No.")) } th.left { (lang.pick("Phương án", "Answer")) }
                        th { (lang.pick("Số phiếu", "Sheets")) }
                        th { (lang.pick("Tỷ lệ trên số phiếu trả lời", "Share of those who answered")) }
                    } }
                    tbody {
                        @for (i, (option, share)) in question.options.iter().zip(&result.options).enumerate() {
                            tr {
                                td { (i + 1) } td.left { (option.label) }
                                td { (count(share.part, lang)) } td { (percent(*share, lang)) }
                            }
                        }
                    }
                    (self.bases(result))
                }
                @if result.answered > 0 { (svg::bars(&title, &bars, lang)) }
                @let summary = words::summary(question, result, lang);
                @if !summary.is_empty() {
                    p {
                        (summary)
                        @if let Some(mean) = result.score.and_then(|score| score.mean(lang)) {
                            " " (lang.pick("Điểm trung bình", "Mean score")) ": " (mean) "/5."
                        }
                    }
                }
                @if let Some(note) = words::footnote(question, result, lang) { p.note { (note) } }
            }
        }
    }

    /// The sheets of a question: its base and what is outside it.
    fn bases(&self, result: &QuestionFigures) -> Markup {
        let lang = self.lang;
        let row =
            |name: &str, n: u64| html! { tr { td {} td.left { (name) } td { (count(n, lang)) } td {} } };
        html! {
            tbody.base {
                tr.total { td {} td.left { (lang.pick("Số phiếu trả lời", "Answered")) } td { (count(result.answered, lang)) } td {} }
                (row(lang.pick("Không trả lời", "Not answered"), result.blank))
                (row(lang.pick("Không xác định", "Undetermined"), result.undetermined))
                @if result.waiting > 0 { (row(lang.pick("Chờ rà soát", "Waiting for review"), result.waiting)) }
            }
        }
    }

    fn scales(&mut self, rows: &[(&Question, &QuestionFigures)]) -> Markup {
        let lang = self.lang;
        let title = lang.pick("Mức độ đánh giá theo từng nội dung", "Assessment by subject");
        let waiting = rows.iter().any(|(_, result)| result.waiting > 0);
        let chart: Vec<(String, &[Share])> = rows
            .iter()
            .filter(|(_, result)| result.answered > 0)
            .map(|(question, result)| {
                (format!("{} {}", question.number, question.text), result.options.as_slice())
            })
            .collect();
        html! {
            section {
                table.wide {
                    (self.caption(title))
                    thead { tr {
                        th.left { (lang.pick("Nội dung", "Subject")) }
                        th { (lang.pick("Số phiếu trả lời", "Answered")) }
                        @for level in 1..=5 { th { (lang.pick("Mức", "Level")) " " (level) } }
                        th { (lang.pick("Tỷ lệ hài lòng", "Satisfied")) }
                        th { (lang.pick("Điểm TB (/5)", "Mean (/5)")) }
                        th { (lang.pick("Không trả lời", "Not answered")) }
                        th { (lang.pick("Không xác định", "Undeter-mined")) }
                        @if waiting { th { (lang.pick("Chờ rà soát", "Waiting")) } }
                    } }
                    tbody {
                        @for (question, result) in rows {
                            tr {
                                td.left { (question.number) " " (question.text) }
                                td { (count(result.answered, lang)) }
                                @for (option, share) in question.options.iter().zip(&result.options) {
                                    td { span.level { (option.label) } (count(share.part, lang)) br; (percent(*share, lang)) }
                                }
                                td.bold { (result.satisfied.map_or(NOTHING.into(), |share| percent(share, lang))) }
                                td { (result.score.and_then(|s| s.mean(lang)).unwrap_or(NOTHING.into())) }
                                td { (count(result.blank, lang)) } td { (count(result.undetermined, lang)) }
                                @if waiting { td { (count(result.waiting, lang)) } }
                            }
                        }
                    }
                }
                @if !chart.is_empty() { (svg::stacked(title, &chart, lang)) }
                ul {
                    @for (question, result) in rows {
                        li { (lang.pick("Câu", "Question")) " " (bare(&question.number)) ": " (words::summary(question, result, lang)) }
                    }
                }
                @for (question, result) in rows {
                    @if let Some(note) = words::footnote(question, result, lang) { p.note { (note) } }
                }
            }
        }
    }

    fn units(&mut self, form: &FormReport, total: &Figures) -> Markup {
        let lang = self.lang;
        let judged: Vec<usize> =
            (0..form.questions.len()).filter(|&i| total.questions[i].satisfied.is_some()).collect();
        let row = |figures: &Figures| {
            let cells = judged.iter().filter_map(|&i| figures.questions[i].satisfied);
            html! {
                td { (count(figures.sheets, lang)) }
                @for share in cells {
                    td { (percent(share, lang)) span.of { (count(share.part, lang)) "/" (count(share.base, lang)) } }
                }
            }
        };
        html! {
            section {
                h3 { (lang.pick("Kết quả theo phòng, đơn vị", "Results by unit")) }
                table.wide {
                    (self.caption(lang.pick("Tỷ lệ đánh giá tốt theo phòng, đơn vị và câu hỏi", "Share of good answers by unit and question")))
                    thead { tr {
                        th.left { (lang.pick("Phòng, đơn vị", "Unit")) }
                        th { (lang.pick("Số phiếu", "Sheets")) }
                        @for &i in &judged {
                            @let question = &form.questions[i];
                            th {
                                (bare(&question.number))
                                @if let QuestionKind::Fact { .. } = &question.kind {
                                    span.of { (words::satisfied_name(question, lang)) }
                                }
                            }
                        }
                    } }
                    tbody {
                        @for unit in &form.units {
                            tr {
                                td.left { (unit.name) }
                                @match &unit.figures {
                                    Shown::Value(figures) => { (row(figures)) }
                                    Shown::Hidden => { @for _ in 0..=judged.len() { td { (HIDDEN) } } }
                                }
                            }
                        }
                        tr.total { td.left { (lang.pick("Toàn cơ quan", "Whole office")) } (row(total)) }
                    }
                }
                p.note {
                    (lang.pick(
                        "Các câu thang điểm: tỷ lệ của hai mức tốt nhất. Dưới mỗi tỷ lệ là số phiếu/số phiếu trả lời.",
                        "Scale questions: the share of the two best levels. Below each share: sheets/sheets that answered.",
                    ))
                }
                @if form.hides_units() { p.note { (words::hidden_note(lang)) } }
            }
        }
    }

    /// Every count of every unit that may be shown.
    fn annex(&mut self, form: &FormReport) -> Markup {
        let lang = self.lang;
        let shown: Vec<(&str, &Figures)> =
            form.units.iter().filter_map(|u| Some((u.name.as_str(), u.figures.value()?))).collect();
        html! {
            @if !shown.is_empty() {
                h2 { (lang.pick("Phụ lục. Số phiếu theo câu hỏi, phương án và đơn vị", "Annex. Sheets by question, answer and unit")) }
                @for (i, question) in form.questions.iter().enumerate() {
                    table {
                        (self.caption(&words::question_caption(question, lang)))
                        thead { tr {
                            th.left { (lang.pick("Phòng, đơn vị", "Unit")) }
                            @for option in &question.options { th { (option.label) } }
                            th { (lang.pick("Số phiếu trả lời", "Answered")) }
                            th { (lang.pick("Không trả lời", "Not answered")) }
                            th { (lang.pick("Không xác định", "Undetermined")) }
                            th { (lang.pick("Chờ rà soát", "Waiting")) }
                        } }
                        tbody {
                            @for (name, figures) in &shown {
                                @let result = &figures.questions[i];
                                tr {
                                    td.left { (name) }
                                    @for share in &result.options { td { (count(share.part, lang)) } }
                                    td.bold { (count(result.answered, lang)) }
                                    @for n in [result.blank, result.undetermined, result.waiting] { td { (count(n, lang)) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A scale question other than the headline, which shares a table with its neighbours.
fn is_row(question: &Question) -> bool {
    question.kind == QuestionKind::Scale { headline: false }
}

fn percent(share: Share, lang: Lang) -> String {
    share.percent(lang).unwrap_or(NOTHING.into())
}
