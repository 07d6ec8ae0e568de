//! Noise on measures: what another scanner, pen or paper would have changed, so that the
//! models do not cling to one simulator's decimals.

use phieu_model::reading::BoxMeasures;

/// Deviation of the ink of a whole page, as a share.
const PAGE_INK: f32 = 0.1;
/// Deviation of one box's measures, as a share.
const BOX: f32 = 0.06;
/// Deviation of shares of directions and lines.
const SHARE: f32 = 0.03;

/// A seeded source of noise (SplitMix64).
pub struct Noise(u64);

impl Noise {
    /// The noise of one page.
    pub fn new(page: u64) -> Self {
        Self(page.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5bd1_e995)
    }

    fn unit(&mut self) -> f32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) >> 40) as f32 / (1_u64 << 24) as f32
    }

    /// About normal, deviation 1, never beyond 3.
    fn normal(&mut self) -> f32 {
        (0..4).map(|_| self.unit() - 0.5).sum::<f32>() * 3.0_f32.sqrt()
    }

    fn factor(&mut self, deviation: f32) -> f32 {
        1.0 + deviation * self.normal()
    }

    /// The measures of a page with noise on them. What is nothing stays nothing.
    pub fn page(&mut self, boxes: &[BoxMeasures]) -> Vec<BoxMeasures> {
        let ink = self.factor(PAGE_INK);
        let row = self.factor(PAGE_INK);
        boxes.iter().map(|m| self.of_box(m, (ink, row))).collect()
    }

    fn of_box(&mut self, m: &BoxMeasures, (ink, row): (f32, f32)) -> BoxMeasures {
        let own = ink * self.factor(BOX);
        let (width, reach) = (self.factor(BOX), self.factor(BOX));
        let mut share = |v: f32| if v > 0.0 { (v + SHARE * self.normal()).clamp(0.0, 1.0) } else { v };
        BoxMeasures {
            core_ink: (m.core_ink * own).min(1.0),
            inner_ink: (m.inner_ink * own).min(1.0),
            ring_ink: (m.ring_ink * own * reach).min(1.0),
            inner_fill: (m.inner_fill * width).min(1.0),
            solid: (m.solid * width).min(1.0),
            ring_closed: share(m.ring_closed),
            ring_least: share(m.ring_least),
            diagonal: share(m.diagonal),
            extent: share(m.extent),
            through: share(m.through),
            reach: m.reach * reach,
            within: share(m.within),
            label_ink: m.label_ink * row * reach,
            row_ink: m.row_ink * row,
            beside_ink: m.beside_ink * row,
            trace: (m.trace * own).min(1.0),
            tone: m.tone * own,
            rim: m.rim * own,
            weak_stroke: m.weak_stroke * own,
            stroke_darkness: (m.stroke_darkness * ink).min(1.0),
            ..*m
        }
    }
}
