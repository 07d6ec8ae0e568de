//! The printer: a PDF page becomes toner on paper.

use hayro::hayro_interpret::InterpreterSettings;
use hayro::hayro_interpret::util::TransformExt;
use hayro::hayro_syntax::Pdf;
use hayro::kurbo::Affine;
use hayro::vello_cpu::color::palette::css::WHITE;
use hayro::vello_cpu::{Pixmap, RasterizerSettings, RenderContext, Resources, TargetInit};
use hayro::{RenderCache, RenderSettings, render_into};
use phieu_model::geometry::MM_PER_PT;

use crate::paper::{Paper, Placement};

/// Prints page `page` of `pdf` on a bare sheet; `None` when there is no such page.
/// Colour is lost: an office prints with black toner.
pub(crate) fn print(pdf: &Pdf, page: u32, mut paper: Paper, place: &Placement) -> Option<Paper> {
    let page = pdf.pages().get(page as usize)?;
    let (width, height) = (paper.print.width, paper.print.height);
    let (w16, h16) = (u16::try_from(width).ok()?, u16::try_from(height).ok()?);
    let m = &place.m;
    let transform = Affine::scale(paper.scale)
        * Affine::new([m[0], m[3], m[1], m[4], m[2], m[5]])
        * Affine::scale(MM_PER_PT)
        * page.initial_transform(true).to_kurbo();

    let mut context = RenderContext::new(w16, h16);
    let cache = RenderCache::new();
    // A printer does not move stems to whole pixels of ours.
    let settings = RenderSettings { hinting: false, ..RenderSettings::default() };
    render_into(page, &cache, &InterpreterSettings::default(), &settings, &mut context, transform);
    context.flush();
    let mut pixmap = Pixmap::new(w16, h16);
    let clear = RasterizerSettings { target_init: TargetInit::Clear(WHITE), ..Default::default() };
    context.render_with(&mut pixmap, &mut Resources::default(), clear);

    for (toner, pixel) in paper.print.data.iter_mut().zip(pixmap.data()) {
        let light = (u32::from(pixel.r) * 77 + u32::from(pixel.g) * 150 + u32::from(pixel.b) * 29) >> 8;
        *toner = 255 - light as u8;
    }
    Some(paper)
}
