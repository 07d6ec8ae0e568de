//! One question answered: marks, doubles, what is rare, and the truth about it.

use phieu_model::geometry::RectMm;
use phieu_model::layout::BoxPlace;
use phieu_model::reading::AnswerState;
use phieu_model::template::{Choose, Question};

use crate::fill::Desk;
use crate::ink::Ink;
use crate::profile::{CorrectionKind, Oddity};
use crate::random::Random;
use crate::shape::{Gesture, Shape, TickForm};
use crate::trace::{STEP_MM, Trace};
use crate::truth::{Drawn, QuestionTruth};

/// A question with its boxes.
pub(crate) struct Row<'a> {
    pub(crate) desk: &'a Desk<'a>,
    pub(crate) question: &'a Question,
    pub(crate) boxes: Vec<&'a BoxPlace>,
}

/// The ink so far, and chance.
pub(crate) type At<'a> = (&'a mut Ink, &'a mut Random);

/// What came of the pen at a question, before it is called true.
#[derive(Default)]
pub(crate) struct Outcome {
    /// The options that stand.
    pub(crate) stands: Vec<usize>,
    pub(crate) drawn: Vec<Drawn>,
    pub(crate) correction: Option<CorrectionKind>,
    pub(crate) oddity: Option<Oddity>,
}

/// A mark counts as plainly in its box from this share of its way inside …
const PLAIN_INSIDE: f64 = 0.4;
/// … or from so many box widths of its way inside: big crosses lie half outside and nobody doubts them.
const PLAIN_WITHIN: f64 = 1.4;

impl Row<'_> {
    pub(crate) fn fill_in(&self, correction: Option<CorrectionKind>, (ink, random): At<'_>) -> QuestionTruth {
        let people = self.desk.people;
        if correction.is_none() && random.chance(people.blank) {
            return self.truth(Outcome::default());
        }
        let mut meant = self.desk.person.answer(self.question, random);
        meant.retain(|&i| i < self.boxes.len());
        if let Some(kind) = correction {
            let outcome = self.corrected(kind, meant, (ink, random));
            return self.truth(outcome);
        }
        // Where every box is marked there is none beside.
        let oddity = self.oddity(random).filter(|_| meant.len() < self.boxes.len());
        if let Some(oddity) = oddity {
            let outcome = self.odd(oddity, meant, (ink, random));
            return self.truth(outcome);
        }
        if self.question.choose == Choose::One && self.boxes.len() > 1 && random.chance(people.double) {
            meant.push(beside(meant[0], self.boxes.len()));
            meant.sort_unstable();
        }
        let drawn = meant.iter().map(|&i| self.mark(i, (&mut *ink, &mut *random))).collect();
        self.truth(Outcome { stands: meant, drawn, ..Outcome::default() })
    }

    fn oddity(&self, random: &mut Random) -> Option<Oddity> {
        let mut left = random.unit();
        self.desk.people.oddities.iter().find_map(|&(oddity, chance)| {
            left -= chance;
            (left < 0.0).then_some(oddity)
        })
    }

    fn odd(&self, oddity: Oddity, meant: Vec<usize>, (ink, random): At<'_>) -> Outcome {
        let (first, rest) = (meant[0], &meant[1..]);
        let mut drawn: Vec<Drawn> = rest.iter().map(|&i| self.mark(i, (&mut *ink, &mut *random))).collect();
        let other = (0..self.boxes.len()).filter(|i| !meant.contains(i)).min_by_key(|i| i.abs_diff(first));
        let usual = self.desk.person.shape(random);
        match oddity {
            Oddity::RingedBox => drawn.push(self.shape(Shape::Ring, first, (ink, random))),
            Oddity::RingedLabel => drawn.push(self.shape(Shape::LabelRing, first, (ink, random))),
            Oddity::UnderlinedLabel => {
                drawn.push(self.mark_of(usual, first, (ink, random)));
                drawn.push(self.shape(Shape::Underline, first, (ink, random)));
            }
            Oddity::TailIntoNeighbour => drawn.push(self.tail(first, other, (ink, random))),
            Oddity::MarkOnLabel => {
                let label = self.label(first);
                let place = RectMm::new(label.center().x - 2.2, label.center().y - 2.2, 4.4, 4.4);
                drawn.push(self.drawn_at(usual, (first, place), (ink, random)));
            }
            Oddity::BetweenBoxes => {
                if let Some(other) = other {
                    let (a, b) = (self.rect(first).center(), self.rect(other).center());
                    let (x, y) = ((a.x + b.x) / 2.0 - 2.4, (a.y + b.y) / 2.0 - 2.4);
                    let place = RectMm::new(x, y, 4.8, 4.8);
                    drawn.push(self.drawn_at(usual, (first, place), (ink, random)));
                }
            }
            Oddity::OneMarkedOneRinged => {
                drawn.push(self.mark_of(usual, first, (&mut *ink, &mut *random)));
                if let Some(other) = other {
                    drawn.push(self.shape(Shape::Ring, other, (ink, random)));
                }
            }
            Oddity::TwoRinged => {
                for i in [Some(first), other].into_iter().flatten() {
                    drawn.push(self.shape(Shape::Ring, i, (&mut *ink, &mut *random)));
                }
            }
        }
        Outcome { stands: meant, drawn, correction: None, oddity: Some(oddity) }
    }

    /// A tick whose tail ends in another box, the way to it being short enough; else one that
    /// runs far out.
    fn tail(&self, option: usize, other: Option<usize>, (ink, random): At<'_>) -> Drawn {
        let at = self.rect(option);
        // The neighbour may be of another question: any box up to 22 mm away and not below.
        let target = (self.desk.page.boxes.iter())
            .map(|b| self.desk.place.apply_rect(&b.rect).center())
            .filter(|c| {
                let (dx, dy) = (c.x - at.center().x, c.y - at.center().y);
                dx.hypot(dy) > 1.0 && dx.hypot(dy) < 22.0 && dx > -1.0 && dy < 1.0
            })
            .min_by(|a, b| a.distance(at.center()).total_cmp(&b.distance(at.center())));
        let target = target.or_else(|| other.map(|i| self.rect(i).center()));
        let mut gesture = self.desk.person.gesture(at.w, random);
        gesture.tick = TickForm::LongTail;
        let Some(end) = target else {
            return self.put(Shape::Tick, (option, at, gesture), (ink, random));
        };
        let c = at.center();
        let near =
            |x: f64, y: f64, random: &mut Random| (x + random.normal() * 0.25, y + random.normal() * 0.25);
        let foot = near(c.x - 0.2, c.y + 1.4, random);
        let way = vec![
            near(c.x - 1.8, c.y - 0.3, random),
            (foot.0 - 0.15, foot.1 - 0.1),
            foot,
            (foot.0 + 0.15, foot.1 - 0.2),
            near((foot.0 + end.x) / 2.0, (foot.1 + end.y) / 2.0 + 0.8, random),
            near(end.x, end.y, random),
        ];
        let traces = vec![gesture.hand.stroke(&way, random)];
        let tick = drawn((&self.boxes[option].option, Shape::Tick), &traces, &at);
        ink.put(traces);
        tick
    }

    /// The question answered by a part of one line through a column of boxes.
    pub(crate) fn crossed_by(&self, option: usize, part: Vec<Trace>, ink: &mut Ink) -> QuestionTruth {
        let line = drawn((&self.boxes[option].option, Shape::ColumnLine), &part, &self.rect(option));
        ink.count(part);
        self.truth(Outcome { stands: vec![option], drawn: vec![line], ..Outcome::default() })
    }

    /// A mark of the person's usual kind, now and then faint or astray.
    pub(crate) fn mark(&self, option: usize, (ink, random): At<'_>) -> Drawn {
        let shape = self.desk.person.shape(random);
        self.mark_of(shape, option, (ink, random))
    }

    /// A mark of this shape, now and then faint or astray.
    pub(crate) fn mark_of(&self, shape: Shape, option: usize, (ink, random): At<'_>) -> Drawn {
        self.drawn_at(shape, (option, self.rect(option)), (ink, random))
    }

    /// A mark of this shape meant for the box `option`, put at `place`.
    fn drawn_at(&self, shape: Shape, (option, place): (usize, RectMm), (ink, random): At<'_>) -> Drawn {
        let mut gesture = self.desk.person.gesture(place.w, random);
        let faint = random.chance(self.desk.people.faint);
        if faint {
            gesture.hand.pressure = random.between(0.12, 0.25);
        }
        if random.chance(self.desk.people.astray) {
            let way = random.between(0.0, std::f64::consts::TAU);
            let far = place.w * random.between(0.35, 0.7);
            gesture.offset_mm = (far * way.cos(), far * way.sin());
        }
        if shape == Shape::Fill {
            gesture.size = gesture.size.clamp(0.75, 1.1);
            gesture.offset_mm = (gesture.offset_mm.0 * 0.4, gesture.offset_mm.1 * 0.4);
        }
        Drawn { faint, ..self.put(shape, (option, place, gesture), (ink, random)) }
    }

    /// A shape of a correction, or one that is no mark: always with will.
    pub(crate) fn shape(&self, shape: Shape, option: usize, (ink, random): At<'_>) -> Drawn {
        let rect = self.rect(option);
        let mut gesture = self.desk.person.gesture(rect.w, random);
        gesture.offset_mm = (gesture.offset_mm.0 * 0.5, gesture.offset_mm.1 * 0.5);
        let place = match shape {
            Shape::Ring => {
                gesture.size = gesture.size.clamp(0.8, 1.35);
                rect
            }
            Shape::LabelRing | Shape::Underline => {
                gesture.size = 1.0;
                gesture.lean *= 0.3;
                gesture.twice = false;
                self.label(option)
            }
            Shape::Cross
            | Shape::Tick
            | Shape::Fill
            | Shape::Slash
            | Shape::Dash
            | Shape::Dot
            | Shape::Scribble
            | Shape::Strike
            | Shape::ColumnLine
            | Shape::WhiteOut
            | Shape::Rubbing => {
                gesture.size = gesture.size.clamp(0.9, 1.15);
                rect
            }
        };
        self.put(shape, (option, place, gesture), (ink, random))
    }

    fn put(
        &self,
        shape: Shape,
        (option, place, gesture): (usize, RectMm, Gesture),
        (ink, random): At<'_>,
    ) -> Drawn {
        let traces = shape.traces(&place, &gesture, random);
        let drawn = drawn((&self.boxes[option].option, shape), &traces, &self.rect(option));
        ink.put(traces);
        drawn
    }

    /// The box as it is on the sheet.
    pub(crate) fn rect(&self, option: usize) -> RectMm {
        self.desk.place.apply_rect(&self.boxes[option].rect)
    }

    fn label(&self, option: usize) -> RectMm {
        self.desk.place.apply_rect(&self.boxes[option].label)
    }

    pub(crate) fn truth(&self, outcome: Outcome) -> QuestionTruth {
        let Outcome { mut stands, drawn, correction, oddity } = outcome;
        stands.sort_unstable();
        let several = stands.len() > 1 && self.question.choose == Choose::One;
        let unclear = oddity.is_some_and(Oddity::is_unclear)
            || correction == Some(CorrectionKind::ScribbledOnly)
            || correction.is_some_and(|kind| hides_itself(kind, &drawn));
        if unclear {
            stands.clear();
        }
        let state = match stands.len() {
            _ if unclear => AnswerState::Unclear,
            0 => AnswerState::Blank,
            _ if several => AnswerState::Multiple,
            _ => AnswerState::Answered,
        };
        let clear = drawn.iter().all(|d| is_plain(d) && !d.faint);
        QuestionTruth {
            question: self.question.id.clone(),
            state,
            options: stands.iter().map(|&i| self.boxes[i].option.clone()).collect(),
            plain: clear && correction.is_none() && oddity.is_none() && !several,
            traceless: false,
            drawn,
            correction,
            oddity,
            beside: Vec::new(),
        }
    }
}

/// Whether a correction by ring cannot be told from what it corrects: a filling that is ringed and filled
/// again looks like one withdrawn, a ring round a ring like a mark.
fn hides_itself(kind: CorrectionKind, drawn: &[Drawn]) -> bool {
    let ringed = drawn.windows(2).filter(|d| d[1].shape == Shape::Ring && d[0].option == d[1].option);
    let mut ringed = ringed.map(|d| d[0].shape);
    match kind {
        CorrectionKind::RingedThenRefilled => ringed.any(|s| matches!(s, Shape::Fill | Shape::Ring)),
        CorrectionKind::RingedThenOther => ringed.any(|s| s == Shape::Ring),
        CorrectionKind::RingedOnly
        | CorrectionKind::ScribbledThenOther
        | CorrectionKind::ScribbledOnly
        | CorrectionKind::StruckThenOther
        | CorrectionKind::WhitedOutThenOther
        | CorrectionKind::WhitedOutThenAgain
        | CorrectionKind::ErasedThenOther => false,
    }
}

/// A whole mark of a usual kind, enough of which lies in its box.
fn is_plain(drawn: &Drawn) -> bool {
    match drawn.shape {
        Shape::Cross | Shape::Fill => drawn.inside >= PLAIN_INSIDE || drawn.within >= PLAIN_WITHIN,
        Shape::Slash => drawn.inside >= PLAIN_INSIDE || drawn.within >= PLAIN_WITHIN / 2.0,
        // A tick is plain by its foot; its tail may run far out.
        Shape::Tick => drawn.inside >= PLAIN_INSIDE * 0.6 || drawn.within >= PLAIN_WITHIN / 2.0,
        Shape::Dash
        | Shape::Dot
        | Shape::Ring
        | Shape::Scribble
        | Shape::Strike
        | Shape::LabelRing
        | Shape::Underline
        | Shape::ColumnLine
        | Shape::WhiteOut
        | Shape::Rubbing => false,
    }
}

/// The option beside one of `n`.
pub(crate) fn beside(option: usize, n: usize) -> usize {
    if option + 1 < n { option + 1 } else { option - 1 }
}

/// A shape as the truth names it, from its way and its box.
fn drawn((option, shape): (&str, Shape), traces: &[Trace], rect: &RectMm) -> Drawn {
    let (mut inside, mut all) = (0u32, 0u32);
    for touch in traces.iter().flat_map(|t| &t.touches) {
        all += 1;
        inside += u32::from(holds(rect, touch.x, touch.y));
    }
    // Rounded, so that the truth file stays short.
    let hundredth = |v: f64| (v * 100.0).round() / 100.0;
    Drawn {
        option: option.to_owned(),
        shape,
        faint: false,
        inside: hundredth(f64::from(inside) / f64::from(all.max(1))),
        within: hundredth(f64::from(inside) * STEP_MM / rect.w),
        seen: 1.0,
    }
}

/// Whether a place lies in a rectangle.
pub(crate) fn holds(rect: &RectMm, x: f64, y: f64) -> bool {
    (rect.x..=rect.right()).contains(&x) && (rect.y..=rect.bottom()).contains(&y)
}
