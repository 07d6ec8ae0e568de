//! Many boxes, sorted by each measure: where does a threshold part them, and what stands at
//! the ends?

use super::measures::{MEASURES, Measure};
use super::{BoxPatch, Inspection};

/// A box and where it comes from.
#[derive(Debug, Clone)]
pub struct GalleryBox {
    /// The file.
    pub source: String,
    /// Page of the file, from 0.
    pub page_index: u32,
    /// The box.
    pub patch: BoxPatch,
}

/// The boxes of many pages. Of each measure's order only the ends are kept.
#[derive(Debug)]
pub struct Gallery {
    /// Boxes shown of a measure.
    cap: usize,
    boxes: Vec<GalleryBox>,
    added: usize,
}

/// The boxes in the order of one measure, smallest first.
#[derive(Debug)]
pub struct Section {
    /// The measure.
    pub measure: Measure,
    /// The smallest; all, where there are no more than are shown. Indices into
    /// [`Gallery::boxes`].
    pub low: Vec<usize>,
    /// The greatest.
    pub high: Vec<usize>,
    /// Boxes between the two that are not shown.
    pub between: usize,
}

/// What is not at an end of any order is dropped when so many boxes are held.
fn most_held(cap: usize) -> usize {
    4096 + 2 * cap * MEASURES.len()
}

impl Gallery {
    /// An empty gallery that shows `cap` boxes of a measure, at least two: half from each
    /// end.
    pub fn new(cap: usize) -> Self {
        Self { cap: cap.max(2), boxes: Vec::new(), added: 0 }
    }

    /// Adds the boxes of a page; a refused page has none.
    pub fn add(&mut self, (source, page_index): (&str, u32), page: &Inspection) {
        let boxes = page.boxes().into_iter();
        self.extend(boxes.map(|patch| GalleryBox { source: source.to_owned(), page_index, patch }));
    }

    fn extend(&mut self, boxes: impl Iterator<Item = GalleryBox>) {
        let before = self.boxes.len();
        self.boxes.extend(boxes);
        self.added += self.boxes.len() - before;
        if self.boxes.len() > most_held(self.cap) {
            let mut kept = vec![false; self.boxes.len()];
            for section in self.sections() {
                section.low.iter().chain(&section.high).for_each(|&i| kept[i] = true);
            }
            let mut kept = kept.into_iter();
            self.boxes.retain(|_| kept.next() == Some(true));
        }
    }

    /// The boxes that are held.
    pub fn boxes(&self) -> &[GalleryBox] {
        &self.boxes
    }

    /// How many boxes were added.
    pub fn added(&self) -> usize {
        self.added
    }

    /// One section for each measure.
    pub fn sections(&self) -> Vec<Section> {
        MEASURES.into_iter().map(|measure| self.section(measure)).collect()
    }

    fn section(&self, measure: Measure) -> Section {
        let value = |i: usize| (measure.of)(&self.boxes[i].patch.measures);
        let mut order: Vec<usize> = (0..self.boxes.len()).collect();
        order.sort_by(|&a, &b| value(a).total_cmp(&value(b)).then(a.cmp(&b)));
        if self.added <= self.cap {
            return Section { measure, low: order, high: Vec::new(), between: 0 };
        }
        let high = order.split_off(order.len() - self.cap / 2);
        order.truncate(self.cap - self.cap / 2);
        Section { measure, low: order, high, between: self.added - self.cap }
    }
}

#[cfg(test)]
mod tests {
    use phieu_model::reading::{BoxMeasures, MarkKind};

    use super::*;

    fn gallery(cap: usize, boxes: usize) -> Gallery {
        let mut gallery = Gallery::new(cap);
        gallery.extend((0..boxes).map(|i| {
            // In no order, every value once.
            let core_ink = (i * 7919 % boxes) as f32 / boxes as f32;
            let measures = BoxMeasures { core_ink, rim: -core_ink, ..BoxMeasures::default() };
            let (question, option) = ("q".to_owned(), i.to_string());
            let patch =
                BoxPatch { question, option, mark: MarkKind::Empty, marked: 0.0, measures, png: vec![] };
            GalleryBox { source: "a.png".to_owned(), page_index: 0, patch }
        }));
        gallery
    }

    #[test]
    fn below_the_cap_every_section_holds_every_box_once() {
        let gallery = gallery(100, 84);
        for section in gallery.sections() {
            assert!(section.high.is_empty() && section.between == 0);
            let mut held = section.low.clone();
            held.sort_unstable();
            assert_eq!(held, (0..84).collect::<Vec<_>>(), "{}", section.measure.name);
            let values: Vec<f32> = section
                .low
                .iter()
                .map(|&i| (section.measure.of)(&gallery.boxes()[i].patch.measures))
                .collect();
            assert!(values.is_sorted(), "{}", section.measure.name);
        }
    }

    #[test]
    fn above_the_cap_both_ends_of_all_boxes_are_shown_and_the_rest_is_counted() {
        let mut gallery = gallery(6, 20_000);
        assert!(gallery.boxes().len() < 20_000, "nothing is dropped");
        gallery.extend(std::iter::empty());
        let core = &gallery.sections()[0];
        assert_eq!(core.measure.name, "core_ink");
        let values = |held: &[usize]| -> Vec<u32> {
            held.iter()
                .map(|&i| (gallery.boxes()[i].patch.measures.core_ink * 20_000.0).round() as u32)
                .collect()
        };
        assert_eq!(values(&core.low), [0, 1, 2]);
        assert_eq!(values(&core.high), [19_997, 19_998, 19_999]);
        assert_eq!(core.between, 19_994);
    }
}
