//! Filling in: a person works down the page with a pen.

use std::ops::Range;

use phieu_model::geometry::{PointMm, RectMm};
use phieu_model::layout::{BoxPlace, FieldPlace, Layout, PageLayout};
use phieu_model::reading::AnswerState;
use phieu_model::template::{Choose, Question};

use crate::handwriting::Script;
use crate::paper::{Paper, Placement};
use crate::person::Person;
use crate::profile::{CorrectionKind, People};
use crate::random::Random;
use crate::shape::Shape;
use crate::trace::Trace;
use crate::truth::{Drawn, FieldTruth, QuestionTruth};

/// A printed page in front of a person.
pub(crate) struct Desk<'a> {
    pub(crate) layout: &'a Layout,
    pub(crate) page: &'a PageLayout,
    pub(crate) place: Placement,
    pub(crate) people: &'a People,
    pub(crate) person: &'a Person,
}

/// Everything that the pen did on the page.
#[derive(Default)]
pub(crate) struct Ink {
    traces: Vec<Trace>,
    /// The traces of each drawn shape, in the order of questions and drawing.
    shapes: Vec<Range<usize>>,
}

impl Ink {
    fn put(&mut self, traces: Vec<Trace>) {
        let start = self.traces.len();
        self.traces.extend(traces);
        self.shapes.push(start..self.traces.len());
    }

    /// Writing: ink that belongs to no box.
    pub(crate) fn write(&mut self, traces: Vec<Trace>) {
        self.traces.extend(traces);
    }

    /// The traces of each drawn shape.
    pub(crate) fn shapes(&self) -> impl Iterator<Item = &[Trace]> {
        self.shapes.iter().map(|range| &self.traces[range.clone()])
    }
}

/// A page filled in: the truth, and the ways of the pen behind it.
pub(crate) struct Filled {
    pub(crate) questions: Vec<QuestionTruth>,
    pub(crate) fields: Vec<FieldTruth>,
    pub(crate) ink: Ink,
}

/// A mark counts as plainly in its box from this share of its way inside.
const PLAIN_INSIDE: f64 = 0.4;

impl Desk<'_> {
    /// Fills in the page; the ink goes on `paper`, the truth comes back.
    pub(crate) fn fill_in(&self, paper: &mut Paper, random: &mut Random) -> Filled {
        let mut ink = Ink::default();
        let asked: Vec<&Question> =
            (self.layout.questions.iter()).filter(|q| self.page.boxes_of(&q.id).next().is_some()).collect();
        let corrected =
            (!asked.is_empty() && random.chance(self.people.correction)).then(|| random.below(asked.len()));
        let questions = (asked.iter().enumerate())
            .map(|(i, question)| {
                let boxes: Vec<&BoxPlace> = self.page.boxes_of(&question.id).collect();
                let row = Row { desk: self, question, boxes };
                let kind = (corrected == Some(i)).then(|| *random.pick(&self.people.corrections));
                row.fill_in(kind, (&mut ink, random))
            })
            .collect();
        let fields = self.write_fields(&mut ink, random);
        self.draw(&ink, paper, random);
        Filled { questions, fields, ink }
    }

    /// Leaves the ink on the paper.
    pub(crate) fn draw(&self, ink: &Ink, paper: &mut Paper, random: &mut Random) {
        let scale = paper.scale;
        let layer = paper.add_ink(self.person.absorb);
        for trace in &ink.traces {
            self.person.pen.draw(layer, scale, (trace, random));
        }
    }

    fn write_fields(&self, ink: &mut Ink, random: &mut Random) -> Vec<FieldTruth> {
        let script = Script::new(self.person.writing_hand(), self.person.pen.width_mm, random);
        let (comment, contact) = (random.chance(self.people.comment), random.chance(self.people.contact));
        let mut fields = Vec::new();
        for field in &self.page.fields {
            // Who tells the name often leaves the rest.
            let wanted = if field.sensitive { contact && random.chance(0.8) } else { comment };
            let traces = if wanted { self.write(field, &script, random) } else { Vec::new() };
            let ink_there = !traces.is_empty();
            ink.write(traces);
            fields.push(FieldTruth { field: field.field.clone(), ink: ink_there });
        }
        fields
    }

    pub(crate) fn write(&self, field: &FieldPlace, script: &Script, random: &mut Random) -> Vec<Trace> {
        let mut lines: Vec<f64> = (self.page.rules.iter())
            .filter(|r| {
                let middle = PointMm::new((r.from.x + r.to.x) / 2.0, (r.from.y + r.to.y) / 2.0);
                let level = (r.from.y - r.to.y).abs() < 0.1 && (r.to.x - r.from.x).abs() > 5.0;
                level
                    && (field.rect.x..field.rect.right()).contains(&middle.x)
                    && (field.rect.y + 1.0..field.rect.bottom() + 1.0).contains(&middle.y)
            })
            .map(|r| self.place.apply(r.from).y)
            .collect();
        lines.sort_by(f64::total_cmp);
        let place = self.place.apply_rect(&field.rect);
        if lines.is_empty() {
            let n = (place.h / 8.0).floor().max(1.0);
            lines = (1..=n as usize).map(|i| place.y + place.h * i as f64 / n - 0.6).collect();
        }
        script.write(&place, &lines, random)
    }
}

/// A question with its boxes.
pub(crate) struct Row<'a> {
    pub(crate) desk: &'a Desk<'a>,
    pub(crate) question: &'a Question,
    pub(crate) boxes: Vec<&'a BoxPlace>,
}

/// The ink so far, and chance.
type At<'a> = (&'a mut Ink, &'a mut Random);

impl Row<'_> {
    fn fill_in(&self, correction: Option<CorrectionKind>, (ink, random): At<'_>) -> QuestionTruth {
        let people = self.desk.people;
        if correction.is_none() && random.chance(people.blank) {
            return self.truth(Vec::new(), Vec::new(), None);
        }
        let mut meant = self.desk.person.answer(self.question, random);
        meant.retain(|&i| i < self.boxes.len());
        let mut drawn = Vec::new();
        if let Some(kind) = correction {
            let last = meant.pop().unwrap_or(0);
            for &i in &meant {
                drawn.push(self.mark(i, (ink, random)));
            }
            let stands = self.correct(kind, (last, &meant), (&mut drawn, ink, random));
            meant.extend(stands);
            meant.sort_unstable();
            return self.truth(meant, drawn, Some(kind));
        }
        if self.question.choose == Choose::One && self.boxes.len() > 1 && random.chance(people.double) {
            let beside = if meant[0] + 1 < self.boxes.len() { meant[0] + 1 } else { meant[0] - 1 };
            meant.push(beside);
            meant.sort_unstable();
        }
        for &i in &meant {
            drawn.push(self.mark(i, (ink, random)));
        }
        self.truth(meant, drawn, None)
    }

    /// Draws a changed choice that ends at option `last`; returns what stands.
    /// `kept` are other standing marks of the question.
    fn correct(
        &self,
        kind: CorrectionKind,
        (last, kept): (usize, &[usize]),
        (drawn, ink, random): (&mut Vec<Drawn>, &mut Ink, &mut Random),
    ) -> Option<usize> {
        let others: Vec<(usize, f64)> = (0..self.boxes.len())
            .filter(|i| *i != last && !kept.contains(i))
            .map(|i| (i, 1.0 / (1.0 + 3.0 * (i.abs_diff(last) as f64 - 1.0))))
            .collect();
        let other = if others.is_empty() { None } else { Some(*random.pick(&others)) };
        let usual = |i: usize, ink: &mut Ink, random: &mut Random| self.mark(i, (ink, random));
        match kind {
            CorrectionKind::RingedThenOther | CorrectionKind::ScribbledThenOther => {
                if let Some(first) = other {
                    drawn.push(usual(first, ink, random));
                    let over = match kind {
                        CorrectionKind::ScribbledThenOther => Shape::Scribble,
                        CorrectionKind::RingedThenOther
                        | CorrectionKind::RingedThenRefilled
                        | CorrectionKind::RingedOnly => Shape::Ring,
                    };
                    drawn.push(self.shape(over, first, (ink, random)));
                }
                drawn.push(usual(last, ink, random));
                Some(last)
            }
            CorrectionKind::RingedThenRefilled => {
                drawn.push(usual(last, ink, random));
                drawn.push(self.shape(Shape::Ring, last, (ink, random)));
                if let Some(between) = other.filter(|_| random.chance(0.7)) {
                    drawn.push(usual(between, ink, random));
                    drawn.push(self.shape(Shape::Ring, between, (ink, random)));
                }
                drawn.push(self.shape(Shape::Fill, last, (ink, random)));
                Some(last)
            }
            CorrectionKind::RingedOnly => {
                drawn.push(usual(last, ink, random));
                drawn.push(self.shape(Shape::Ring, last, (ink, random)));
                None
            }
        }
    }

    /// A mark of the person's usual kind, now and then faint or astray.
    fn mark(&self, option: usize, (ink, random): At<'_>) -> Drawn {
        let shape = self.desk.person.shape(random);
        self.mark_of(shape, option, (ink, random))
    }

    /// A mark of this shape, now and then faint or astray.
    pub(crate) fn mark_of(&self, shape: Shape, option: usize, (ink, random): At<'_>) -> Drawn {
        let rect = self.desk.place.apply_rect(&self.boxes[option].rect);
        let mut gesture = self.desk.person.gesture(rect.w, random);
        let faint = random.chance(self.desk.people.faint);
        if faint {
            gesture.hand.pressure = random.between(0.12, 0.25);
        }
        if random.chance(self.desk.people.astray) {
            let way = random.between(0.0, std::f64::consts::TAU);
            let far = rect.w * random.between(0.35, 0.7);
            gesture.offset_mm = (far * way.cos(), far * way.sin());
        }
        if shape == Shape::Fill {
            gesture.size = gesture.size.clamp(0.75, 1.1);
            gesture.offset_mm = (gesture.offset_mm.0 * 0.4, gesture.offset_mm.1 * 0.4);
        }
        let traces = shape.traces(&rect, &gesture, random);
        let inside = inside_share(&traces, &rect);
        ink.put(traces);
        Drawn { option: self.boxes[option].option.clone(), shape, faint, inside, seen: 1.0 }
    }

    /// A shape of a correction: always with will.
    pub(crate) fn shape(&self, shape: Shape, option: usize, (ink, random): At<'_>) -> Drawn {
        let rect = self.desk.place.apply_rect(&self.boxes[option].rect);
        let mut gesture = self.desk.person.gesture(rect.w, random);
        gesture.size = match shape {
            Shape::Ring => gesture.size.clamp(0.9, 1.35),
            Shape::Cross
            | Shape::Tick
            | Shape::Fill
            | Shape::Slash
            | Shape::Dash
            | Shape::Dot
            | Shape::Scribble => gesture.size.clamp(0.9, 1.15),
        };
        gesture.offset_mm = (gesture.offset_mm.0 * 0.5, gesture.offset_mm.1 * 0.5);
        let traces = shape.traces(&rect, &gesture, random);
        let inside = inside_share(&traces, &rect);
        ink.put(traces);
        Drawn { option: self.boxes[option].option.clone(), shape, faint: false, inside, seen: 1.0 }
    }

    pub(crate) fn truth(
        &self,
        meant: Vec<usize>,
        drawn: Vec<Drawn>,
        correction: Option<CorrectionKind>,
    ) -> QuestionTruth {
        let several = meant.len() > 1 && self.question.choose == Choose::One;
        let state = match meant.len() {
            0 => AnswerState::Blank,
            _ if several => AnswerState::Multiple,
            _ => AnswerState::Answered,
        };
        let clear = drawn.iter().all(|d| {
            let whole = match d.shape {
                Shape::Cross | Shape::Fill | Shape::Slash => d.inside >= PLAIN_INSIDE,
                // A tick is plain by its foot; its tail may run far out.
                Shape::Tick => d.inside >= PLAIN_INSIDE * 0.6,
                Shape::Dash | Shape::Dot | Shape::Ring | Shape::Scribble => false,
            };
            whole && !d.faint
        });
        QuestionTruth {
            question: self.question.id.clone(),
            state,
            options: meant.iter().map(|&i| self.boxes[i].option.clone()).collect(),
            plain: clear && correction.is_none() && !several,
            traceless: false,
            drawn,
            correction,
        }
    }
}

fn inside_share(traces: &[Trace], rect: &RectMm) -> f64 {
    let (mut inside, mut all) = (0u32, 0u32);
    for touch in traces.iter().flat_map(|t| &t.touches) {
        all += 1;
        let within =
            (rect.x..=rect.right()).contains(&touch.x) && (rect.y..=rect.bottom()).contains(&touch.y);
        inside += u32::from(within);
    }
    // Rounded, so that the truth file stays short.
    (f64::from(inside) / f64::from(all.max(1)) * 100.0).round() / 100.0
}
