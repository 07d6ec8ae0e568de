//! A choice changed: how people take a mark back, and what stands afterwards.

use crate::answer::{At, Outcome, Row};
use crate::cover::{Rub, WhiteOut};
use crate::ink::Deed;
use crate::profile::CorrectionKind;
use crate::random::Random;
use crate::shape::Shape;
use crate::truth::Drawn;

impl Row<'_> {
    /// The question with the last of the options `meant` chosen by way of a correction.
    pub(crate) fn corrected(
        &self,
        kind: CorrectionKind,
        mut meant: Vec<usize>,
        (ink, random): At<'_>,
    ) -> Outcome {
        let last = meant.pop().unwrap_or(0);
        let mut drawn: Vec<Drawn> = meant.iter().map(|&i| self.mark(i, (&mut *ink, &mut *random))).collect();
        let other = self.other(last, &meant, random);
        if self.amend(kind, (last, other), (&mut drawn, (ink, random))) {
            meant.push(last);
        }
        Outcome { stands: meant, drawn, correction: Some(kind), oddity: None }
    }

    /// The option chosen first, mostly a neighbour of the last one.
    fn other(&self, last: usize, kept: &[usize], random: &mut Random) -> Option<usize> {
        let others: Vec<(usize, f64)> = (0..self.boxes.len())
            .filter(|i| *i != last && !kept.contains(i))
            .map(|i| (i, 1.0 / (1.0 + 3.0 * (i.abs_diff(last) as f64 - 1.0))))
            .collect();
        (!others.is_empty()).then(|| *random.pick(&others))
    }

    /// Draws the change; whether `last` stands in the end.
    fn amend(
        &self,
        kind: CorrectionKind,
        (last, other): (usize, Option<usize>),
        (drawn, (ink, random)): (&mut Vec<Drawn>, At<'_>),
    ) -> bool {
        let mut change = |first: usize, away: Shape| {
            drawn.push(self.mark(first, (&mut *ink, &mut *random)));
            drawn.push(self.take_back(away, first, (&mut *ink, &mut *random)));
        };
        match kind {
            CorrectionKind::RingedThenOther => other.into_iter().for_each(|i| change(i, Shape::Ring)),
            CorrectionKind::ScribbledThenOther => other.into_iter().for_each(|i| change(i, Shape::Scribble)),
            CorrectionKind::StruckThenOther => other.into_iter().for_each(|i| change(i, Shape::Strike)),
            CorrectionKind::WhitedOutThenOther => other.into_iter().for_each(|i| change(i, Shape::WhiteOut)),
            CorrectionKind::ErasedThenOther => other.into_iter().for_each(|i| change(i, Shape::Rubbing)),
            CorrectionKind::WhitedOutThenAgain => change(last, Shape::WhiteOut),
            CorrectionKind::RingedOnly => {
                change(last, Shape::Ring);
                return false;
            }
            CorrectionKind::ScribbledOnly => {
                change(last, Shape::Scribble);
                return false;
            }
            CorrectionKind::RingedThenRefilled => {
                change(last, Shape::Ring);
                if let Some(between) = other.filter(|i| i % 3 != 2) {
                    change(between, Shape::Ring);
                }
                drawn.push(self.shape(Shape::Fill, last, (ink, random)));
                return true;
            }
        }
        drawn.push(self.mark(last, (ink, random)));
        true
    }

    /// Takes the mark in a box back.
    fn take_back(&self, away: Shape, option: usize, (ink, random): At<'_>) -> Drawn {
        let deed = match away {
            Shape::WhiteOut => Deed::WhiteOut(WhiteOut::over(&self.rect(option), random)),
            Shape::Rubbing => Deed::Rub(Rub::over(&self.rect(option), random)),
            Shape::Ring
            | Shape::Scribble
            | Shape::Strike
            | Shape::Cross
            | Shape::Tick
            | Shape::Fill
            | Shape::Slash
            | Shape::Dash
            | Shape::Dot
            | Shape::LabelRing
            | Shape::Underline
            | Shape::ColumnLine => return self.shape(away, option, (ink, random)),
        };
        ink.put_deed(deed);
        let option = self.boxes[option].option.clone();
        Drawn { option, shape: away, faint: false, inside: 1.0, within: 1.0, seen: 1.0 }
    }
}
