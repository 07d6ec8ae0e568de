//! Straight lines across a patch, nearly along its rows or its columns: streaks of the scanner, and pen lines through several
//! boxes.

/// Drift of the lines that are looked at: up to 4 degrees.
const DRIFTS: [f32; 5] = [-0.07, -0.035, 0.0, 0.035, 0.07];

/// The samples of a patch, as far as a line is told by them.
pub struct Cells {
    /// 0 where something is printed, 1 where the sample is free, 2 where it is free and inked.
    cells: Vec<u8>,
    width: usize,
}

impl Cells {
    /// The samples of a patch of this width; what has more ink than `grain` is inked.
    pub fn of(ink: &[f32], free: &[bool], (width, grain): (usize, f32)) -> Self {
        let cell = |(free, ink): (&bool, &f32)| u8::from(*free) + u8::from(*free & (*ink > grain));
        Self { cells: free.iter().zip(ink).map(cell).collect(), width }
    }

    /// Share of the most inked level line, 0–1; 0 where it is less than `least`.
    pub fn level_line(&self, least: f32) -> f32 {
        most_inked(&self.cells, self.width, least)
    }

    /// The same of the most inked upright line.
    pub fn upright_line(&self, least: f32) -> f32 {
        let column = |x: usize| self.cells[x..].iter().step_by(self.width).copied();
        let columns: Vec<u8> = (0..self.width).flat_map(column).collect();
        most_inked(&columns, self.cells.len() / self.width, least)
    }
}

/// Share of the most inked line along rows of cells of this length; 0 where it is less than `least`.
fn most_inked(cells: &[u8], along: usize, least: f32) -> f32 {
    let across = cells.len() / along;
    // How far a line leaves its middle place at most.
    let drift = (DRIFTS[DRIFTS.len() - 1] * along as f32 / 2.0).ceil() as usize;
    let line = |a: usize| &cells[a * along..(a + 1) * along];
    let mut near = vec![0; along];
    let mut best = 0.0_f32;
    for start in 0..across {
        near.fill(0);
        for a in start.saturating_sub(drift)..(start + drift + 1).min(across) {
            near.iter_mut().zip(line(a)).for_each(|(near, cell)| *near |= cell);
        }
        let reached: u32 = near.iter().map(|near| u32::from(near & 2 != 0)).sum();
        if (reached as f32) < least * along as f32 / 2.0 {
            continue;
        }
        for slope in DRIFTS {
            let (mut inked, mut free) = (0, 0);
            for t in 0..along {
                let a = start as f32 + slope * (t as f32 - along as f32 / 2.0) + 0.5;
                if a >= 0.0 && (a as usize) < across {
                    let cell = line(a as usize)[t];
                    inked += usize::from(cell == 2);
                    free += usize::from(cell > 0);
                }
            }
            // Lines that are mostly printed content say nothing.
            if free * 2 > along {
                best = best.max(inked as f32 / free as f32);
            }
        }
    }
    if best < least { 0.0 } else { best }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_leaning_line_counts_where_it_is_free_and_its_likes_in_the_other_direction_do_not() {
        let (width, height) = (40, 60);
        let place = |i: usize| ((i % width) as f32, (i / width) as f32);
        let inked = |i: usize| {
            let (x, y) = place(i);
            (x - 20.0 - 0.03 * y).abs() < 1.0
        };
        let ink: Vec<f32> = (0..width * height).map(|i| f32::from(u8::from(inked(i)))).collect();
        // Every third row is printed, and then all of the middle.
        let free: Vec<bool> = (0..width * height).map(|i| i / width % 3 != 0).collect();
        let cells = Cells::of(&ink, &free, (width, 0.5));
        assert_eq!((cells.upright_line(0.6), cells.level_line(0.6)), (1.0, 0.0));
        let mostly_printed: Vec<bool> =
            (0..width * height).map(|i| !(10..50).contains(&(i / width))).collect();
        assert_eq!(Cells::of(&ink, &mostly_printed, (width, 0.5)).upright_line(0.6), 0.0);
    }
}
