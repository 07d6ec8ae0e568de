//! The wording of a report, once for all writers.

use phieu_model::lang::Lang;
use phieu_model::period::{Date, Period};
use phieu_model::template::{Choose, Question, QuestionKind};

use crate::figures::{FormReport, QuestionFigures, Refused, Report};
use crate::hide::PUBLIC_MINIMUM;
use crate::number::{Share, count, decimal};

/// What stands where a figure is kept back.
pub(crate) const HIDDEN: &str = "*";
/// What stands where there is nothing to compute.
pub(crate) const NOTHING: &str = "–";

/// `QUÝ I NĂM 2026` without the capitals.
pub(crate) fn quarter(period: Period, lang: Lang) -> String {
    let roman = ["I", "II", "III", "IV"][usize::from(period.quarter()) - 1];
    match lang {
        Lang::Vi => format!("quý {roman} năm {}", period.year()),
        Lang::En => format!("quarter {roman} of {}", period.year()),
    }
}

/// The subject line under the word BÁO CÁO.
pub(crate) fn subject(period: Period, lang: Lang) -> String {
    let what = lang.pick(
        "Kết quả khảo sát sự hài lòng của người dân, tổ chức trong giải quyết thủ tục hành chính",
        "Results of the satisfaction survey among citizens and organisations on administrative procedures,",
    );
    format!("{what} {}", quarter(period, lang))
}

/// The bounds of the figures.
pub(crate) fn bounds(period: Period, lang: Lang) -> String {
    let day = |d: Date| format!("{:02}/{:02}/{:04}", d.day(), d.month(), d.year());
    let (first, last) = (day(period.first_day()), day(period.last_day()));
    match lang {
        Lang::Vi => format!("Kỳ số liệu: từ ngày {first} đến ngày {last}, tính theo ngày nhận lại phiếu."),
        Lang::En => {
            format!("Figures from {first} to {last} (day/month/year), by the day of the sheet's return.")
        }
    }
}

/// Which form the figures are of.
pub(crate) fn form_name(form: &FormReport, lang: Lang) -> String {
    match lang {
        Lang::Vi => format!("Mẫu {}, phiên bản {}", form.form, form.version),
        Lang::En => format!("Form {}, version {}", form.form, form.version),
    }
}

/// What the reader must know before the first figure; empty when all is settled.
pub(crate) fn cautions(report: &Report, lang: Lang) -> Vec<String> {
    let (waiting, conflicts) = (report.flow.waiting, report.flow.conflicts);
    let mut out = Vec::new();
    if waiting > 0 {
        let n = count(waiting, lang);
        out.push(match lang {
            Lang::Vi => format!(
                "Số liệu chưa chốt: còn {n} câu trả lời chờ người rà soát; các câu này chưa được tính vào tỷ lệ nào."
            ),
            Lang::En => format!(
                "Not final: {n} answers still wait for a person; they are in no percentage."
            ),
        });
    }
    if conflicts > 0 {
        let n = count(conflicts, lang);
        out.push(match lang {
            Lang::Vi => format!(
                "Có {n} phiếu được quét nhiều lần với kết quả khác nhau; các phiếu này chưa được tính cho đến khi có người xử lý."
            ),
            Lang::En => format!(
                "{n} sheets were scanned more than once with different results; they are left out until a person settles them."
            ),
        });
    }
    out
}

/// The headline index with its base and formula.
pub(crate) fn headline(form: &FormReport, share: Share, lang: Lang) -> String {
    let basis = headline_basis(form, share, lang);
    match share.percent(lang) {
        Some(percent) => format!("{percent} ({basis})."),
        None => format!("{basis}."),
    }
}

/// What the headline index is computed from, or that there is nothing.
pub(crate) fn headline_basis(form: &FormReport, share: Share, lang: Lang) -> String {
    let headline = |q: &&Question| matches!(q.kind, QuestionKind::Scale { headline: true });
    let question = form.questions.iter().find(headline);
    let (number, best) = question.map(|q| (bare(&q.number), best_two(q, lang))).unwrap_or_default();
    let (part, base) = (count(share.part, lang), count(share.base, lang));
    match (lang, share.base) {
        (Lang::Vi, 0) => format!("Không có phiếu trả lời câu {number}"),
        (Lang::En, 0) => format!("No sheet answers question {number}"),
        (Lang::Vi, _) => format!("{part}/{base} phiếu trả lời câu {number} chọn {best}"),
        (Lang::En, _) => format!("{part} of {base} sheets that answer question {number} say {best}"),
    }
}

/// The combined index with its base and formula.
pub(crate) fn combined(form: &FormReport, share: Share, lang: Lang) -> String {
    let scales = form.questions.iter().filter(|q| matches!(q.kind, QuestionKind::Scale { .. }));
    let numbers: Vec<&str> = scales.map(|q| bare(&q.number)).collect();
    let numbers = numbers.join(", ");
    let Some(percent) = share.percent(lang) else {
        return match lang {
            Lang::Vi => format!("Không có câu trả lời nào cho các câu {numbers}."),
            Lang::En => format!("No answers to questions {numbers}."),
        };
    };
    let (part, base) = (count(share.part, lang), count(share.base, lang));
    match lang {
        Lang::Vi => {
            format!("{percent} ({part}/{base} câu trả lời của các câu {numbers} ở hai mức tốt nhất).")
        }
        Lang::En => {
            format!("{percent} ({part} of {base} answers to questions {numbers} are at the two best levels).")
        }
    }
}

fn best_two(question: &Question, lang: Lang) -> String {
    let labels: Vec<String> = question.options.iter().take(2).map(|o| format!("“{}”", o.label)).collect();
    labels.join(lang.pick(" hoặc ", " or "))
}

/// A question's number without its full stop: `3.10`.
pub(crate) fn bare(number: &str) -> &str {
    number.trim_end_matches('.')
}

/// A question as a table's caption: `Câu 3.9: Kết quả …`.
pub(crate) fn question_caption(question: &Question, lang: Lang) -> String {
    let text = question.text.trim_end_matches(':');
    format!("{} {}: {text}", lang.pick("Câu", "Question"), bare(&question.number))
}

/// What the share of good answers is called for this question.
pub(crate) fn satisfied_name(question: &Question, lang: Lang) -> String {
    match &question.kind {
        QuestionKind::Channels => String::new(),
        QuestionKind::Scale { .. } => lang.pick("Tỷ lệ hài lòng", "Satisfied").into(),
        QuestionKind::Fact { good } => {
            let labels =
                question.options.iter().filter(|o| good.contains(&o.id)).map(|o| format!("“{}”", o.label));
            let labels = labels.collect::<Vec<_>>().join(" + ");
            match lang {
                Lang::Vi => format!("Tỷ lệ {labels}"),
                Lang::En => format!("Share of {labels}"),
            }
        }
    }
}

/// The sentence of such reports: who said what, and what nobody said.
pub(crate) fn summary(question: &Question, result: &QuestionFigures, lang: Lang) -> String {
    let Some(percent) = result.satisfied.and_then(|share| share.percent(lang)) else {
        return if result.answered > 0 {
            String::new()
        } else {
            lang.pick("Không có phiếu trả lời câu này.", "No sheet answers this question.").into()
        };
    };
    let share = result.satisfied.expect("its percentage was just worded");
    let good = match &question.kind {
        QuestionKind::Channels => return String::new(),
        QuestionKind::Scale { .. } => best_two(question, lang),
        QuestionKind::Fact { good } => {
            let labels =
                question.options.iter().filter(|o| good.contains(&o.id)).map(|o| format!("“{}”", o.label));
            labels.collect::<Vec<_>>().join(lang.pick(" hoặc ", " or "))
        }
    };
    let nobody: Vec<String> = question
        .options
        .iter()
        .zip(&result.options)
        .filter(|(_, share)| share.part == 0)
        .map(|(option, _)| format!("“{}”", option.label))
        .collect();
    let (part, base) = (count(share.part, lang), count(share.base, lang));
    let mut sentence = match (lang, share.part) {
        (Lang::Vi, 0) => format!("Không có phiếu nào trong {base} phiếu trả lời chọn {good}"),
        (Lang::En, 0) => format!("None of {base} sheets says {good}"),
        (Lang::Vi, _) => format!("Có {part}/{base} phiếu chọn {good} (chiếm {percent})"),
        (Lang::En, _) => format!("{part} of {base} sheets say {good} ({percent})"),
    };
    if share.part > 0 && !nobody.is_empty() {
        let list = nobody.join(", ");
        sentence.push_str(&match lang {
            Lang::Vi => format!("; không có phiếu chọn {list}"),
            Lang::En => format!("; no sheet says {list}"),
        });
    }
    sentence + "."
}

/// Footnotes on a question's percentages.
pub(crate) fn footnote(question: &Question, result: &QuestionFigures, lang: Lang) -> Option<String> {
    if question.choose == Choose::Many && result.answered > 0 {
        return Some(
            lang.pick(
                "Một phiếu có thể chọn nhiều phương án nên tổng các tỷ lệ có thể vượt 100%.",
                "A sheet may name several answers, so the shares may sum to more than 100%.",
            )
            .into(),
        );
    }
    result.rounded_sum(question).map(|sum| {
        let (number, sum) = (bare(&question.number), decimal(sum, lang));
        match lang {
            Lang::Vi => format!("Câu {number}: các tỷ lệ cộng lại được {sum}% do làm tròn."),
            Lang::En => format!("Question {number}: the shares sum to {sum}% because of rounding."),
        }
    })
}

/// Why some figures are kept back.
pub(crate) fn hidden_note(lang: Lang) -> String {
    match lang {
        Lang::Vi => format!(
            "({HIDDEN}) Không công bố kết quả của đơn vị có dưới {PUBLIC_MINIMUM} phiếu; khi cần, kết quả của đơn vị có ít phiếu \
             kế tiếp cũng không công bố để không thể suy ra từ số liệu chung."
        ),
        Lang::En => format!(
            "({HIDDEN}) Results of units with fewer than {PUBLIC_MINIMUM} sheets are not published; where needed, those of the \
             next smallest unit are kept back too, so that they cannot be had by subtraction."
        ),
    }
}

/// Why the whole office's figures are kept back.
pub(crate) fn total_hidden_note(lang: Lang) -> String {
    match lang {
        Lang::Vi => format!("Có dưới {PUBLIC_MINIMUM} phiếu theo mẫu này nên không công bố kết quả trả lời."),
        Lang::En => format!(
            "There are fewer than {PUBLIC_MINIMUM} sheets of this form, so their answers are not published."
        ),
    }
}

/// What to read when nothing was counted.
pub(crate) fn no_sheets(lang: Lang) -> &'static str {
    lang.pick("Trong kỳ không có phiếu nào được tính.", "No sheets were counted in this period.")
}

/// How shares are computed.
pub(crate) fn method(lang: Lang) -> &'static str {
    lang.pick(
        "Mẫu số của mỗi tỷ lệ là số phiếu trả lời hợp lệ câu đó; phiếu không trả lời, không xác định (đánh nhiều ô hoặc không rõ) \
         và chờ rà soát nêu riêng, không tính vào tỷ lệ. Tỷ lệ hài lòng là tỷ lệ của hai mức tốt nhất. Điểm trung bình tính \
         5-4-3-2-1 từ mức tốt nhất. Tỷ lệ làm tròn đến hai chữ số thập phân.",
        "The base of each percentage is the sheets that answer that question validly; sheets without an answer, undetermined ones \
         (several boxes, or unclear) and those waiting for review are given apart and are in no percentage. Satisfied is the \
         share of the two best levels. Mean scores run 5-4-3-2-1 from the best level. Percentages are rounded to two decimals.",
    )
}

/// The reason for refused pages.
pub(crate) fn refused(refused: &Refused, lang: Lang) -> String {
    refused.code.map_or_else(|| refused.name.clone(), |code| code.phrase(lang).to_owned())
}

/// How many answers were decided by a person.
pub(crate) fn adjudicated(n: u64, lang: Lang) -> String {
    let shown = count(n, lang);
    match (lang, n) {
        (Lang::Vi, 0) => "Không có câu trả lời nào do người rà soát quyết định.".into(),
        (Lang::En, 0) => "No answers were decided by a person.".into(),
        (Lang::Vi, _) => format!("{shown} câu trả lời do người rà soát quyết định."),
        (Lang::En, _) => format!("{shown} answers were decided by a person."),
    }
}
