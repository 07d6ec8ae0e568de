//! Pictures of doubtful questions for the person who decides.

use image::{GrayImage, ImageEncoder};
use phieu_model::geometry::RectMm;
use phieu_model::layout::PageLayout;
use phieu_model::reading::Evidence;

use crate::patch::{Detail, Patch, Picture};
use crate::register::Registered;

/// Distance between pixels of the picture in mm: 203 dpi.
const STEP_MM: f64 = 0.125;
/// How much of the surroundings is shown, in mm.
const MARGIN_MM: f64 = 2.0;
/// A sensitive field is covered this much beyond its border, in mm: people write
/// over the edge.
pub const COVER_MM: f64 = 3.0;

/// The picture of `question`, upright, with every sensitive field covered.
pub fn picture_of(
    picture: &Picture,
    registered: &Registered,
    page: &PageLayout,
    question: &str,
) -> Option<Evidence> {
    let place = page.questions.iter().find(|q| q.question == question)?;
    let patch = Patch::sample(picture, &registered.map, place.rect.grown(MARGIN_MM), (STEP_MM, Detail::Fine));
    let covers: Vec<RectMm> =
        page.fields.iter().filter(|f| f.sensitive).map(|f| f.rect.grown(COVER_MM)).collect();
    let pixels = (0..patch.ink.len())
        .map(|i| {
            let p = patch.grid.place(i);
            let covered =
                covers.iter().any(|c| p.x >= c.x && p.x <= c.right() && p.y >= c.y && p.y <= c.bottom());
            if covered { 0 } else { (255.0 * (1.0 - patch.ink[i])) as u8 }
        })
        .collect();
    let grey = GrayImage::from_raw(patch.grid.width as u32, patch.grid.height as u32, pixels)?;
    let mut png = Vec::new();
    image::codecs::png::PngEncoder::new(&mut png)
        .write_image(grey.as_raw(), grey.width(), grey.height(), image::ExtendedColorType::L8)
        .ok()?;
    Some(Evidence { question: question.to_owned(), png })
}
