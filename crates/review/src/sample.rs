//! Small questions and doubtful answers for the tests.

use phieu_model::doubtful::{AnswerId, Doubt, Doubtful};
use phieu_model::period::Period;
use phieu_model::reading::{AnswerState, ReviewReason};
use phieu_model::serial::Serial;
use phieu_model::template::{ChoiceOption, Choose, Question, QuestionKind};

fn question(id: &str, choose: Choose, options: &[(&str, &str)]) -> Question {
    Question {
        id: id.into(),
        number: "3.2.".into(),
        text: "Câu hỏi".into(),
        choose,
        kind: QuestionKind::Scale { headline: false },
        options: options
            .iter()
            .map(|(id, label)| ChoiceOption { id: (*id).into(), label: (*label).into() })
            .collect(),
    }
}

pub(crate) fn one() -> Question {
    let options =
        [("l5", "Rất hài lòng"), ("l4", "Hài lòng"), ("l3", "Bình thường"), ("l2", "x"), ("l1", "y")];
    question("q3_2", Choose::One, &options)
}

pub(crate) fn many() -> Question {
    question("q3_1", Choose::Many, &[("a", "A"), ("b", "B"), ("c", "C")])
}

pub(crate) fn doubtful(running: u32, confidence: f64) -> Doubtful {
    let period = Period::new(2026, 4).expect("a quarter");
    Doubtful {
        id: AnswerId { serial: Serial::new(period, running, 7).expect("a serial"), question: "q3_2".into() },
        form: "mau".into(),
        version: 1,
        unit: "qltm".into(),
        doubt: Doubt::NeedsReview,
        state: AnswerState::Answered,
        options: vec!["l4".into()],
        confidence,
        reasons: vec![ReviewReason::FaintMark],
        source: "a.png".into(),
        page_index: 2,
    }
}
