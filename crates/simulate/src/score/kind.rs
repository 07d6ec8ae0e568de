//! What was drawn at a question, in one word, so that one sees which shapes fail.

use phieu_model::reading::AnswerState;

use crate::truth::QuestionTruth;

/// The name of a state in the tables.
pub(super) fn state_of(state: AnswerState) -> &'static str {
    match state {
        AnswerState::Answered => "answered",
        AnswerState::Blank => "blank",
        AnswerState::Multiple => "multiple",
        AnswerState::Unclear => "unclear",
    }
}

/// The most telling thing about a question: a correction, an oddity, foreign ink, more marks than allowed,
/// a faint mark, one put down carelessly, else the shape of its marks.
pub(super) fn kind_of(question: &QuestionTruth) -> String {
    if let Some(kind) = question.correction {
        return name(kind);
    }
    if let Some(oddity) = question.oddity {
        return name(oddity);
    }
    if let Some(beside) = question.beside.first() {
        return format!("beside_{}", name(beside));
    }
    let Some(first) = question.drawn.first() else { return "nothing".to_owned() };
    if question.state == AnswerState::Multiple {
        return "two_marks".to_owned();
    }
    if question.drawn.iter().any(|d| d.faint) {
        return "faint".to_owned();
    }
    let shape = name(first.shape);
    if question.plain { shape } else { format!("{shape}_not_plain") }
}

/// As in the truth file.
fn name(value: impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(name)) => name,
        Ok(_) | Err(_) => "?".to_owned(),
    }
}
