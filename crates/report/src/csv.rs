//! One row for each number, for spreadsheets: UTF-8 with byte order mark, semicolons,
//! CRLF, decimal comma in Vietnamese. Ids stand beside the wording, so that a program
//! can read it too.

use csv::{Terminator, WriterBuilder};
use phieu_model::lang::Lang;

use crate::figures::{Figures, FormReport, Report, Shown};
use crate::number::{Share, decimal};
use crate::words::{self, HIDDEN};

const COLUMNS: usize = 12;

/// The report as CSV. The columns: period, form, version, unit id and name, question id
/// and wording, item id and wording, count, base, value; the value is a percentage in
/// per cent or, for `score`, the mean. An empty unit id stands for the whole office.
/// Where the base is 0 the value is empty; kept back figures are `*`.
pub fn to_csv(report: &Report, lang: Lang) -> String {
    let mut rows = Rows {
        writer: WriterBuilder::new().delimiter(b';').terminator(Terminator::CRLF).from_writer(Vec::new()),
        lang,
    };
    rows.write(match lang {
        Lang::Vi => [
            "Kỳ",
            "Mẫu",
            "Phiên bản",
            "Mã đơn vị",
            "Đơn vị",
            "Mã câu hỏi",
            "Câu hỏi",
            "Mã chỉ tiêu",
            "Chỉ tiêu",
            "Số lượng",
            "Mẫu số",
            "Giá trị (% hoặc điểm)",
        ],
        Lang::En => [
            "Period",
            "Form",
            "Version",
            "Unit id",
            "Unit",
            "Question id",
            "Question",
            "Item id",
            "Item",
            "Count",
            "Base",
            "Value (% or points)",
        ],
    });
    let period = report.period.to_string();
    let start = Place { period: &period, ..Place::default() };
    rows.flow(report, start);
    for form in &report.forms {
        let version = form.version.to_string();
        let here = Place { form: &form.form, version: &version, ..start };
        let office = Place { unit: words_office(lang), ..here };
        rows.figures(form, &form.total, office);
        for unit in &form.units {
            rows.figures(form, &unit.figures, Place { unit_id: &unit.id, unit: &unit.name, ..here });
        }
    }
    let bytes = rows.writer.into_inner().expect("writing to memory does not fail");
    String::from("\u{feff}") + &String::from_utf8(bytes).expect("only strings were written")
}

fn words_office(lang: Lang) -> &'static str {
    lang.pick("Toàn cơ quan", "Whole office")
}

/// Whose numbers follow.
#[derive(Clone, Copy, Default)]
struct Place<'a> {
    period: &'a str,
    form: &'a str,
    version: &'a str,
    unit_id: &'a str,
    unit: &'a str,
    question_id: &'a str,
    question: &'a str,
}

struct Rows {
    writer: csv::Writer<Vec<u8>>,
    lang: Lang,
}

impl Rows {
    fn write(&mut self, fields: [&str; COLUMNS]) {
        self.writer.write_record(fields).expect("writing to memory does not fail");
    }

    fn row(&mut self, p: Place, item: (&str, &str), numbers: [&str; 3]) {
        let (id, wording) = item;
        let [count, base, value] = numbers;
        self.write([
            p.period,
            p.form,
            p.version,
            p.unit_id,
            p.unit,
            p.question_id,
            p.question,
            id,
            wording,
            count,
            base,
            value,
        ]);
    }

    fn count(&mut self, p: Place, item: (&str, &str), n: u64) {
        self.row(p, item, [&n.to_string(), "", ""]);
    }

    fn share(&mut self, p: Place, item: (&str, &str), share: Share) {
        let value = share.hundredths().map(|n| decimal(n, self.lang)).unwrap_or_default();
        self.row(p, item, [&share.part.to_string(), &share.base.to_string(), &value]);
    }

    fn flow(&mut self, report: &Report, p: Place) {
        let lang = self.lang;
        let flow = &report.flow;
        let printed = ("printed", lang.pick("Phiếu in ra", "Sheets printed"));
        let returned = ("returned", lang.pick("Phiếu thu về", "Sheets returned"));
        let conflicts = (
            "conflicts",
            lang.pick("Phiếu để ngoài do hai bản quét khác nhau", "Sheets left out: scans differ"),
        );
        let office = Place { unit: words_office(lang), ..p };
        self.count(office, printed, flow.printed);
        self.count(office, returned, flow.returned);
        self.count(office, conflicts, flow.conflicts);
        self.count(
            office,
            ("waiting", lang.pick("Câu trả lời chờ rà soát", "Answers waiting for review")),
            flow.waiting,
        );
        let adjudicated =
            ("adjudicated", lang.pick("Câu trả lời do người quyết định", "Answers decided by a person"));
        self.count(office, adjudicated, flow.adjudicated);
        for refused in &flow.refused {
            let (id, wording) = (format!("refused:{}", refused.name), words::refused(refused, lang));
            let wording = format!("{}: {wording}", lang.pick("Trang bị từ chối", "Refused pages"));
            self.count(office, (&id, &wording), refused.pages);
        }
        for unit in &flow.units {
            let p = Place { unit_id: &unit.id, unit: &unit.name, ..p };
            self.count(p, printed, unit.printed);
            for (item, n) in [(returned, &unit.returned), (conflicts, &unit.conflicts)] {
                match n {
                    Shown::Value(n) => self.count(p, item, *n),
                    Shown::Hidden => self.row(p, item, [HIDDEN, "", ""]),
                }
            }
        }
    }

    fn figures(&mut self, form: &FormReport, figures: &Shown<Figures>, p: Place) {
        let lang = self.lang;
        let sheets = ("sheets", lang.pick("Phiếu được tính", "Sheets counted"));
        let Shown::Value(figures) = figures else {
            return self.row(p, sheets, [HIDDEN, HIDDEN, HIDDEN]);
        };
        self.count(p, sheets, figures.sheets);
        if let Some(share) = figures.headline {
            self.share(p, ("headline", lang.pick("Chỉ số hài lòng chung", "Satisfaction index")), share);
        }
        if let Some(share) = figures.combined {
            self.share(
                p,
                ("combined", lang.pick("Chỉ số hài lòng tổng hợp", "Combined satisfaction index")),
                share,
            );
        }
        for (question, result) in form.questions.iter().zip(&figures.questions) {
            let wording = format!("{} {}", question.number, question.text);
            let p = Place { question_id: &question.id, question: &wording, ..p };
            for (option, share) in question.options.iter().zip(&result.options) {
                self.share(p, (&option.id, &option.label), *share);
            }
            for (id, vi, en, n) in [
                ("answered", "Trả lời", "Answered", result.answered),
                ("blank", "Không trả lời", "Not answered", result.blank),
                ("undetermined", "Không xác định", "Undetermined", result.undetermined),
                ("waiting", "Chờ rà soát", "Waiting for review", result.waiting),
            ] {
                self.count(p, (id, lang.pick(vi, en)), n);
            }
            if let Some(share) = result.satisfied {
                self.share(p, ("satisfied", &words::satisfied_name(question, lang)), share);
            }
            if let Some(score) = result.score {
                let mean = score.mean(lang).unwrap_or_default();
                let item = ("score", lang.pick("Điểm trung bình", "Mean score"));
                self.row(p, item, [&score.points.to_string(), &score.answers.to_string(), &mean]);
            }
        }
    }
}
