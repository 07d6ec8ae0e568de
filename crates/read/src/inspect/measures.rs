//! The measures of a box, one by one.

use phieu_model::reading::BoxMeasures;

/// One measure of a box.
#[derive(Debug, Clone, Copy)]
pub struct Measure {
    /// Its name, as in stored readings.
    pub name: &'static str,
    /// What its number counts.
    pub unit: Unit,
    /// Its value for a box.
    pub of: fn(&BoxMeasures) -> f32,
}

/// What the number of a measure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Mean ink, from 0 (paper) to 1 (print).
    Ink,
    /// A share of what the measure looks at, 0–1.
    Share,
    /// A length as a share of the box's side.
    Side,
    /// Square millimetres.
    SquareMillimetres,
    /// Millimetres.
    Millimetres,
}

macro_rules! measures {
    ($($name:ident: $unit:ident),* $(,)?) => {
        [$(Measure { name: stringify!($name), unit: Unit::$unit, of: |m| m.$name }),*]
    };
}

/// Every measure.
pub const MEASURES: [Measure; 24] = measures![
    core_ink: Ink,
    inner_ink: Ink,
    ring_ink: Ink,
    inner_fill: Share,
    solid: Side,
    ring_closed: Share,
    ring_least: Share,
    diagonal: Share,
    label_ink: SquareMillimetres,
    row_ink: SquareMillimetres,
    beside_ink: SquareMillimetres,
    reach: Side,
    within: Share,
    extent: Side,
    trace: Share,
    tone: Ink,
    rim: Ink,
    through: Share,
    outline: Share,
    residual_mm: Millimetres,
    shared: Share,
    weak_stroke: Ink,
    stroke_darkness: Ink,
    visible: Share,
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_stored_measure_can_be_inspected() {
        let stored = serde_json::to_value(BoxMeasures::default()).unwrap();
        let stored: BTreeSet<&str> = stored.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(MEASURES.iter().map(|m| m.name).collect::<BTreeSet<_>>(), stored);
    }
}
