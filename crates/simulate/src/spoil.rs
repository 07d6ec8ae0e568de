//! A filled-in sheet spoiled on paper, so that it becomes a hostile page.

use phieu_model::geometry::RectMm;
use phieu_model::layout::PageLayout;

use crate::hostile::{Forger, Hostile};
use crate::paper::{Paper, Placement};
use crate::random::Random;
use crate::stranger::{clear, print_letter, print_modules};

/// What is needed to spoil a page.
pub(crate) struct Spoiler<'a> {
    pub(crate) kind: Hostile,
    pub(crate) forger: Forger<'a>,
    pub(crate) place: Placement,
    /// Another printed sheet, to lie over this one.
    pub(crate) other: Option<Paper>,
}

impl Spoiler<'_> {
    /// Spoils the paper.
    pub(crate) fn spoil(&self, paper: &mut Paper, random: &mut Random) {
        let page = self.forger.page;
        match self.kind {
            Hostile::Blank => wipe(paper),
            Hostile::Letter => {
                wipe(paper);
                print_letter(paper, &self.place, random);
            }
            Hostile::Table => {
                wipe(paper);
                print_letter(paper, &self.place, random);
                print_table(paper, &self.place, random);
            }
            Hostile::OtherForm => {
                wipe(paper);
                self.print_other_form(paper, random);
            }
            Hostile::BackSide => show_through(paper, random),
            Hostile::HalfPage => halve(paper, random),
            Hostile::TwoSheets => self.lay_over(paper, random),
            Hostile::OurCodeElsewhere => self.move_code(paper, random),
            Hostile::ForeignCode
            | Hostile::NearMiss
            | Hostile::InventedProof
            | Hostile::OtherOffice
            | Hostile::UnknownSerial
            | Hostile::OtherVersion
            | Hostile::OtherLayout => {
                let text = self.forger.text(self.kind, random);
                page.qr.iter().for_each(|qr| self.replace_code(paper, qr, &text));
            }
            Hostile::CodesDisagree => {
                let text = self.forger.text(self.kind, random);
                if let Some(qr) = page.qr.get(random.below(page.qr.len().max(1))) {
                    self.replace_code(paper, qr, &text);
                }
            }
            Hostile::BothCodesCovered => page.qr.iter().for_each(|qr| self.cover(paper, qr, random)),
            Hostile::OneCodeCovered => {
                if let Some(qr) = page.qr.get(random.below(page.qr.len().max(1))) {
                    self.cover(paper, qr, random);
                }
            }
        }
    }

    fn replace_code(&self, paper: &mut Paper, qr: &RectMm, text: &str) {
        clear(paper, &self.place.apply_rect(&qr.grown(0.4)));
        print_modules(paper, &self.place, (text, qr));
    }

    /// A sticker, correction tape, or a pen that blacks the code out.
    fn cover(&self, paper: &mut Paper, qr: &RectMm, random: &mut Random) {
        let at = self.place.apply_rect(&qr.grown(random.between(0.3, 2.5)));
        clear(paper, &at);
        if random.chance(0.5) {
            paper.print_rect(&at);
        } else if random.chance(0.5) {
            // A label with a frame and some lines.
            let line = |y: f64, w: f64| RectMm::new(at.x + 1.5, at.y + y, (at.w - 3.0) * w, 0.6);
            for i in 1..5 {
                paper.print_rect(&line(f64::from(i) * at.h / 5.5, random.between(0.4, 1.0)));
            }
        }
    }

    /// Our marks round other content.
    fn print_other_form(&self, paper: &mut Paper, random: &mut Random) {
        let page = self.forger.page;
        for mark in &page.marks {
            if mark.kind.is_corner() || random.chance(0.9) {
                paper.print_rect(&self.place.apply_rect(&mark.rect));
            }
        }
        let mut y = random.between(30.0, 45.0);
        while y < 250.0 {
            let boxes = 2 + random.below(4);
            for i in 0..boxes {
                let x = random.between(24.0, 30.0) + i as f64 * 160.0 / boxes as f64;
                frame(paper, &self.place.apply_rect(&RectMm::new(x, y, 5.0, 5.0)), 0.35);
                for j in 0..4 + random.below(6) {
                    let letter = RectMm::new(x + 7.0 + 1.9 * j as f64, y + 1.4, 1.2, 2.2);
                    frame(paper, &self.place.apply_rect(&letter), 0.28);
                }
            }
            y += random.between(7.5, 14.0);
        }
        if random.chance(0.5) {
            let text = self.forger.text(Hostile::ForeignCode, random);
            page.qr.iter().for_each(|qr| self.replace_code(paper, qr, &text));
        }
    }

    /// Only the code of the sheet stays, at its place or elsewhere, on a letter; sometimes the marks too.
    fn move_code(&self, paper: &mut Paper, random: &mut Random) {
        let Some(qr) = self.forger.page.qr.first() else { return wipe(paper) };
        let from = self.place.apply_rect(&qr.grown(1.5));
        let mut letter = Paper::bare(paper.size_mm, paper.scale);
        print_letter(&mut letter, &self.place, random);
        let stays = random.chance(0.4);
        let to =
            if stays { (from.x, from.y) } else { (random.between(15.0, 160.0), random.between(15.0, 250.0)) };
        let px = |mm: f64| (mm * paper.scale).max(0.0) as usize;
        let (width, height) = (paper.print.width, paper.print.height);
        for y in 0..px(from.h) {
            for x in 0..px(from.w) {
                let (fx, fy, tx, ty) = (px(from.x) + x, px(from.y) + y, px(to.0) + x, px(to.1) + y);
                if fx.max(tx) < width && fy.max(ty) < height {
                    letter.print.data[ty * width + tx] = paper.print.data[fy * width + fx];
                }
            }
        }
        wipe(paper);
        paper.print.data = letter.print.data;
        if stays && random.chance(0.6) {
            // All that the reader steers by, round another document.
            for mark in &self.forger.page.marks {
                let at = self.place.apply_rect(&mark.rect);
                clear(paper, &at.grown(2.0));
                paper.print_rect(&at);
            }
        }
    }

    /// Another sheet over this one, so that it hides a third of it or more.
    fn lay_over(&self, paper: &mut Paper, random: &mut Random) {
        let [wide, high] = paper.size_mm;
        let share = random.between(0.34, 0.7);
        let (dx, dy) = match random.below(4) {
            0 => (random.normal() * 8.0, high * (1.0 - share)),
            1 => (random.normal() * 8.0, -high * (1.0 - share)),
            2 => (wide * (1.0 - share), random.normal() * 10.0),
            _ => (-wide * (1.0 - share), random.normal() * 10.0),
        };
        let (sin, cos) = random.bounded(0.02, 0.08).sin_cos();
        let (width, height) = (paper.print.width, paper.print.height);
        let mut rim = Vec::new();
        for y in 0..height {
            for x in 0..width {
                let (px, py) = (x as f64 / paper.scale - dx, y as f64 / paper.scale - dy);
                let (u, v) = (px * cos + py * sin, py * cos - px * sin);
                if u < 0.0 || v < 0.0 || u >= wide || v >= high {
                    continue;
                }
                let at = y * width + x;
                paper.print.data[at] = match &self.other {
                    Some(other) => {
                        let (i, j) = ((u * paper.scale) as usize, (v * paper.scale) as usize);
                        other.print.data[j.min(height - 1) * width + i.min(width - 1)]
                    }
                    None => 0,
                };
                paper.inks.iter_mut().for_each(|ink| ink.plane.data[at] = 0);
                if u.min(v).min(wide - u).min(high - v) < 0.25 {
                    rim.push((x, y));
                }
            }
        }
        let depth = random.between(0.05, 0.5) as f32;
        let shadow = paper.add_ink([1.0; 3]);
        rim.into_iter().for_each(|(x, y)| shadow.add(x, y, depth));
    }
}

fn wipe(paper: &mut Paper) {
    paper.print.data.fill(0);
    paper.inks.clear();
}

/// The front as it shines through the paper: mirrored, pale, without edges.
fn show_through(paper: &mut Paper, random: &mut Random) {
    let toner = random.between(0.0, 0.11);
    let ink = random.between(0.03, 0.2);
    let width = paper.print.width;
    for row in paper.print.data.chunks_exact_mut(width) {
        row.reverse();
        // Paper scatters the light over about a third of a millimetre.
        let reach = (paper.scale * 0.15).max(1.0) as usize;
        let soft: Vec<u8> = (0..width)
            .map(|x| {
                let around = &row[x.saturating_sub(reach)..(x + reach + 1).min(width)];
                let sum: u32 = around.iter().map(|v| u32::from(*v)).sum();
                (f64::from(sum) / around.len() as f64 * toner) as u8
            })
            .collect();
        row.copy_from_slice(&soft);
    }
    let mirrored: Vec<([f32; 3], Vec<u8>)> = (paper.inks.drain(..))
        .map(|mut layer| {
            layer.plane.data.chunks_exact_mut(width).for_each(<[u8]>::reverse);
            (layer.absorb, layer.plane.data)
        })
        .collect();
    for (absorb, data) in mirrored {
        let layer = paper.add_ink(absorb);
        for (i, density) in data.iter().enumerate().filter(|(_, d)| **d > 0) {
            layer.add(i % width, i / width, f32::from(*density) / 100.0 * ink as f32);
        }
    }
}

/// One half is missing: cut off over the white or the black lid, or folded behind.
fn halve(paper: &mut Paper, random: &mut Random) {
    let (width, height) = (paper.print.width, paper.print.height);
    // Less than a half and only the boxes of one question may be lost, which a reader may pass over.
    let missing = random.between(0.5, 0.64);
    let slope = random.normal() * 0.01;
    let side = random.below(4);
    let cut = if matches!(side, 0 | 2) { 1.0 - missing } else { missing };
    let lid = if random.chance(0.5) { 255 } else { 0 };
    let mut rim = Vec::new();
    for y in 0..height {
        for x in 0..width {
            let (u, v) = (x as f64 / width as f64, y as f64 / height as f64);
            let beyond = match side {
                0 => v - cut - slope * u,
                1 => cut - v - slope * u,
                2 => u - cut - slope * v,
                _ => cut - u - slope * v,
            };
            if beyond > 0.0 {
                paper.print.data[y * width + x] = lid;
                paper.inks.iter_mut().for_each(|ink| ink.plane.data[y * width + x] = 0);
            }
            if beyond.abs() < 0.0012 {
                rim.push((x, y));
            }
        }
    }
    let depth = random.between(0.05, 0.4) as f32;
    let shadow = paper.add_ink([1.0; 3]);
    rim.into_iter().for_each(|(x, y)| shadow.add(x, y, depth));
}

/// The outline of a rectangle.
fn frame(paper: &mut Paper, r: &RectMm, line: f64) {
    paper.print_rect(&RectMm::new(r.x, r.y, r.w, line));
    paper.print_rect(&RectMm::new(r.x, r.bottom() - line, r.w, line));
    paper.print_rect(&RectMm::new(r.x, r.y, line, r.h));
    paper.print_rect(&RectMm::new(r.right() - line, r.y, line, r.h));
}

/// A table over a part of the page.
fn print_table(paper: &mut Paper, place: &Placement, random: &mut Random) {
    let (rows, columns) = (4 + random.below(12), 3 + random.below(5));
    let (x, y) = (22.0, random.between(40.0, 110.0));
    let (w, h) = (166.0 / columns as f64, random.between(6.0, 12.0));
    clear(paper, &place.apply_rect(&RectMm::new(x, y, 166.0, h * rows as f64)));
    for row in 0..rows {
        for column in 0..columns {
            let cell = RectMm::new(x + w * column as f64, y + h * row as f64, w, h);
            frame(paper, &place.apply_rect(&cell), 0.25);
            for i in 0..random.below(7) {
                let digit = RectMm::new(cell.x + 2.0 + 2.1 * i as f64, cell.y + h / 2.0 - 1.2, 1.3, 2.4);
                if digit.right() < cell.right() {
                    frame(paper, &place.apply_rect(&digit), 0.3);
                }
            }
        }
    }
}

/// Whether a page has what the kind spoils.
pub(crate) fn can_be(kind: Hostile, page: &PageLayout) -> bool {
    match kind {
        Hostile::OurCodeElsewhere
        | Hostile::ForeignCode
        | Hostile::NearMiss
        | Hostile::InventedProof
        | Hostile::OtherOffice
        | Hostile::UnknownSerial
        | Hostile::OtherVersion
        | Hostile::OtherLayout
        | Hostile::CodesDisagree
        | Hostile::BothCodesCovered
        | Hostile::OneCodeCovered => !page.qr.is_empty(),
        Hostile::OtherForm => !page.marks.is_empty(),
        Hostile::Blank
        | Hostile::Letter
        | Hostile::Table
        | Hostile::BackSide
        | Hostile::HalfPage
        | Hostile::TwoSheets => true,
    }
}
