//! Stains: rings of cups, drops and grease.

use std::f64::consts::TAU;

use serde::{Deserialize, Serialize};

use crate::paper::Paper;
use crate::plane::Smooth;
use crate::random::Random;
use crate::toner::within;

/// A stain on the sheet.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Stain {
    /// Its middle, millimetres on the sheet.
    pub at_mm: [f64; 2],
    /// Radius, millimetres.
    pub radius_mm: f64,
    /// What it is.
    pub kind: StainKind,
    /// Density, 0–1.
    pub density: f64,
    /// Part of the turn that a ring covers, 0–1.
    pub arc: f64,
}

/// The kinds of stains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StainKind {
    /// The ring that a cup leaves.
    CupRing,
    /// A dried drop: pale, with a dark rim.
    Drop,
    /// A smear of dirt or grease, soft everywhere.
    Smear,
}

impl Stain {
    /// Draws a stain anywhere on a sheet of this size.
    pub(crate) fn draw(size_mm: [f64; 2], random: &mut Random) -> Self {
        let kinds = [(StainKind::CupRing, 0.4), (StainKind::Drop, 0.35), (StainKind::Smear, 0.25)];
        let kind = *random.pick(&kinds);
        let radius = match kind {
            StainKind::CupRing => [30.0, 45.0],
            StainKind::Drop => [2.0, 14.0],
            StainKind::Smear => [5.0, 22.0],
        };
        Self {
            at_mm: size_mm.map(|side| within([0.0, side], random)),
            radius_mm: within(radius, random),
            kind,
            density: within([0.08, 0.6], random),
            arc: within([0.4, 1.0], random),
        }
    }

    /// Puts it on the sheet.
    pub(crate) fn apply(&self, paper: &mut Paper, random: &mut Random) {
        let absorb = match self.kind {
            StainKind::CupRing | StainKind::Drop => [0.35, 0.65, 1.1],
            StainKind::Smear => [0.45, 0.5, 0.6],
        };
        let start = random.between(0.0, TAU);
        let lobes: Vec<(f64, f64)> = (2..6)
            .map(|n| (random.between(0.0, TAU), random.normal() * 0.05 / f64::from(n).sqrt()))
            .collect();
        let around = paper.around(self.at_mm, self.radius_mm * 1.35 + 2.0);
        let grain = Smooth::new(0.6 * paper.scale, random);
        let layer = paper.add_ink(absorb);
        for (x, y, [dx, dy]) in around {
            let (distance, angle) = (dx.hypot(dy), dy.atan2(dx));
            let wobble: f64 =
                (2u8..).zip(&lobes).map(|(n, (p, a))| a * (angle * f64::from(n) + p).sin()).sum();
            // A cup is round; what dries by itself is not.
            let radius = self.radius_mm
                * match self.kind {
                    StainKind::CupRing => 1.0 + wobble * 0.1,
                    StainKind::Drop | StainKind::Smear => 1.0 + wobble * 2.0,
                };
            let inwards = radius - distance;
            let bell = |at: f64, width: f64| (-((inwards - at) / width).powi(2)).exp();
            let density = match self.kind {
                StainKind::CupRing => {
                    let turn = (angle - start).rem_euclid(TAU) / TAU;
                    let ends = ((self.arc - turn) * 12.0).clamp(0.0, 1.0);
                    (bell(0.5, 0.55) + 0.5 * bell(2.2, 1.2)) * if self.arc < 0.98 { ends } else { 1.0 }
                }
                StainKind::Drop if inwards < -1.0 => 0.0,
                StainKind::Drop => bell(0.25, 0.35) + 0.35 * (inwards * 2.0 + 0.5).clamp(0.0, 1.0),
                StainKind::Smear => (inwards / radius).clamp(0.0, 1.0).powf(1.3),
            };
            if density > 0.01 {
                let uneven = 1.0 + 0.3 * f64::from(grain.at(x, y));
                layer.add(x, y, (density * self.density * uneven) as f32);
            }
        }
    }
}
