//! How things look: paper, toner and ink by their amount, and what lies around the sheet.

use crate::paper::{Paper, Tiles};
use crate::plane::Smooth;
use crate::random::Random;
use crate::scanner::Pass;
use crate::view::Device;

/// Grey levels for every amount of toner, and what each density of ink lets through.
pub(crate) struct Looks {
    /// By channel and amount of toner.
    pub(crate) toner: Vec<Vec<f32>>,
    /// By layer, channel and density.
    pub(crate) inks: Vec<Vec<Vec<f32>>>,
    /// Level of full black.
    pub(crate) black: f32,
    /// Where the paper holds toner.
    pub(crate) print_tiles: Tiles,
}

impl Looks {
    pub(crate) fn new(paper: &Paper, (pass, channels): (&Pass, usize), random: &mut Random) -> Self {
        // Office paper is a little blue or a little yellow, and a camera's white balance is more so.
        let tint = random.normal()
            * match pass.device {
                Device::Scanner(_) => 2.0,
                Device::Telephone(_) => 8.0,
            };
        let (white, black) = (pass.sensor.white, pass.sensor.black);
        let paper_white = |c: usize| black + (white - black) * paper.tint[c];
        let whites: Vec<f64> = match channels {
            3 => vec![
                paper_white(0) - tint.max(0.0),
                paper_white(1) - tint.abs() / 2.0,
                paper_white(2) + tint.min(0.0),
            ],
            _ => vec![(0..3).map(|c| f64::from(pass.grey[c]) * paper_white(c)).sum()],
        };
        let toner = (whites.iter())
            .map(|white| (0..=255).map(|t| (white + (black - white) * f64::from(t) / 255.0) as f32).collect())
            .collect();
        let passes = |absorb: [f32; 3], d: usize| absorb.map(|a| (-(d as f32) / 100.0 * a).exp());
        let inks = (paper.inks.iter())
            .map(|layer| {
                (0..channels)
                    .map(|c| {
                        (0..256)
                            .map(|d| {
                                let rgb = passes(layer.absorb, d);
                                match channels {
                                    3 => rgb[c],
                                    _ => (0..3).map(|i| pass.grey[i] * rgb[i]).sum(),
                                }
                            })
                            .collect()
                    })
                    .collect()
            })
            .collect();
        Self { toner, inks, black: black as f32, print_tiles: Tiles::of(&paper.print) }
    }

    pub(crate) fn channels(&self) -> usize {
        self.toner.len()
    }
}

/// What is seen where the sheet is not: the lid of a scanner, or a desk.
pub(crate) struct Ground {
    levels: Vec<f32>,
    texture: Option<Texture>,
}

/// Grain of a desk: long fibres.
struct Texture {
    fibres: Smooth,
    along: [f32; 2],
    contrast: f32,
}

impl Ground {
    pub(crate) fn new(pass: &Pass, channels: usize, random: &mut Random) -> Self {
        match &pass.device {
            Device::Scanner(_) => Self { levels: vec![pass.surround as f32; channels], texture: None },
            Device::Telephone(shot) => {
                let rgb = shot.desk.rgb.map(|v| v as f32);
                let levels = match channels {
                    3 => rgb.to_vec(),
                    _ => vec![(0..3).map(|i| pass.grey[i] * rgb[i]).sum()],
                };
                let (sin, cos) = shot.desk.along_deg.to_radians().sin_cos();
                let fibres = Smooth::new(3.0, random);
                let along = [cos as f32, sin as f32];
                let texture = Texture { fibres, along, contrast: shot.desk.grain as f32 };
                Self { levels, texture: Some(texture) }
            }
        }
    }

    /// The level when it is the same everywhere.
    pub(crate) fn even_level(&self, channel: usize) -> Option<f32> {
        self.texture.is_none().then(|| self.levels[channel])
    }

    /// The level at a pixel of the picture.
    pub(crate) fn level(&self, channel: usize, x: usize, y: usize) -> f32 {
        let level = self.levels[channel];
        self.texture.as_ref().map_or(level, |texture| {
            let ([cos, sin], (x, y)) = (texture.along, (x as f32, y as f32));
            let (along, across) = (x * cos + y * sin + 8192.0, y * cos - x * sin + 8192.0);
            let grain = texture.fibres.at((along * 0.06) as usize, across as usize);
            let broad = texture.fibres.at((across * 0.08) as usize + 500, (along * 0.01) as usize);
            level * (1.0 + texture.contrast * (0.6 * grain + 0.8 * broad))
        })
    }
}
