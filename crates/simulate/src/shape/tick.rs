//! Ticks: everybody has a form of their own.

use serde::{Deserialize, Serialize};

use super::{Stroke, near};
use crate::random::Random;

/// The forms of ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TickForm {
    /// A short stroke down, a longer one up that may leave the box.
    Usual,
    /// Both strokes stay in the box.
    Short,
    /// The tail runs far out, to the next row and further.
    LongTail,
    /// Two strokes of one length.
    Vee,
    /// Foot at the right, tail to the upper left.
    Mirrored,
    /// Upside down, like a roof.
    Inverted,
    /// The first stroke is hardly there: a flick upwards.
    Flick,
}

impl TickForm {
    /// How often each form is met.
    pub(crate) fn usual() -> Vec<(Self, f64)> {
        vec![
            (Self::Usual, 0.50),
            (Self::Short, 0.16),
            (Self::LongTail, 0.12),
            (Self::Vee, 0.12),
            (Self::Mirrored, 0.02),
            (Self::Inverted, 0.01),
            (Self::Flick, 0.07),
        ]
    }

    /// One tick in units of half a box.
    pub(super) fn stroke(self, speed: f64, random: &mut Random) -> Stroke {
        let (start, foot) = match self {
            Self::Usual | Self::LongTail => ((-0.75, -0.1), (-0.2, 0.7)),
            Self::Short => ((-0.6, 0.0), (-0.15, 0.65)),
            Self::Vee | Self::Inverted => ((-0.65, -0.6), (0.0, 0.7)),
            Self::Mirrored => ((0.7, -0.1), (0.2, 0.7)),
            Self::Flick => ((-0.4, 0.4), (-0.25, 0.7)),
        };
        let (start, foot) = (near(start, 0.16, random), near(foot, 0.14, random));
        let reach = match self {
            Self::Usual => random.between(0.8, 2.0),
            Self::LongTail => random.between(2.0, 3.8),
            Self::Short => random.between(0.7, 1.05),
            Self::Vee | Self::Inverted => random.between(0.95, 1.25),
            Self::Mirrored => random.between(0.8, 2.0),
            Self::Flick => random.between(1.1, 2.4),
        };
        // A fast tail lies flatter.
        let (along, up) = (0.75 + 0.35 * speed * random.unit(), 1.15 - 0.25 * speed * random.unit());
        let mirror = if self == Self::Mirrored { -1.0 } else { 1.0 };
        let end = (foot.0 + mirror * along * reach + random.normal() * 0.15, foot.1 - up * reach);
        let bend = (
            (foot.0 + end.0) / 2.0 + mirror * random.between(0.0, 0.12 + 0.12 * speed),
            (foot.1 + end.1) / 2.0 + 0.1,
        );
        // A slow foot is sharp (points close by keep the curve from rounding it), a fast one is round.
        let close = 0.08 + 0.25 * speed * random.unit();
        let before = (foot.0 - (foot.0 - start.0) * close, foot.1 - (foot.1 - start.1) * close);
        let after = (foot.0 + (bend.0 - foot.0) * close, foot.1 + (bend.1 - foot.1) * close);
        let stroke = vec![start, before, foot, after, bend, end];
        match self {
            Self::Inverted => stroke.into_iter().map(|(x, y)| (x, -y)).collect(),
            Self::Usual | Self::Short | Self::LongTail | Self::Vee | Self::Mirrored | Self::Flick => stroke,
        }
    }
}
