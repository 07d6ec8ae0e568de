//! Stored measures decided again: by another policy, or by a newer engine than the one
//! that measured.

use phieu_model::layout::PageLayout;
use phieu_model::reading::{Answer, BoxMeasures, BoxReading, Registration};

use crate::decide::decide;
use crate::policy::Policy;

/// The page's boxes named and its questions answered anew from the measures of `boxes`,
/// both in the layout's order. Boxes are known by question and option, whatever their
/// order; their old marks are not looked at. `None` where a box of the layout is not
/// among them: such a page can only be scanned again.
pub fn decide_again(
    page: &PageLayout,
    boxes: &[BoxReading],
    registration: &Registration,
    policy: &Policy,
) -> Option<(Vec<BoxReading>, Vec<Answer>)> {
    let measures: Option<Vec<BoxMeasures>> = page
        .boxes
        .iter()
        .map(|place| boxes.iter().find(|b| b.question == place.question && b.option == place.option))
        .map(|found| found.map(|b| b.measures))
        .collect();
    Some(decide(page, (&measures?, registration.tones), policy))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where something is not as it says")]
mod tests {
    use phieu_model::geometry::RectMm;
    use phieu_model::layout::{BoxPlace, QuestionPlace};
    use phieu_model::reading::{AnswerState, MarkKind};
    use phieu_model::template::Choose;

    use super::*;

    /// Two questions of two options, both called `a` and `b`.
    fn page() -> PageLayout {
        let rect = RectMm::new(0.0, 0.0, 4.8, 4.8);
        let places = [("q1", "a"), ("q1", "b"), ("q2", "a"), ("q2", "b")];
        let place = |(question, option): (&str, &str)| BoxPlace {
            question: question.into(),
            option: option.into(),
            choose: Choose::One,
            rect,
            label: rect,
        };
        PageLayout {
            page: 1,
            boxes: places.map(place).into(),
            questions: ["q1", "q2"].map(|q| QuestionPlace { question: q.into(), rect }).into(),
            fields: vec![],
            marks: vec![],
            qr: vec![],
            slots: vec![],
            texts: vec![],
            rules: vec![],
        }
    }

    /// The boxes of [`page`] as stored, a cross in each of `marked`.
    fn stored(marked: &[(&str, &str)]) -> Vec<BoxReading> {
        let empty = BoxMeasures { outline: 1.0, visible: 1.0, ..BoxMeasures::default() };
        let cross = BoxMeasures {
            core_ink: 0.28,
            inner_ink: 0.26,
            inner_fill: 0.33,
            diagonal: 0.95,
            extent: 0.8,
            row_ink: 5.0,
            ..empty
        };
        let boxes = page().boxes;
        boxes
            .into_iter()
            .map(|place| BoxReading {
                measures: if marked.contains(&(&place.question, &place.option)) { cross } else { empty },
                question: place.question,
                option: place.option,
                mark: MarkKind::Covered,
                marked: 0.5,
            })
            .collect()
    }

    fn again(boxes: &[BoxReading]) -> Option<(Vec<BoxReading>, Vec<Answer>)> {
        decide_again(&page(), boxes, &Registration::default(), &Policy::default())
    }

    #[test]
    fn boxes_are_known_by_question_and_option_and_not_by_their_order() {
        let mut boxes = stored(&[("q1", "b"), ("q2", "a")]);
        let (named, answers) = again(&boxes).unwrap();
        let options: Vec<_> = answers.iter().map(|a| (a.state, a.options.join("+"))).collect();
        let answered = |option: &str| (AnswerState::Answered, option.to_owned());
        assert_eq!(options, [answered("b"), answered("a")]);
        assert_eq!(named[0].mark, MarkKind::Empty, "the old mark is not looked at");
        boxes.reverse();
        assert_eq!(again(&boxes), Some((named, answers)));
    }

    #[test]
    fn a_page_without_one_of_its_boxes_is_not_decided() {
        let mut boxes = stored(&[("q1", "b")]);
        boxes.remove(2);
        assert_eq!(again(&boxes), None);
    }
}
