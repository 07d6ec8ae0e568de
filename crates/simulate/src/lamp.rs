//! The light on the glass or on the desk.

use serde::{Deserialize, Serialize};

use crate::random::Random;
use crate::toner::within;

/// Light that falls off over the picture.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Lamp {
    /// Largest loss, 0–1.
    pub loss: f64,
    /// The way in which it falls off, degrees.
    pub way_deg: f64,
    /// Fall towards the rim (above 0) or towards the middle (below 0), −1 to 1.
    pub bow: f64,
}

impl Lamp {
    /// Draws the light of a picture.
    pub(crate) fn draw(loss: [f64; 2], random: &mut Random) -> Self {
        Self {
            loss: within(loss, random),
            way_deg: within([0.0, 360.0], random),
            bow: within([-1.0, 1.0], random),
        }
    }

    /// Light at a place given as shares of the picture, 1 full.
    pub(crate) fn light(&self, [u, v]: [f64; 2]) -> f64 {
        let (u, v) = (u * 2.0 - 1.0, v * 2.0 - 1.0);
        let (sin, cos) = self.way_deg.to_radians().sin_cos();
        let fall = (cos * u + sin * v + self.bow * (u * u + v * v - 0.7)) * 0.35 + 0.5;
        1.0 - self.loss * fall.clamp(0.0, 1.0)
    }
}
