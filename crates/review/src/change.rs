//! Answers decided again from stored measures, in words.

use phieu_model::lang::Lang;
use phieu_model::redecision::{AnswerChange, ChangeCounts, Effect};
use phieu_model::template::Question;

use crate::text::{place, trust, value};

/// One line of `redecide`: id, old and new answer of the machine, what that does to
/// what counts, where the picture came from. `question` is the answer's question.
pub fn change_line(change: &AnswerChange, question: &Question, lang: Lang) -> String {
    let AnswerChange { id, source, page_index, before, after, effect } = change;
    let (was, is) = (trust(before, lang), trust(after, lang));
    let old = value(before.state, &before.options, (question, lang));
    let new = value(after.state, &after.options, (question, lang));
    let machine =
        if old == new { format!("{old}, {was} → {is}") } else { format!("{old}, {was} → {new}, {is}") };
    let parts =
        [id.to_string(), machine, effect_text(effect, question, lang), place(source, *page_index, lang)];
    parts.join(" · ")
}

fn effect_text(effect: &Effect, question: &Question, lang: Lang) -> String {
    let fixed = match effect {
        Effect::Nothing => lang.pick("kết quả được tính không đổi", "what counts stays the same"),
        Effect::OtherValue => lang.pick("kết quả được tính thay đổi", "another value counts"),
        Effect::ToPerson => lang.pick("chuyển sang chờ người rà soát", "now waits for a person"),
        Effect::FromPerson => lang.pick("không còn chờ người rà soát", "no longer waits for a person"),
        Effect::OtherProposal => lang.pick("vẫn chờ người rà soát", "waits for a person as before"),
        Effect::Decided(state, options) => {
            let decided = value(*state, options, (question, lang));
            return match lang {
                Lang::Vi => format!("người rà soát đã quyết định, giữ nguyên: {decided}"),
                Lang::En => format!("a person has decided, and that stands: {decided}"),
            };
        }
    };
    fixed.to_owned()
}

/// The counts in words; every answer looked at is in exactly one of the numbers.
pub fn change_counts_text(counts: &ChangeCounts, lang: Lang) -> String {
    let all = counts.all();
    let ChangeCounts { same, other_value, to_person, from_person, other_proposal, by_person } = counts;
    match lang {
        Lang::Vi => format!(
            "{all} câu trả lời = giữ nguyên {same} + đổi kết quả {other_value} + chuyển sang chờ người rà soát \
             {to_person} + không còn chờ người rà soát {from_person} + vẫn chờ, máy đề xuất khác \
             {other_proposal} + người đã quyết định {by_person} (giữ nguyên)."
        ),
        Lang::En => format!(
            "{all} answers = the same {same} + another value {other_value} + newly waiting for a person \
             {to_person} + no longer waiting {from_person} + waiting as before with another proposal \
             {other_proposal} + decided by people {by_person} (these stand)."
        ),
    }
}

#[cfg(test)]
mod tests {
    use phieu_model::reading::{Answer, AnswerState, ReviewReason};

    use super::*;
    use crate::sample::{doubtful, one};

    fn change(effect: Effect) -> AnswerChange {
        let before = Answer {
            question: "q3_2".into(),
            state: AnswerState::Answered,
            options: vec!["l4".into()],
            confidence: 0.9995,
            needs_review: false,
            reasons: vec![],
        };
        let after = Answer {
            state: AnswerState::Unclear,
            needs_review: true,
            reasons: vec![ReviewReason::FaintMark],
            ..before.clone()
        };
        let id = doubtful(1, 0.9).id;
        AnswerChange { id, source: "a.png".into(), page_index: 2, before, after, effect }
    }

    #[test]
    fn a_change_says_old_and_new_and_what_counts() {
        let vi = change_line(&change(Effect::ToPerson), &one(), Lang::Vi);
        let machine = "có trả lời: l4 (Hài lòng), máy nhận → không rõ: l4 (Hài lòng), cần người xem (dấu mờ)";
        for part in ["/q3_2 · ", machine, "chuyển sang chờ người rà soát", "a.png, trang 3"] {
            assert!(vi.contains(part), "{part} in {vi}");
        }
        let mut same = change(Effect::ToPerson);
        same.after.state = AnswerState::Answered;
        let en = change_line(&same, &one(), Lang::En);
        let machine = "answered: l4 (Hài lòng), accepted → needs a person (faint mark)";
        assert!(en.contains(&format!("{machine} · now waits for a person · a.png, page 3")), "{en}");
    }

    #[test]
    fn a_decision_of_a_person_is_said_to_stand() {
        let stands = Effect::Decided(AnswerState::Answered, vec!["l5".into()]);
        let line = change_line(&change(stands), &one(), Lang::En);
        assert!(
            line.contains("a person has decided, and that stands: answered: l5 (Rất hài lòng)"),
            "{line}"
        );
    }

    #[test]
    fn every_answer_is_in_one_of_the_numbers() {
        let counts = ChangeCounts {
            same: 100,
            other_value: 20,
            to_person: 3,
            from_person: 4,
            other_proposal: 5,
            by_person: 6,
        };
        for lang in [Lang::Vi, Lang::En] {
            let text = change_counts_text(&counts, lang);
            let numbers: Vec<u64> =
                text.split(|c: char| !c.is_ascii_digit()).filter_map(|n| n.parse().ok()).collect();
            assert_eq!(numbers[0], numbers[1..].iter().sum::<u64>(), "{text}");
            assert_eq!(numbers.len(), 7, "{text}");
        }
    }
}
