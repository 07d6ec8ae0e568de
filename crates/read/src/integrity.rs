//! How much of the printed form is on the picture: a page with the right code but other
//! content, half a page, or another sheet over it must not be read.

use phieu_model::geometry::RectMm;

use crate::drawing::Drawing;
use crate::patch::{Detail, Grid, Mapping, Patch, Picture};

/// Distance between the places looked at, in mm: about the width of a letter's stem.
const STEP_MM: f64 = 0.5;
/// Side of a cell in places: 12 mm.
const CELL: usize = 24;
/// Printed places that a cell must have to say anything.
const LEAST_PRINTED: usize = 10;
/// How much more ink than the paper beside it the print of a cell must show on average.
/// Good scans show 0.3 to 0.9, noise 0.03.
const CONTRAST: f32 = 0.12;

/// The cells of a page that hold printed content.
#[derive(Debug)]
pub struct PrintedCells {
    grid: Grid,
    cells: Vec<Cell>,
}

/// Places of the grid.
#[derive(Debug, Default)]
struct Cell {
    printed: Vec<usize>,
    bare: Vec<usize>,
}

impl PrintedCells {
    /// The cells of a page of this size on which `drawing` is printed.
    pub fn of(drawing: &Drawing, page_size_mm: [f64; 2]) -> Self {
        let grid = Grid::of(RectMm::new(0.0, 0.0, page_size_mm[0], page_size_mm[1]), STEP_MM);
        let across = grid.width.div_ceil(CELL);
        let mut cells: Vec<Cell> =
            std::iter::repeat_with(Cell::default).take(across * grid.height.div_ceil(CELL)).collect();
        for i in 0..grid.len() {
            let cell = &mut cells[i / grid.width / CELL * across + i % grid.width / CELL];
            let p = grid.place(i);
            if drawing.stroke_at(p) {
                cell.printed.push(i);
            } else if !drawing.printed_at(p) {
                cell.bare.push(i);
            }
        }
        cells.retain(|cell| cell.printed.len() >= LEAST_PRINTED && cell.bare.len() >= LEAST_PRINTED);
        Self { grid, cells }
    }

    /// Share of the cells, 0–1, in which the printed content is seen where `map` has it.
    pub fn found(&self, picture: &Picture, map: &Mapping) -> f32 {
        let patch = Patch::over(picture, map, (self.grid, Detail::Coarse));
        let mean = |places: &[usize]| places.iter().map(|&i| patch.ink[i]).sum::<f32>() / places.len() as f32;
        let found =
            self.cells.iter().filter(|cell| mean(&cell.printed) - mean(&cell.bare) > CONTRAST).count();
        found as f32 / self.cells.len().max(1) as f32
    }
}
