//! Doubtful answers in words.

use std::fmt::Write;

use phieu_model::doubtful::{AnswerDetail, Doubt, Doubtful, MachineAnswer, PersonAnswer};
use phieu_model::lang::Lang;
use phieu_model::reading::{Answer, AnswerState, ReviewReason};
use phieu_model::template::Question;

/// The state's name on screens and reports.
pub fn state_name(state: AnswerState, lang: Lang) -> &'static str {
    match state {
        AnswerState::Answered => lang.pick("có trả lời", "answered"),
        AnswerState::Blank => lang.pick("không trả lời", "blank"),
        AnswerState::Multiple => lang.pick("đánh dấu nhiều ô", "several marks"),
        AnswerState::Unclear => lang.pick("không rõ", "unclear"),
    }
}

/// Why an answer is in the queue.
pub fn doubt_name(doubt: Doubt, lang: Lang) -> &'static str {
    match doubt {
        Doubt::NeedsReview => lang.pick("máy chưa chắc", "the machine is not sure"),
        Doubt::Conflict => {
            lang.pick("hai lần quét cho kết quả khác nhau", "two scans give different answers")
        }
        Doubt::PageMissing => {
            lang.pick("chưa quét trang có câu này", "the page with this question was not scanned")
        }
        Doubt::BelowThreshold => lang.pick("dưới ngưỡng đã chọn", "below the chosen threshold"),
    }
}

/// What the reader saw that speaks against an answer.
pub fn reason_name(reason: ReviewReason, lang: Lang) -> &'static str {
    match reason {
        ReviewReason::FaintMark => lang.pick("dấu mờ", "faint mark"),
        ReviewReason::TwoMarks => lang.pick("hai dấu ở câu chỉ chọn một", "two marks where one is allowed"),
        ReviewReason::Correction => lang.pick("có sửa chữa", "a correction"),
        ReviewReason::Ring => lang.pick("khoanh tròn ô trống", "a ring round an empty box"),
        ReviewReason::StrayInk => lang.pick("mực ngoài ô", "ink beside the boxes"),
        ReviewReason::DotOrDash => lang.pick("chấm hoặc gạch ngắn", "a dot or a dash"),
        ReviewReason::BoxNotFound => lang.pick("không thấy viền ô", "a box's outline was not found"),
        ReviewReason::Covered => lang.pick("ô bị che hoặc bị cắt", "a box is covered or cut off"),
        ReviewReason::OneBit => lang.pick(
            "ảnh đen trắng, nét bút nhạt có thể đã mất",
            "black-and-white picture, weak strokes may be lost",
        ),
        ReviewReason::LowConfidence => lang.pick("độ tin cậy thấp", "low confidence"),
    }
}

/// A probability as the language writes it, four decimals, never rounded up to 1.
fn probability(p: f64, lang: Lang) -> String {
    let text = format!("{:.4}", (p.clamp(0.0, 1.0) * 10_000.0).floor() / 10_000.0);
    match lang {
        Lang::Vi => text.replace('.', ","),
        Lang::En => text,
    }
}

/// State and options in words: `có trả lời: l4 (Hài lòng)`.
pub(crate) fn value(state: AnswerState, options: &[String], (question, lang): (&Question, Lang)) -> String {
    let named: Vec<String> = options
        .iter()
        .map(|id| match question.options.iter().find(|o| o.id == *id) {
            Some(option) => format!("{id} ({})", option.label),
            None => id.clone(),
        })
        .collect();
    if named.is_empty() {
        return state_name(state, lang).to_owned();
    }
    format!("{}: {}", state_name(state, lang), named.join(", "))
}

fn reasons(reasons: &[ReviewReason], lang: Lang) -> String {
    let named: Vec<_> = reasons.iter().map(|r| reason_name(*r, lang)).collect();
    named.join(", ")
}

/// Whether the machine answers for it, and what speaks against it.
pub(crate) fn trust(answer: &Answer, lang: Lang) -> String {
    let named = reasons(&answer.reasons, lang);
    let trust = match (answer.needs_review, named.is_empty()) {
        (true, _) => lang.pick("cần người xem", "needs a person"),
        (false, true) => lang.pick("máy nhận", "accepted"),
        (false, false) => lang.pick("máy nhận dù còn ngờ", "accepted in spite of doubt"),
    };
    if named.is_empty() { trust.to_owned() } else { format!("{trust} ({named})") }
}

/// One line of `review list`: id, confidence, value, why it is here, where it came
/// from. `question` is the answer's question.
pub fn line(doubtful: &Doubtful, question: &Question, lang: Lang) -> String {
    let Doubtful { id, doubt, state, options, confidence, .. } = doubtful;
    let mut why = doubt_name(*doubt, lang).to_owned();
    if !doubtful.reasons.is_empty() {
        let _ = write!(why, " ({})", reasons(&doubtful.reasons, lang));
    }
    let mut parts = vec![id.to_string(), probability(*confidence, lang)];
    if *doubt != Doubt::PageMissing {
        parts.push(value(*state, options, (question, lang)));
    }
    parts.push(why);
    if !doubtful.source.is_empty() {
        parts.push(place(&doubtful.source, doubtful.page_index, lang));
    }
    parts.join(" · ")
}

/// The file and, after the first page, the page as a person counts it.
pub(crate) fn place(source: &str, page_index: u32, lang: Lang) -> String {
    match page_index {
        0 => source.to_owned(),
        n => format!("{source}, {} {}", lang.pick("trang", "page"), n + 1),
    }
}

/// The text of `review show`: the question with its options, what each scan gave,
/// what people decided, what counts now. Lines end with a line feed.
pub fn detail_text(detail: &AnswerDetail, question: &Question, lang: Lang) -> String {
    let mut text = format!("{}\n{} {}\n", detail.id, question.number, question.text);
    for option in &question.options {
        let _ = writeln!(text, "  {}  {}", option.id, option.label);
    }
    for machine in &detail.readings {
        text.push_str(&machine_text(machine, question, lang));
    }
    if detail.readings.is_empty() {
        let _ = writeln!(text, "{}.", doubt_name(Doubt::PageMissing, lang));
    }
    for person in &detail.decisions {
        text.push_str(&person_text(person, question, lang));
    }
    let counts = match &detail.counts {
        Some((state, options)) => value(*state, options, (question, lang)),
        None => lang.pick("chưa tính, chờ người rà soát", "nothing yet, waits for a person").to_owned(),
    };
    let _ = writeln!(text, "{}: {counts}", lang.pick("Kết quả được tính", "What counts"));
    text
}

fn machine_text(machine: &MachineAnswer, question: &Question, lang: Lang) -> String {
    let MachineAnswer { answer, boxes, superseded, .. } = machine;
    let mut text = format!(
        "{} {}: {} · {} {}",
        lang.pick("Máy đọc", "Machine, from"),
        place(&machine.source, machine.page_index, lang),
        value(answer.state, &answer.options, (question, lang)),
        lang.pick("độ tin cậy", "confidence"),
        probability(answer.confidence, lang),
    );
    let _ = write!(text, " · {}", trust(answer, lang));
    if *superseded {
        text.push_str(lang.pick(" · không còn hiệu lực, đã quyết định lại", " · superseded, decided again"));
    }
    text.push('\n');
    for b in boxes {
        let marked = lang.pick("xác suất được chọn", "probability of being chosen");
        let _ = writeln!(text, "  {}  {marked} {}", b.option, probability(b.marked, lang));
    }
    text
}

fn person_text(person: &PersonAnswer, question: &Question, lang: Lang) -> String {
    let decision = &person.adjudication;
    let value = value(decision.state, &decision.options, (question, lang));
    let (by, why, at) = (&decision.by, &decision.why, person.at);
    match lang {
        Lang::Vi => format!("{by} quyết định lúc {at}: {value} · lý do: {why}\n"),
        Lang::En => format!("Decided by {by} at {at}: {value} · reason: {why}\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{doubtful, one};
    use phieu_model::adjudication::Adjudication;

    #[test]
    fn a_line_says_what_and_why_in_the_language_asked() {
        let doubtful = doubtful(1, 0.98765);
        let vi = line(&doubtful, &one(), Lang::Vi);
        for part in ["/q3_2", "0,9876", "có trả lời: l4 (Hài lòng)", "dấu mờ", "a.png, trang 3"] {
            assert!(vi.contains(part), "{part} in {vi}");
        }
        let en = line(&doubtful, &one(), Lang::En);
        for part in ["/q3_2", "0.9876", "answered: l4", "faint mark", "a.png, page 3"] {
            assert!(en.contains(part), "{part} in {en}");
        }
    }

    #[test]
    fn a_missing_page_is_not_shown_as_an_answer() {
        let missing = Doubtful {
            doubt: Doubt::PageMissing,
            state: AnswerState::Unclear,
            options: vec![],
            source: String::new(),
            ..doubtful(1, 0.0)
        };
        let text = line(&missing, &one(), Lang::Vi);
        assert!(text.contains("chưa quét trang") && !text.contains("không rõ"), "{text}");
    }

    #[test]
    fn a_probability_below_one_is_never_shown_as_one() {
        assert_eq!(probability(0.999_99, Lang::En), "0.9999");
        assert_eq!(probability(1.0, Lang::Vi), "1,0000");
    }

    #[test]
    fn what_speaks_against_an_answer_is_said_whether_it_is_accepted_or_not() {
        let of = |needs_review: bool, reasons: Vec<ReviewReason>| {
            let (question, state) = ("q3_2".to_owned(), AnswerState::Blank);
            let answer =
                Answer { question, state, options: vec![], confidence: 0.995, needs_review, reasons };
            trust(&answer, Lang::Vi)
        };
        assert_eq!(of(false, vec![]), "máy nhận");
        assert_eq!(of(false, vec![ReviewReason::FaintMark]), "máy nhận dù còn ngờ (dấu mờ)");
        assert_eq!(of(true, vec![ReviewReason::FaintMark]), "cần người xem (dấu mờ)");
    }

    #[test]
    fn a_detail_keeps_the_machine_beside_the_person() {
        let d = doubtful(1, 0.6);
        let answer = Answer {
            question: "q3_2".into(),
            state: AnswerState::Answered,
            options: vec!["l4".into()],
            confidence: 0.6,
            needs_review: true,
            reasons: vec![ReviewReason::FaintMark],
        };
        let decided = Adjudication {
            serial: d.id.serial.clone(),
            question: "q3_2".into(),
            state: AnswerState::Answered,
            options: vec!["l3".into()],
            by: "Lan".into(),
            why: "xem giấy".into(),
        };
        let mut detail = AnswerDetail {
            id: d.id,
            form: d.form,
            version: 1,
            unit: "qltm".into(),
            counts: None,
            readings: vec![MachineAnswer {
                source: "a.png".into(),
                page_index: 0,
                received: phieu_model::period::Date::constant(2026, 11, 24),
                engine: "t".into(),
                superseded: false,
                answer,
                boxes: vec![],
                evidence: None,
            }],
            decisions: vec![],
        };
        let waiting = detail_text(&detail, &one(), Lang::Vi);
        assert!(waiting.contains("l4 (Hài lòng)") && waiting.contains("chờ người rà soát"), "{waiting}");
        let mut old = detail.readings[0].clone();
        old.superseded = true;
        detail.readings.insert(0, old);
        let twice = detail_text(&detail, &one(), Lang::En);
        let said = twice
            .lines()
            .filter(|l| l.starts_with("Machine"))
            .map(|l| l.ends_with("superseded, decided again"));
        assert_eq!(said.collect::<Vec<_>>(), [true, false], "{twice}");
        detail.counts = Some((decided.state, decided.options.clone()));
        detail.decisions = vec![PersonAnswer { adjudication: decided, at: Default::default() }];
        let text = detail_text(&detail, &one(), Lang::En);
        assert!(text.contains("answered: l4") && text.contains("Decided by Lan"), "{text}");
        assert!(text.ends_with("What counts: answered: l3 (Bình thường)\n"), "{text}");
    }
}
