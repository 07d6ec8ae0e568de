//! How much of the printed form is on the picture: a page with the right code but other
//! content, half a page, or another sheet over it must not be read.

use phieu_model::geometry::{PointMm, RectMm};
use phieu_model::layout::PageLayout;

use crate::drawing::Drawing;
use crate::patch::{Detail, Grid, Mapping, Patch, Picture};
use crate::register::{BoxFix, Registered};

/// Distance between the places looked at, in mm: about the width of a letter's stem.
const STEP_MM: f64 = 0.5;
/// Side of a cell in places: 12 mm.
const CELL: usize = 24;
/// Printed places that a cell must have to say anything.
const LEAST_PRINTED: usize = 10;
/// How much more ink than the paper beside it the print of a cell must show on average.
/// Good scans show 0.3 to 0.9, noise 0.03.
const CONTRAST: f32 = 0.12;
/// Round a box this share of the ink of its own outline is enough, where that is less, but not less than this: what fades on a
/// copy fades with its surroundings.
const OUTLINE_SHARE: f32 = 0.3;
const FADED_CONTRAST: f32 = 0.06;
/// Where the print of a cell shows no more than this, on average, there is nothing of it.
const NOTHING: f32 = 0.02;
/// Cells whose middle is this near to a box, in mm, are the box's surroundings.
const AROUND_MM: f64 = 14.0;
/// Share of its surroundings that must be seen for a box to be one of ours.
const AROUND_SHARE: f32 = 0.4;

/// The cells of a page that hold printed content.
#[derive(Debug)]
pub struct PrintedCells {
    cells: Vec<Cell>,
    /// For each cell its middle.
    middles: Vec<PointMm>,
    /// For each box of the layout the cells around it.
    around: Vec<Vec<usize>>,
}

/// What of the printed form was seen.
#[derive(Debug)]
pub struct Seen {
    /// Share of the cells, 0–1, that show their printed content.
    pub share: f32,
    /// Share of the cells on the picture, 0–1, that show nothing at all: another sheet lies over them, or they are
    /// torn off. Toner that fades leaves something.
    pub hidden: f32,
    /// For each box of the layout: whether the form around it is where it should be. A box
    /// of another sheet may stand there all the same.
    pub boxes: Vec<bool>,
}

/// A cell, and which of its places are printed and which bare.
#[derive(Debug)]
struct Cell {
    grid: Grid,
    printed: Vec<usize>,
    bare: Vec<usize>,
}

impl Cell {
    fn of(grid: Grid, drawing: &Drawing) -> Self {
        let places = || (0..grid.len()).map(|i| (i, grid.place(i)));
        let printed = places().filter(|(_, p)| drawing.stroke_at(*p)).map(|(i, _)| i).collect();
        let is_bare = |p: PointMm| !drawing.stroke_at(p) && !drawing.printed_at(p);
        let bare = places().filter(|(_, p)| is_bare(*p)).map(|(i, _)| i).collect();
        Self { grid, printed, bare }
    }
}

impl PrintedCells {
    /// The cells of `page`, on which `drawing` is printed.
    pub fn of(page: &PageLayout, drawing: &Drawing, page_size_mm: [f64; 2]) -> Self {
        let page_grid = Grid::of(RectMm::new(0.0, 0.0, page_size_mm[0], page_size_mm[1]), STEP_MM);
        let mut cells: Vec<Cell> = page_grid.tiles(CELL).map(|grid| Cell::of(grid, drawing)).collect();
        cells.retain(|cell| cell.printed.len() >= LEAST_PRINTED && cell.bare.len() >= LEAST_PRINTED);
        let middle = |cell: &Cell| {
            let n = cell.printed.len() as f64;
            let places = cell.printed.iter().map(|&i| cell.grid.place(i));
            let (x, y) = places.fold((0.0, 0.0), |(x, y), p| (x + p.x / n, y + p.y / n));
            PointMm::new(x, y)
        };
        let middles: Vec<PointMm> = cells.iter().map(middle).collect();
        let near = |rect: &RectMm| {
            let c = rect.center();
            let distance = |m: &PointMm| (m.x - c.x).hypot(m.y - c.y);
            (0..middles.len()).filter(|&i| distance(&middles[i]) < AROUND_MM).collect()
        };
        let around = page.boxes.iter().map(|place| near(&place.rect)).collect();
        Self { cells, middles, around }
    }

    /// What is seen of the printed content where the map has it; around a box also where the box itself tells that it lies.
    pub fn seen(&self, picture: &Picture, Registered { map, boxes, .. }: &Registered) -> Seen {
        let contrast = |cell: &Cell, map: &Mapping| {
            let ink = Patch::over(picture, map, (cell.grid, Detail::Coarse)).ink;
            let mean = |places: &[usize]| places.iter().map(|&i| ink[i]).sum::<f32>() / places.len() as f32;
            mean(&cell.printed) - mean(&cell.bare)
        };
        let contrasts: Vec<f32> = self.cells.iter().map(|cell| contrast(cell, map)).collect();
        let shown: Vec<bool> = contrasts.iter().map(|contrast| *contrast > CONTRAST).collect();
        let on_picture = |p: &PointMm| {
            let at = map.apply(*p);
            let (w, h) = (picture.fine.width() as f64, picture.fine.height() as f64);
            at.x >= 0.0 && at.y >= 0.0 && at.x < w && at.y < h
        };
        let share = |cells: &mut dyn Iterator<Item = bool>| {
            let (shown, all) = cells.fold((0, 0), |(shown, all), one| (shown + usize::from(one), all + 1));
            shown as f32 / all.max(1) as f32
        };
        let is_seen = |(cells, fix): (&Vec<usize>, &BoxFix)| {
            let is_enough = |least: f32, contrast: &dyn Fn(usize) -> f32| {
                share(&mut cells.iter().map(|&i| contrast(i) > least)) >= AROUND_SHARE
            };
            let Some(outline) = fix.contrast else { return is_enough(CONTRAST, &|i| contrasts[i]) };
            let own = map.shifted(fix.shift.0, fix.shift.1);
            is_enough((OUTLINE_SHARE * outline).clamp(FADED_CONTRAST, CONTRAST), &|i| contrasts[i])
                || is_enough(CONTRAST, &|i| contrast(&self.cells[i], &own))
        };
        let boxes = self.around.iter().zip(boxes).map(is_seen).collect();
        let on_picture = contrasts.iter().zip(&self.middles).filter(|(_, middle)| on_picture(middle));
        let hidden = share(&mut on_picture.map(|(contrast, _)| *contrast < NOTHING));
        Seen { share: share(&mut shown.iter().copied()), hidden, boxes }
    }
}

#[cfg(test)]
mod tests {
    use phieu_model::homography::Homography;

    use super::*;
    use crate::frame::Frame;

    /// Pixels to a millimetre.
    const PX: f64 = 5.0;

    /// The page of the built-in form, and a picture on which what it prints lies `by` mm from its place and has so much ink.
    fn seen_boxes(by: (f64, f64), print_ink: f32, outline: Option<f32>, shift: (f64, f64)) -> usize {
        let layout = phieu_trial::layout();
        let page = &layout.pages[0];
        let drawing = Drawing::of(page, layout.page_size_mm, layout.box_line_mm);
        let [width, height] = layout.page_size_mm.map(|mm| (mm * PX) as usize);
        let pixel = |i: usize| {
            let p = PointMm::new((i % width) as f64 / PX - by.0, (i / width) as f64 / PX - by.1);
            let ink = if drawing.stroke_at(p) { print_ink } else { 0.0 };
            250 - (200.0 * ink) as u8
        };
        let frame = Frame::new(width, height, (0..width * height).map(pixel).collect()).unwrap();
        let picture = Picture::small(frame);
        let fix = BoxFix { shift, outline: 1.0, residual_mm: 0.1, shared: false, contrast: outline };
        let registered = Registered {
            map: Mapping::of(Homography::affine(PX, 0.0, -0.5, 0.0, PX, -0.5)),
            boxes: vec![fix; page.boxes.len()],
            marks: vec![],
            timing_marks: 0,
            residual_mm: 0.0,
        };
        let seen = PrintedCells::of(page, &drawing, layout.page_size_mm).seen(&picture, &registered);
        seen.boxes.iter().filter(|seen| **seen).count()
    }

    #[test]
    fn what_fades_with_its_surroundings_is_on_the_form_and_what_has_none_is_not() {
        let at_its_place = (0.0, 0.0);
        let all = phieu_trial::layout().pages[0].boxes.len();
        assert_eq!(seen_boxes(at_its_place, 0.8, Some(0.5), at_its_place), all);
        // A faded copy, whose outlines are as faded.
        assert_eq!(seen_boxes(at_its_place, 0.15, Some(0.15), at_its_place), all);
        // Sharp outlines, and what surrounds them is hardly there: other boxes.
        assert_eq!(seen_boxes(at_its_place, 0.12, Some(0.5), at_its_place), 0);
        assert_eq!(seen_boxes(at_its_place, 0.12, None, at_its_place), 0);
        // Faded boxes of a form that prints other things there.
        let elsewhere = (3.1, -4.7);
        assert!(seen_boxes(elsewhere, 0.15, Some(0.15), at_its_place) * 10 < all);
        // Paper that lies elsewhere with all that surrounds a box.
        assert_eq!(seen_boxes((0.9, 0.6), 0.8, Some(0.5), (0.9, 0.6)), all);
        assert!(seen_boxes((0.9, 0.6), 0.8, Some(0.5), at_its_place) < all);
    }
}
