//! What a clerk types as an answer.

use phieu_model::adjudication::{AnswerFault, check_answer};
use phieu_model::lang::Lang;
use phieu_model::reading::AnswerState;
use phieu_model::template::{Choose, Question};

/// A text that is not a possible answer to the question.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnswerTextError {
    /// Nothing was given.
    #[error("empty")]
    Empty,
    /// A word that takes no options stands with options.
    #[error("{word:?} takes no options")]
    NoOptionsAllowed {
        /// `blank` or `trong`.
        word: String,
    },
    /// It does not fit the question.
    #[error("{text:?}: {fault}")]
    Fault {
        /// What was typed.
        text: String,
        /// Why not.
        fault: AnswerFault,
    },
}

/// State and options of a typed answer, options in the order of the paper.
///
/// - `l4` or `l4,l3`: these options. Where one is allowed, two or more are `multiple`.
/// - `blank` or `trong`: nothing was meant.
/// - `multiple:l4,l3` or `nhieu:l4,l3`: several marks stand where one is allowed.
/// - `unclear` or `khong-ro`, also `unclear:l4`: no one can tell.
///
/// Capitals, spaces and the accents of the Vietnamese words are forgiven.
pub fn parse_answer(text: &str, question: &Question) -> Result<(AnswerState, Vec<String>), AnswerTextError> {
    let typed = text.trim();
    let (word, list) = match typed.split_once(':') {
        Some((word, list)) => (word.trim(), list),
        None if state_word(typed).is_some() => (typed, ""),
        None => ("", typed),
    };
    let options = options(list, question);
    let state = match (state_word(word), question.choose) {
        (Some(state), _) => state,
        // A word before the colon that is no state: shown as the unknown option it is.
        (None, _) if !word.is_empty() => {
            let fault = unknown(word, question);
            return Err(AnswerTextError::Fault { text: typed.to_owned(), fault });
        }
        (None, _) if options.is_empty() => return Err(AnswerTextError::Empty),
        (None, Choose::One) if options.len() > 1 => AnswerState::Multiple,
        (None, Choose::One | Choose::Many) => AnswerState::Answered,
    };
    if state == AnswerState::Blank && !options.is_empty() {
        return Err(AnswerTextError::NoOptionsAllowed { word: word.to_owned() });
    }
    check_answer(question, state, &options)
        .map_err(|fault| AnswerTextError::Fault { text: typed.to_owned(), fault })?;
    Ok((state, options))
}

/// The state that a typed word names.
fn state_word(word: &str) -> Option<AnswerState> {
    let plain: String = word
        .to_lowercase()
        .chars()
        .filter(|c| !('\u{300}'..='\u{36f}').contains(c)) // accents typed apart
        .map(|c| match c {
            'ố' | 'ộ' | 'ô' => 'o',
            'õ' => 'o',
            'ề' => 'e',
            '_' | ' ' => '-',
            other => other,
        })
        .collect();
    match plain.as_str() {
        "blank" | "trong" => Some(AnswerState::Blank),
        "multiple" | "nhieu" => Some(AnswerState::Multiple),
        "unclear" | "khong-ro" => Some(AnswerState::Unclear),
        _ => None,
    }
}

/// The options named, each once, in the order of the paper; unknown ones last, as typed.
fn options(list: &str, question: &Question) -> Vec<String> {
    // By id alone: a bare number could mean a level or a place on the paper, which
    // run in opposite directions.
    let place = |typed: &str| question.options.iter().position(|o| o.id.eq_ignore_ascii_case(typed));
    let mut found: Vec<(usize, String)> = list
        .split([',', ';', ' ', '+'])
        .map(str::trim)
        .filter(|typed| !typed.is_empty())
        .map(|typed| match place(typed) {
            Some(place) => (place, question.options[place].id.clone()),
            None => (usize::MAX, typed.to_owned()),
        })
        .collect();
    found.sort();
    found.dedup();
    found.into_iter().map(|(_, id)| id).collect()
}

fn unknown(option: &str, question: &Question) -> AnswerFault {
    AnswerFault::UnknownOption {
        option: option.to_owned(),
        known: question.options.iter().map(|o| o.id.clone()).collect(),
    }
}

impl AnswerTextError {
    /// The sentence for the operator: what was typed, what fits, what to do.
    pub fn sentence(&self, question: &Question, lang: Lang) -> String {
        let number = &question.number;
        let ids: Vec<_> = question.options.iter().map(|o| &*o.id).collect();
        let ids = ids.join(", ");
        let found = match self {
            Self::Empty => lang.pick("chưa ghi câu trả lời", "no answer was given").to_owned(),
            Self::NoOptionsAllowed { word } => match lang {
                Lang::Vi => format!("«{word}» không đi kèm phương án nào"),
                Lang::En => format!("{word:?} takes no options"),
            },
            Self::Fault { text, fault } => match (fault, lang) {
                (AnswerFault::UnknownOption { option, .. }, Lang::Vi) => {
                    format!("không có phương án «{option}»")
                }
                (AnswerFault::UnknownOption { option, .. }, Lang::En) => {
                    format!("there is no option {option:?}")
                }
                (AnswerFault::Order | AnswerFault::Count { .. }, Lang::Vi) => match question.choose {
                    Choose::One => format!("«{text}» không phù hợp với câu chỉ chọn một phương án"),
                    Choose::Many => format!("«{text}» không phù hợp với câu được chọn nhiều phương án"),
                },
                (AnswerFault::Order | AnswerFault::Count { .. }, Lang::En) => match question.choose {
                    Choose::One => format!("{text:?} does not fit a question that allows one answer"),
                    Choose::Many => format!("{text:?} does not fit a question that allows several answers"),
                },
            },
        };
        match lang {
            Lang::Vi => format!(
                "Câu {number} {found}; hãy ghi một trong các phương án {ids}, hoặc trong (để trống), nhieu:… (nhiều ô), khong-ro (không rõ)."
            ),
            Lang::En => format!(
                "Question {number} {found}; give one of the options {ids}, or blank, multiple:…, unclear."
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::{many, one};

    fn parsed(text: &str, question: &Question) -> Option<(AnswerState, Vec<String>)> {
        parse_answer(text, question).ok()
    }

    fn value(state: AnswerState, options: &[&str]) -> Option<(AnswerState, Vec<String>)> {
        Some((state, options.iter().map(|o| (*o).to_owned()).collect()))
    }

    #[test]
    fn options_are_read_in_the_order_of_the_paper_each_once() {
        assert_eq!(parsed("l4", &one()), value(AnswerState::Answered, &["l4"]));
        assert_eq!(parsed(" L4 ", &one()), value(AnswerState::Answered, &["l4"]));
        assert_eq!(parsed("c, a,c", &many()), value(AnswerState::Answered, &["a", "c"]));
    }

    #[test]
    fn two_options_are_multiple_only_where_one_is_allowed() {
        assert_eq!(parsed("l3,l4", &one()), value(AnswerState::Multiple, &["l4", "l3"]));
        assert_eq!(parsed("multiple:l3,l4", &one()), value(AnswerState::Multiple, &["l4", "l3"]));
        assert_eq!(parsed("a,b", &many()), value(AnswerState::Answered, &["a", "b"]));
        assert_eq!(parsed("multiple:a,b", &many()), None);
        assert_eq!(parsed("multiple:l4", &one()), None);
        assert_eq!(parsed("multiple", &one()), None);
    }

    #[test]
    fn blank_and_unclear_have_vietnamese_names() {
        for text in ["blank", "trong", "trống", "TRỐNG", "tro\u{302}\u{301}ng"] {
            assert_eq!(parsed(text, &one()), value(AnswerState::Blank, &[]), "{text}");
        }
        for text in ["unclear", "khong-ro", "không rõ"] {
            assert_eq!(parsed(text, &many()), value(AnswerState::Unclear, &[]), "{text}");
        }
        assert_eq!(parsed("unclear:l5", &one()), value(AnswerState::Unclear, &["l5"]));
        assert_eq!(parsed("nhiều:l5,l1", &one()), value(AnswerState::Multiple, &["l5", "l1"]));
    }

    #[test]
    fn what_is_not_an_answer_is_refused_by_name() {
        assert_eq!(parse_answer("  ", &one()), Err(AnswerTextError::Empty));
        assert_eq!(
            parse_answer("blank:l4", &one()),
            Err(AnswerTextError::NoOptionsAllowed { word: "blank".into() })
        );
        for (text, named) in [("l9", "l9"), ("l4,x", "x"), ("2", "2"), ("maybe:l4", "maybe")] {
            match parse_answer(text, &one()) {
                Err(AnswerTextError::Fault { fault: AnswerFault::UnknownOption { option, .. }, .. }) => {
                    assert_eq!(option, named);
                }
                other => panic!("{text}: {other:?}"),
            }
        }
    }

    #[test]
    fn a_refusal_names_the_question_and_its_options_in_both_languages() {
        let error = parse_answer("l9", &one()).unwrap_err();
        for lang in [Lang::Vi, Lang::En] {
            let sentence = error.sentence(&one(), lang);
            for part in ["3.2.", "l9", "l5, l4, l3"] {
                assert!(sentence.contains(part), "{sentence}");
            }
        }
    }
}
