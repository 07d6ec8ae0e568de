//! A person: one pen, one hand and one opinion for a whole sheet.

use phieu_model::template::{Choose, Question, QuestionKind};

use crate::pen::{InkColour, Pen, PenKind};
use crate::profile::{AnswerMix, CorrectionKind, People, Span};
use crate::random::Random;
use crate::shape::{FillForm, Gesture, Shape, TickForm};
use crate::trace::Hand;
use crate::truth::{PersonTruth, rounded};

/// A person with a pen.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub(crate) pen: Pen,
    pub(crate) absorb: [f32; 3],
    habit: Shape,
    pressure: f64,
    size: f64,
    tremor_mm: f64,
    scatter: f64,
    /// Where this hand tends to miss the middle, millimetres.
    drift_mm: (f64, f64),
    lean: f64,
    joins: bool,
    twice: bool,
    speed: f64,
    tick: TickForm,
    fill: FillForm,
    /// How this person takes a mark back.
    pub(crate) corrects: CorrectionKind,
    /// How content, 0 (best level) upwards; level questions stay close to it.
    mood: usize,
    mix: AnswerMix,
}

fn within(span: Span, random: &mut Random) -> f64 {
    random.between(span[0], span[1])
}

/// Between the ends of the span, most often near the middle.
fn around_middle(span: Span, random: &mut Random) -> f64 {
    (within(span, random) + within(span, random)) / 2.0
}

/// Levels of the five-level questions from best to worst, in percent.
const LEVELS: [(usize, f64); 5] = [(0, 46.0), (1, 48.0), (2, 5.0), (3, 0.8), (4, 0.2)];

impl Person {
    /// A person of this profile; everything about them comes from `random`.
    pub(crate) fn new(people: &People, random: &mut Random) -> Self {
        let &(kind, colour) = random.pick(&people.pens);
        let width = match kind {
            PenKind::Ballpoint | PenKind::Gel => around_middle(people.width_mm, random),
            PenKind::Felt => within(people.felt_mm, random),
            PenKind::Pencil => random.between(0.45, 0.75),
        };
        let pen = Pen {
            kind,
            colour,
            width_mm: width,
            flow: match kind {
                PenKind::Ballpoint => random.between(0.75, 1.1),
                PenKind::Gel | PenKind::Felt => random.between(0.9, 1.2),
                PenKind::Pencil => random.between(0.75, 1.1),
            },
            skips: match kind {
                PenKind::Ballpoint if random.chance(0.15) => random.between(0.5, 2.5),
                PenKind::Ballpoint => random.between(0.0, 0.3),
                PenKind::Gel | PenKind::Felt | PenKind::Pencil => 0.0,
            },
        };
        let scatter = around_middle(people.scatter, random);
        // Few hands are fast.
        let speed = people.speed[0] + (people.speed[1] - people.speed[0]) * random.unit() * random.unit();
        let tremor = within(people.tremor_mm, random);
        Self {
            pen,
            absorb: colour.absorb(random.unit()),
            habit: *random.pick(&people.habits),
            pressure: within(people.pressure, random),
            size: around_middle(people.size, random),
            // Few hands shake much.
            tremor_mm: people.tremor_mm[0] + (tremor - people.tremor_mm[0]) * random.unit(),
            scatter,
            drift_mm: (random.normal() * scatter * 2.0, random.normal() * scatter * 2.0),
            lean: random.normal() * people.slant,
            joins: random.chance(0.08 + 0.2 * speed),
            twice: random.chance(people.twice),
            speed,
            tick: *random.pick(&people.ticks),
            fill: *random.pick(&people.fills),
            corrects: corrects(people, kind, random),
            mood: *random.pick(&LEVELS),
            mix: people.answers,
        }
    }

    /// The options this person means, in the order of the paper; never empty.
    pub(crate) fn answer(&self, question: &Question, random: &mut Random) -> Vec<usize> {
        let n = question.options.len();
        if question.choose == Choose::Many {
            return several(n, self.mix, random);
        }
        if self.mix == AnswerMix::Even {
            return vec![random.below(n)];
        }
        let one = match &question.kind {
            QuestionKind::Scale { .. } => self.level(n, random),
            QuestionKind::Fact { .. } | QuestionKind::Channels => fact(question, random),
        };
        vec![one]
    }

    fn level(&self, n: usize, random: &mut Random) -> usize {
        if n == LEVELS.len() {
            // Most people go straight down; now and then a row differs.
            if random.chance(0.75) { self.mood } else { *random.pick(&LEVELS) }
        } else {
            random.below(n)
        }
    }

    /// How this person makes one mark of their usual kind.
    pub(crate) fn gesture(&self, box_mm: f64, random: &mut Random) -> Gesture {
        let spread = self.scatter * box_mm;
        Gesture {
            hand: Hand {
                tremor_mm: self.tremor_mm,
                pressure: (self.pressure * (1.0 + random.normal() * 0.07)).clamp(0.3, 1.0),
                speed: (self.speed + random.normal() * 0.08).clamp(0.0, 1.0),
            },
            size: self.size * (1.0 + random.bounded(0.1, 0.3)),
            offset_mm: (
                (self.drift_mm.0 + random.normal() * spread).clamp(-0.3 * box_mm, 0.3 * box_mm),
                (self.drift_mm.1 + random.normal() * spread).clamp(-0.3 * box_mm, 0.3 * box_mm),
            ),
            lean: self.lean + random.normal() * 0.07,
            pen_mm: self.pen.width_mm,
            joined: self.joins,
            twice: self.twice,
            tick: if random.chance(0.9) { self.tick } else { TickForm::Usual },
            fill: if random.chance(0.85) { self.fill } else { FillForm::Solid },
        }
    }

    /// The shape of the next mark: the habit, seldom another common one.
    pub(crate) fn shape(&self, random: &mut Random) -> Shape {
        if random.chance(0.98) {
            self.habit
        } else if random.chance(0.7) {
            Shape::Cross
        } else {
            Shape::Tick
        }
    }

    /// The hand that writes words.
    pub(crate) fn writing_hand(&self) -> Hand {
        Hand { tremor_mm: self.tremor_mm * 0.6, pressure: self.pressure, speed: self.speed * 0.5 }
    }

    pub(crate) fn truth(&self) -> PersonTruth {
        PersonTruth {
            pen: Pen {
                width_mm: rounded(self.pen.width_mm),
                flow: rounded(self.pen.flow),
                skips: rounded(self.pen.skips),
                ..self.pen
            },
            habit: self.habit,
            pressure: rounded(self.pressure),
            size: rounded(self.size),
            tremor_mm: rounded(self.tremor_mm),
            scatter: rounded(self.scatter),
            drift_mm: [rounded(self.drift_mm.0), rounded(self.drift_mm.1)],
            lean: rounded(self.lean),
            speed: rounded(self.speed),
            twice: self.twice,
            tick: self.tick,
            fill: self.fill,
            corrects: self.corrects,
        }
    }
}

/// Who writes with a pencil mostly rubs out, and nobody else does while there is another way.
fn corrects(people: &People, pen: PenKind, random: &mut Random) -> CorrectionKind {
    if pen == PenKind::Pencil && random.chance(0.6) && people.corrections.len() > 1 {
        return CorrectionKind::ErasedThenOther;
    }
    let with_ink: Vec<(CorrectionKind, f64)> = (people.corrections.iter())
        .filter(|(kind, _)| pen == PenKind::Pencil || *kind != CorrectionKind::ErasedThenOther)
        .copied()
        .collect();
    *random.pick(if with_ink.is_empty() { &people.corrections } else { &with_ink })
}

/// The pen that lies at the counter: what staff sign with.
pub(crate) fn staff_pen(random: &mut Random) -> (Pen, [f32; 3]) {
    let colour = *random.pick(&[(InkColour::Blue, 0.6), (InkColour::Black, 0.25), (InkColour::Red, 0.15)]);
    let pen = Pen {
        kind: PenKind::Ballpoint,
        colour,
        width_mm: random.between(0.35, 0.7),
        flow: random.between(0.8, 1.1),
        skips: random.between(0.0, 0.5),
    };
    (pen, colour.absorb(random.unit()))
}

fn several(n: usize, mix: AnswerMix, random: &mut Random) -> Vec<usize> {
    let most = match mix {
        AnswerMix::Believable => *random.pick(&[(1, 0.62), (2, 0.28), (3, 0.10)]),
        AnswerMix::Even => 1 + random.below(n),
    };
    let mut left: Vec<usize> = (0..n).collect();
    let mut chosen: Vec<usize> = (0..most.min(n)).map(|_| left.remove(random.below(left.len()))).collect();
    chosen.sort_unstable();
    chosen
}

/// A fact as counters report it: extra papers 3 %, extra fees 0.4 %, early 18 %, late 3 %.
fn fact(question: &Question, random: &mut Random) -> usize {
    let weight = |id: &str| match (question.id.as_str(), id) {
        ("q3_8", "yes") => 0.004,
        (_, "yes") => 0.03,
        (_, "early") => 0.18,
        (_, "ontime") => 0.79,
        (_, "late") => 0.03,
        (_, _) => 1.0,
    };
    let weights: Vec<(usize, f64)> =
        question.options.iter().enumerate().map(|(i, o)| (i, weight(&o.id))).collect();
    *random.pick(&weights)
}
