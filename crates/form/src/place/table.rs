//! Questions that share a table: one row each, one cell for each option, with the
//! level's name above its box.

use phieu_model::geometry::{PointMm, RectMm};
use phieu_model::layout::{Rule, Stroke};
use phieu_model::template::Question;
use phieu_typeface::{ascent_mm, break_lines, descent_mm, text_width_mm};

use super::page::{Align, Column, Page};
use crate::measures::{self as m, Type};

/// The table's columns.
#[derive(Clone, Copy)]
struct Grid {
    left: f64,
    /// Right edge of the question column.
    split: f64,
    /// Width of an option's cell.
    cell: f64,
    right: f64,
}

pub(super) fn place(page: &mut Page, headings: [&str; 2], rows: &[Question]) {
    page.begin_question();
    let options = rows.iter().map(|row| row.options.len()).max().unwrap_or(1);
    let height_in = |column| {
        let grid = Grid::new(column, rows, options);
        let tallest: f64 = rows.iter().map(|row| row_height(page, &grid, row)).sum();
        tallest + 2.0 * m::TABLE_HEADING.leading
    };
    let grid = Grid::new(page.settled_column(height_in), rows, options);
    let top = page.y();
    line(page, (grid.left, top), (grid.right, top));
    heading_row(page, &grid, headings);
    let body_top = page.y();
    line(page, (grid.left, body_top), (grid.right, body_top));
    for row in rows {
        question_row(page, &grid, row);
        let y = page.y();
        line(page, (grid.left, y), (grid.right, y));
    }
    let bottom = page.y();
    line(page, (grid.left, top), (grid.left, bottom));
    line(page, (grid.right, top), (grid.right, bottom));
    line(page, (grid.split, top), (grid.split, bottom));
    for n in 1..options {
        let x = grid.split + n as f64 * grid.cell;
        line(page, (x, body_top), (x, bottom));
    }
    page.gap(m::AFTER_TABLE);
    let name = rows.first().map_or("", |row| row.id.as_str());
    page.needs_room(name, m::WORDING_LEAST - grid.question_text_width());
}

impl Grid {
    /// Cells as wide as the widest level's name; the questions get the rest, up to a
    /// share, and what is over goes to the cells.
    fn new(column: Column, rows: &[Question], options: usize) -> Self {
        let n = options as f64;
        let cell = (widest_level(rows) + 2.0 * m::LEVEL_PADDING).max(m::BOX_PITCH);
        let question = (column.width() - n * cell).min(m::QUESTION_SHARE * column.width());
        let cell = (column.width() - question) / n;
        Self { left: column.left, split: column.left + question, cell, right: column.right }
    }

    fn question_text_width(&self) -> f64 {
        self.split - self.left - 2.0 * m::CELL_PADDING
    }
}

fn widest_level(rows: &[Question]) -> f64 {
    rows.iter()
        .flat_map(|row| &row.options)
        .map(|o| text_width_mm(m::LEVEL.face, m::LEVEL.size_pt, &o.label))
        .fold(0.0, f64::max)
}

fn line(page: &mut Page, from: (f64, f64), to: (f64, f64)) {
    page.rule(Rule {
        from: PointMm::new(from.0, from.1),
        to: PointMm::new(to.0, to.1),
        width_mm: m::GRID_LINE,
        stroke: Stroke::Solid,
    });
}

fn broken(kind: Type, text: &str, width: f64) -> Vec<String> {
    break_lines(kind.face, kind.size_pt, text, |_| width)
}

fn heading_row(page: &mut Page, grid: &Grid, headings: [&str; 2]) {
    let kind = m::TABLE_HEADING;
    let cells = [
        Column { left: grid.left + m::CELL_PADDING, right: grid.split - m::CELL_PADDING },
        Column { left: grid.split + m::CELL_PADDING, right: grid.right - m::CELL_PADDING },
    ];
    let lines = [0, 1].map(|n| broken(kind, headings[n], cells[n].width()));
    let most = lines.iter().map(Vec::len).max().unwrap_or(1) as f64;
    let top = page.y() + m::HEADING_PADDING;
    let height = most * kind.leading;
    for n in [0, 1] {
        page.go_to(top + (height - lines[n].len() as f64 * kind.leading) / 2.0);
        page.lines(&lines[n], kind, (cells[n], Align::Centre));
    }
    page.go_to(top + height + m::HEADING_PADDING);
}

fn wording(row: &Question) -> String {
    format!("{} {}", row.number, row.text)
}

/// Height of the name and box of a level in its cell.
fn level_height(page: &Page) -> f64 {
    m::CELL_TOP
        + ascent_mm(m::LEVEL.size_pt)
        + descent_mm(m::LEVEL.size_pt)
        + m::LEVEL_TO_BOX
        + m::BOX
        + m::BOX_LINE
        + page.stretched(m::BOX_TO_GRID)
}

fn row_height(page: &Page, grid: &Grid, row: &Question) -> f64 {
    let lines = broken(m::BODY, &wording(row), grid.question_text_width()).len();
    level_height(page).max(lines as f64 * m::BODY.leading + 2.0 * m::CELL_TOP)
}

fn question_row(page: &mut Page, grid: &Grid, row: &Question) {
    let top = page.y();
    let height = row_height(page, grid, row);
    let lines = broken(m::BODY, &wording(row), grid.question_text_width());
    let text = Column { left: grid.left + m::CELL_PADDING, right: grid.split - m::CELL_PADDING };
    page.go_to(top + (height - lines.len() as f64 * m::BODY.leading) / 2.0);
    page.lines(&lines, m::BODY, (text, Align::Left));
    let first = top + (height - level_height(page)) / 2.0 + m::CELL_TOP;
    let baseline = first + ascent_mm(m::LEVEL.size_pt);
    let box_top = baseline + descent_mm(m::LEVEL.size_pt) + m::LEVEL_TO_BOX;
    let centre_y = page.box_row(box_top);
    for (n, option) in row.options.iter().enumerate() {
        let centre = grid.split + (n as f64 + 0.5) * grid.cell;
        let width = text_width_mm(m::LEVEL.face, m::LEVEL.size_pt, &option.label);
        let label = page.text_at(centre - width / 2.0, baseline, m::LEVEL, &option.label);
        page.checkbox(row, n, (PointMm::new(centre, centre_y), label));
    }
    page.question(row, RectMm::new(grid.left, top, grid.right - grid.left, height));
    page.go_to(top + height);
}
