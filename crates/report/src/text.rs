//! The report as plain text for the terminal, about 100 columns wide.

use phieu_model::lang::Lang;
use phieu_model::template::Question;

use crate::figures::{Figures, FormReport, QuestionFigures, Report, Shown};
use crate::number::count;
use crate::words::{self, HIDDEN, NOTHING};

/// Columns of the page.
const WIDTH: usize = 100;
/// Columns of a bar for 100 %.
const BAR: usize = 25;
/// Columns of a label before it runs into its numbers.
const LABEL: usize = 44;

/// The report as plain text.
pub fn to_text(report: &Report, lang: Lang) -> String {
    let mut out = Text { out: String::new(), lang };
    out.line(&report.parent.to_uppercase());
    out.line(&report.office.to_uppercase());
    out.line("");
    out.line(lang.pick("BÁO CÁO", "REPORT"));
    out.sentence("", &words::subject(report.period, lang));
    out.line(&words::bounds(report.period, lang));
    for caution in words::cautions(report, lang) {
        out.sentence("! ", &caution);
    }
    out.flow(report);
    if report.forms.is_empty() {
        out.heading(words::no_sheets(lang));
    }
    for form in &report.forms {
        out.form(form);
    }
    out.line("");
    out.sentence("", words::method(lang));
    out.out
}

struct Text {
    out: String,
    lang: Lang,
}

impl Text {
    fn line(&mut self, line: &str) {
        self.out.push_str(line.trim_end());
        self.out.push('\n');
    }

    /// A sentence broken at spaces, each line behind `indent`.
    fn sentence(&mut self, indent: &str, sentence: &str) {
        let mut line = indent.to_owned();
        for word in sentence.split(' ') {
            if line.chars().count() + 1 + word.chars().count() > WIDTH && line.len() > indent.len() {
                self.line(&line);
                line = " ".repeat(indent.chars().count());
            }
            if !line.ends_with(' ') && !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        self.line(&line);
    }

    fn heading(&mut self, heading: &str) {
        self.line("");
        self.line(heading);
        self.line(&"=".repeat(heading.chars().count().min(WIDTH)));
    }

    fn flow(&mut self, report: &Report) {
        let lang = self.lang;
        let flow = &report.flow;
        self.heading(lang.pick("SỐ LƯỢNG PHIẾU", "SHEETS"));
        self.columns(
            lang.pick("Đơn vị", "Unit"),
            &[
                lang.pick("in ra", "printed"),
                lang.pick("thu về", "returned"),
                lang.pick("để ngoài", "left out"),
            ]
            .map(str::to_owned),
        );
        for unit in &flow.units {
            let shown = |n: &Shown<u64>| n.value().map_or(HIDDEN.into(), |n| count(*n, lang));
            let (returned, conflicts) = (shown(&unit.returned), shown(&unit.conflicts));
            self.columns(&unit.name, &[count(unit.printed, lang), returned, conflicts]);
        }
        let total = [flow.printed, flow.returned, flow.conflicts].map(|n| count(n, lang));
        self.columns(lang.pick("Cộng", "Total"), &total);
        if flow.units.iter().any(|unit| unit.returned == Shown::Hidden) {
            self.sentence("", &words::hidden_note(lang));
        }
        self.line("");
        let pages: u64 = flow.refused.iter().map(|r| r.pages).sum();
        if pages == 0 {
            self.line(lang.pick("Không có trang quét nào bị từ chối.", "No scanned page was refused."));
        } else {
            self.columns(lang.pick("Trang quét bị từ chối", "Refused pages"), &[count(pages, lang)]);
            for refused in &flow.refused {
                self.columns(&format!("  {}", words::refused(refused, lang)), &[count(refused.pages, lang)]);
            }
        }
        self.line(&words::adjudicated(flow.adjudicated, lang));
    }

    fn form(&mut self, form: &FormReport) {
        let lang = self.lang;
        self.heading(&words::form_name(form, lang));
        let Shown::Value(total) = &form.total else {
            return self.line(&words::total_hidden_note(lang));
        };
        self.line(&format!(
            "{}: {}",
            lang.pick("Số phiếu được tính", "Sheets counted"),
            count(total.sheets, lang)
        ));
        if let Some(share) = total.headline {
            let name = lang.pick("Chỉ số hài lòng chung", "Satisfaction index");
            self.sentence("", &format!("{name}: {}", words::headline(form, share, lang)));
        }
        if let Some(share) = total.combined {
            let name = lang.pick("Chỉ số hài lòng tổng hợp", "Combined satisfaction index");
            self.sentence("", &format!("{name}: {}", words::combined(form, share, lang)));
        }
        for (question, result) in form.questions.iter().zip(&total.questions) {
            self.question(question, result);
        }
        self.units(form);
    }

    fn question(&mut self, question: &Question, result: &QuestionFigures) {
        let lang = self.lang;
        self.line("");
        self.sentence("", &format!("{} {}", question.number, question.text));
        let sheets = sheets_by_state(result, lang);
        self.line(&format!("  {}: {sheets}", lang.pick("Số phiếu", "Sheets")));
        for (option, share) in question.options.iter().zip(&result.options) {
            let percent = share.percent(lang).unwrap_or(NOTHING.into());
            let bar = share.hundredths().map_or(0, |n| (n as usize * BAR).div_ceil(10_000));
            let mut numbers = format!("{:>7} {percent:>8}", count(share.part, lang));
            numbers.push_str(&format!("  {}", "#".repeat(bar)));
            self.line(&labelled(&format!("  {}", option.label), &numbers));
        }
        let mut closing = words::summary(question, result, lang);
        if let Some(mean) = result.score.and_then(|score| score.mean(lang)) {
            closing.push_str(&format!(" {}: {mean}/5.", lang.pick("Điểm trung bình", "Mean score")));
        }
        for line in [Some(closing), words::footnote(question, result, lang)].into_iter().flatten() {
            if !line.is_empty() {
                self.sentence("  ", &line);
            }
        }
    }

    fn units(&mut self, form: &FormReport) {
        let lang = self.lang;
        self.heading(lang.pick("KẾT QUẢ THEO ĐƠN VỊ", "RESULTS BY UNIT"));
        for unit in &form.units {
            self.line("");
            match &unit.figures {
                Shown::Hidden => self.line(&format!("{}: {HIDDEN}", unit.name)),
                Shown::Value(figures) => self.unit(form, &unit.name, figures),
            }
        }
        if form.hides_units() {
            self.line("");
            self.sentence("", &words::hidden_note(lang));
        }
    }

    fn unit(&mut self, form: &FormReport, name: &str, figures: &Figures) {
        let lang = self.lang;
        self.line(&format!("{name}: {} {}", count(figures.sheets, lang), lang.pick("phiếu", "sheets")));
        if let Some(share) = figures.headline {
            let index = lang.pick("Chỉ số hài lòng chung", "Satisfaction index");
            self.sentence("  ", &format!("{index}: {}", words::headline(form, share, lang)));
        }
        for (question, result) in form.questions.iter().zip(&figures.questions) {
            let options: Vec<String> = question
                .options
                .iter()
                .zip(&result.options)
                .map(|(option, share)| format!("{} {}", option.label, count(share.part, lang)))
                .collect();
            let good = result
                .satisfied
                .and_then(|share| share.percent(lang))
                .map(|percent| format!("; {} {percent}", words::satisfied_name(question, lang)))
                .unwrap_or_default();
            let sheets = sheets_by_state(result, lang);
            self.sentence("  ", &format!("{} {sheets}; {}{good}.", question.number, options.join(", ")));
        }
    }

    /// A label with right-aligned numbers.
    fn columns(&mut self, label: &str, numbers: &[String]) {
        let numbers: String = numbers.iter().map(|n| format!("{n:>10}")).collect();
        self.line(&labelled(label, &numbers));
    }
}

/// How many sheets answered and how many did not, for each reason.
fn sheets_by_state(result: &QuestionFigures, lang: Lang) -> String {
    let mut counts = vec![
        (lang.pick("trả lời", "answered"), result.answered),
        (lang.pick("không trả lời", "not answered"), result.blank),
        (lang.pick("không xác định", "undetermined"), result.undetermined),
    ];
    if result.waiting > 0 {
        counts.push((lang.pick("chờ rà soát", "waiting for review"), result.waiting));
    }
    let counts: Vec<String> = counts.iter().map(|(name, n)| format!("{name} {}", count(*n, lang))).collect();
    counts.join(", ")
}

/// `rest` in its column behind `label`, on a line of its own when the label is long.
fn labelled(label: &str, rest: &str) -> String {
    let length = label.chars().count();
    if length > LABEL {
        format!("{label}\n{}{rest}", " ".repeat(LABEL))
    } else {
        format!("{label}{}{rest}", " ".repeat(LABEL - length))
    }
}
