//! The faces that a document uses, each cut down to the glyphs that it needs.
//!
//! printpdf cuts fonts down only with its feature `text_layout`, which brings a
//! whole layout engine; without it, it embeds the bytes that it is given. So it is
//! given bytes that are a subset already, made by the same crate that it would call.

use std::collections::{BTreeMap, BTreeSet};

use allsorts::binary::read::ReadScope;
use allsorts::font_data::FontData;
use allsorts::subset::{CmapTarget, SubsetProfile, subset};
use phieu_model::layout::{Face, Layout};
use printpdf::{FontId, ParsedFont, PdfFont};

use crate::SheetPage;

const FACES: [Face; 3] = [Face::Regular, Face::Bold, Face::Italic];

/// The faces that a document uses, with their characters, under names of their own.
pub(crate) struct Fonts {
    used: BTreeMap<u8, (FontId, BTreeSet<char>)>,
}

impl Fonts {
    /// The fonts of all texts of `layout` and `pages`.
    ///
    /// Each face is named after the characters that it is used for: two files with
    /// different subsets must not share a font name, or a printer that keeps fonts
    /// between jobs prints the wrong letters.
    pub(crate) fn new(layout: &Layout, pages: &[SheetPage]) -> Self {
        let mut used: BTreeMap<u8, BTreeSet<char>> = BTreeMap::new();
        let runs = layout.pages.iter().flat_map(|p| &p.texts).chain(pages.iter().flat_map(|p| &p.texts));
        for run in runs {
            used.entry(run.face as u8).or_default().extend(run.text.chars());
        }
        let named = used.into_iter().map(|(face, chars)| {
            let tag = subset_tag(face, &chars.iter().collect::<String>());
            (face, (FontId(tag), chars))
        });
        Self { used: named.collect() }
    }

    /// The name under which the pages call `face`.
    pub(crate) fn id(&self, face: Face) -> FontId {
        self.used.get(&(face as u8)).expect("every run's face was counted").0.clone()
    }

    /// Each used face as printpdf embeds it.
    pub(crate) fn embedded(&self) -> impl Iterator<Item = (FontId, PdfFont)> {
        FACES.into_iter().filter_map(|face| {
            let (id, chars) = self.used.get(&(face as u8))?;
            let mut font = cut_down(face, chars);
            font.font_name = Some(format!("{}+{}", id.0, phieu_typeface::postscript_name(face)));
            Some((id.clone(), PdfFont::new(font)))
        })
    }
}

/// `face` with the glyphs of `chars` alone, numbered anew, and its metrics as they were.
fn cut_down(face: Face, chars: &BTreeSet<char>) -> ParsedFont {
    let bytes = phieu_typeface::font_bytes(face);
    let whole = ParsedFont::from_bytes(bytes, 0, &mut Vec::new()).expect("the shipped font is whole");
    let glyph = |c: char| whole.lookup_glyph_index(u32::from(c)).unwrap_or(0);

    // The empty box comes first. Parts of composed letters are added behind, so that a
    // glyph's new number is its place here.
    let kept: BTreeSet<u16> = chars.iter().map(|&c| glyph(c)).chain([0]).collect();
    let kept = Vec::from_iter(kept);
    let renumbered: BTreeMap<u16, u16> = kept.iter().copied().zip(0..).collect();
    let file = ReadScope::new(bytes).read::<FontData<'_>>().expect("the shipped font is whole");
    let tables = file.table_provider(0).expect("the shipped font is whole");
    let program = subset(&tables, &kept, &SubsetProfile::Pdf, CmapTarget::Unicode)
        .expect("the shipped font can be cut down");

    ParsedFont {
        original_bytes: program,
        codepoint_to_glyph: chars.iter().map(|&c| (u32::from(c), renumbered[&glyph(c)])).collect(),
        glyph_widths: renumbered
            .iter()
            .filter_map(|(old, &new)| Some((new, whole.get_glyph_width(*old)?)))
            .collect(),
        ..whole
    }
}

/// Six capital letters (ISO 32000-1, 9.6.4) that stand for a face and its characters.
fn subset_tag(face: u8, chars: &str) -> String {
    let hash = blake3::Hasher::new().update(&[face]).update(chars.as_bytes()).finalize();
    hash.as_bytes()[..6].iter().map(|b| char::from(b'A' + b % 26)).collect()
}
