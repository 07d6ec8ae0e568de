//! One page from its frame to its outcome: the conductor.

use phieu_model::geometry::{PointMm, PointPx, RectMm};
use phieu_model::layout::{Layout, PageLayout};
use phieu_model::payload::{KnownLayout, OfficeKey, PayloadFault, SheetId, decode};
use phieu_model::reading::{PageOutcome, PageReading, Registration};
use phieu_model::rejection::{PageIdentity, RejectCode, Rejection};
use phieu_model::scanner::Streak;

use crate::anchors::PageAnchors;
use crate::another;
use crate::blobs::Blob;
use crate::decide::decide;
use crate::drawing::Drawing;
use crate::evidence;
use crate::frame::{Frame, count_from, halved_place};
use crate::glass;
use crate::grow;
use crate::identify;
use crate::integrity::PrintedCells;
use crate::light::{PAPER_TILE, PaperLevel};
use crate::locate::{self, Located};
use crate::looks::{LOOKS, blobs_of};
use crate::measure::measure;
use crate::patch::{Mapping, Picture};
use crate::policy::{ENGINE, Policy};
use crate::register::{Registered, register};
use crate::stencil::PageStencils;
use crate::words::Words;
use crate::writing;

/// Sizes, as shares of the form's, that printers and copiers give a sheet; beyond, the file's resolution is wrong.
const PRINT_SCALES: std::ops::RangeInclusive<f32> = 0.85..=1.15;
/// Resolution, in dpi, above which a picture is halved before boxes are measured.
const FINE_DPI: f64 = 320.0;
/// Resolution above which it is halved before the page is looked for.
const COARSE_DPI: f64 = 210.0;
/// Resolution below which a page is not read.
const LEAST_DPI: f64 = 90.0;
/// Share of dark pixels below which a page is blank. A printed form has 3 %.
const BLANK_DARK_SHARE: f64 = 0.0008;
/// Outlines that a page may lack and still pass for one with all its boxes.
const FEW_OUTLINES: usize = 6;
/// Marks of a page that need no other look: all but one.
const ENOUGH_MARKS: usize = 9;
/// Reads pages of known layouts.
pub struct Reader<'a> {
    known: Vec<KnownLayout<'a>>,
    pages: Vec<PreparedPage<'a>>,
    key: OfficeKey,
    policy: Policy,
}

/// A page of a layout with what is worked out once for a whole batch.
#[derive(Debug)]
pub struct PreparedPage<'a> {
    /// The form.
    pub layout: &'a Layout,
    /// Its page.
    pub page: &'a PageLayout,
    /// The marks by which the page is found.
    pub anchors: PageAnchors,
    /// What is printed on it.
    pub drawing: Drawing,
    /// The words among that.
    pub words: Words,
    /// The samples that each measure looks at.
    pub stencils: PageStencils,
    /// The parts of the page that must show their print.
    pub printed: PrintedCells,
}

/// What the stages leave of one page, as far as the reader comes.
#[derive(Debug, Default)]
pub struct Trail<'r> {
    /// The picture, with what was learnt of its light.
    pub picture: Option<Picture>,
    /// The looking for the page.
    pub sought: Sought<'r>,
    /// The page that its code proves.
    pub page: Option<&'r PreparedPage<'r>>,
    /// Its boxes, found.
    pub registered: Option<Registered>,
}

/// What was seen while the page was looked for.
#[derive(Debug, Default)]
pub struct Sought<'r> {
    /// The solid things, in pixels of the fine picture, by which the page was found, or those of the last look.
    pub blobs: Vec<Blob>,
    /// Where the page was thought to lie, in the order in which that was tried.
    pub tried: Vec<Tried<'r>>,
}

/// A place of the page that was tried.
#[derive(Debug)]
pub struct Tried<'r> {
    /// The place.
    pub located: Located,
    /// What is printed at known places there.
    pub anchors: &'r PageAnchors,
    /// Codes that could be read there, ours or not.
    pub codes: usize,
}

impl<'a> Reader<'a> {
    /// A reader of sheets of these layouts that were printed with `key`. A page
    /// without four corner marks is not prepared and cannot be read.
    pub fn new(layouts: &'a [Layout], key: OfficeKey, policy: Policy) -> Self {
        let pages = layouts
            .iter()
            .flat_map(|layout| layout.pages.iter().map(move |page| (layout, page)))
            .filter_map(|(layout, page)| {
                let drawing = Drawing::of(page, layout.page_size_mm, layout.box_line_mm);
                let stencils = PageStencils::of(page, &drawing);
                let printed = PrintedCells::of(page, &drawing, layout.page_size_mm);
                Some(PreparedPage {
                    layout,
                    page,
                    anchors: PageAnchors::of(page)?,
                    words: Words::of(&drawing, layout.page_size_mm),
                    drawing,
                    stencils,
                    printed,
                })
            })
            .collect();
        Self { known: layouts.iter().map(KnownLayout::new).collect(), pages, key, policy }
    }

    /// The thresholds in force.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// The outcome of one page.
    pub fn read(&self, frame: Frame) -> PageOutcome {
        self.follow(frame, &mut Trail::default())
    }

    /// The outcome of one page; `trail` keeps what each stage left.
    pub(crate) fn follow<'r>(&'r self, frame: Frame, trail: &mut Trail<'r>) -> PageOutcome {
        match self.try_read(frame, trail) {
            Ok(reading) => PageOutcome::Read(Box::new(reading)),
            Err(rejection) => PageOutcome::Rejected(rejection),
        }
    }

    fn try_read<'r>(&'r self, frame: Frame, trail: &mut Trail<'r>) -> Result<PageReading, Rejection> {
        let Trail { picture, sought, page: proven, registered } = trail;
        let picture = picture.insert(picture_of(frame)?);
        let found = self.find(picture, sought)?;
        *proven = Some(found.page);
        let identity = PageIdentity {
            form: found.page.layout.form.clone(),
            version: found.id.version,
            serial: found.id.serial.clone(),
            page: found.id.page,
        };
        let PreparedPage { page, drawing, words, stencils, .. } = found.page;
        let registered = registered.insert(register(picture, (&found.located, &found.blobs), (page, words)));
        let seen = found.page.printed.seen(picture, registered);
        for (fix, _) in registered.boxes.iter_mut().zip(&seen.boxes).filter(|(_, seen)| !**seen) {
            // What looks like its outline is not on our form.
            fix.outline = 0.0;
        }
        let outlines = outlines_found(registered, &self.policy);
        if page.boxes.len() - outlines > self.policy.missing_outlines {
            return Err(Rejection {
                code: RejectCode::FormNotFound,
                detail: format!("{outlines} of {} printed boxes were found", page.boxes.len()),
                identity: Some(identity),
            });
        }
        let has_boxes = page.boxes.len() - outlines <= FEW_OUTLINES && outlines * 5 >= page.boxes.len() * 4;
        let least = if has_boxes { self.policy.least_faded_share } else { self.policy.least_printed_share };
        if seen.share < least {
            return Err(Rejection {
                code: RejectCode::FormNotFound,
                detail: format!("{:.0} % of the printed form was found", seen.share * 100.0),
                identity: Some(identity),
            });
        }
        if seen.hidden > self.policy.most_hidden_share {
            return Err(Rejection {
                code: RejectCode::FormNotFound,
                detail: format!("{:.0} % of the printed form is hidden", seen.hidden * 100.0),
                identity: Some(identity),
            });
        }
        let measures = measure(picture, registered, page, stencils);
        let (boxes, answers) = decide(page, (&measures, picture.tones), &self.policy);
        let evidence = answers
            .iter()
            .filter(|answer| answer.needs_review)
            .filter_map(|answer| evidence::picture_of(picture, registered, page, &answer.question))
            .collect();
        let (px_per_mm, _) = found.located.map.scale_at(PointMm::new(105.0, 148.5));
        let halved = f64::from(1_u32 << picture.fine_halvings);
        let dpi = (px_per_mm * 25.4 * halved) as f32;
        let print_scale =
            picture.told_dpi.map(|told| dpi / told).filter(|scale| PRINT_SCALES.contains(scale));
        let glass_px_per_mm = px_per_mm / f64::from(print_scale.unwrap_or(1.0));
        Ok(PageReading {
            identity,
            answers,
            fields: writing::fields(picture, registered, page, (drawing, &self.policy)),
            boxes,
            registration: Registration {
                corners: found.located.corners.len() as u8,
                timing_marks: registered.timing_marks as u8,
                outlines: outlines as u8,
                codes: found.codes,
                printed_share: seen.share,
                residual_mm: registered.residual_mm as f32,
                dpi,
                quarter_turns: locate::quarter_turns(&found.located.map),
                tones: picture.tones,
                streaks: (picture.streaks.iter())
                    .map(|s| Streak { at_mm: (s.at / glass_px_per_mm) as f32, level: s.level })
                    .collect(),
                print_scale,
            },
            evidence,
            engine: ENGINE.to_owned(),
        })
    }

    /// Which sheet the picture shows, and where its page lies.
    pub(crate) fn find<'r>(
        &'r self,
        picture: &mut Picture,
        sought: &mut Sought<'r>,
    ) -> Result<Found<'r, 'a>, Rejection> {
        let mut best: Option<Found> = None;
        let mut first_blobs = None;
        for look in LOOKS {
            let blobs = blobs_of(picture, &look);
            sought.blobs.clone_from(&blobs);
            let mut tried: Vec<&PageAnchors> = Vec::new();
            for prepared in &self.pages {
                if tried.contains(&&prepared.anchors) {
                    continue;
                }
                tried.push(&prepared.anchors);
                for mut located in locate::locate(&blobs, &prepared.anchors) {
                    if best.as_ref().is_some_and(|best| best.is_sure()) {
                        break;
                    }
                    set_print_level(picture, &located);
                    let texts = self.codes_at(picture, &located, &prepared.anchors);
                    let (place, anchors) = (located.clone(), &prepared.anchors);
                    sought.tried.push(Tried { located: place, anchors, codes: texts.len() });
                    if let Some((id, page)) = self.identify(&texts)? {
                        if let Some(first) = best.as_ref().filter(|first| first.id != id) {
                            return Err(Rejection::new(
                                RejectCode::CodesDisagree,
                                format!("{} and {}", first.id.serial, id.serial),
                            ));
                        }
                        // Both codes hold the same text: the other marks tell which of them was read.
                        let grown = grow::grown(&located, &blobs, page.page);
                        if best.as_ref().is_none_or(|best| grown.marks > best.page_marks) {
                            located.map = grown.map;
                            let codes = texts.len().min(page.page.qr.len()) as u8;
                            let (blobs, page_marks) = (blobs.clone(), grown.marks);
                            best = Some(Found { id, page, located, page_marks, blobs, codes });
                        }
                    }
                }
            }
            if best.as_ref().is_some_and(Found::is_sure) {
                break;
            }
            first_blobs.get_or_insert(blobs);
        }
        let first_blobs = first_blobs.unwrap_or_default();
        let framed = if best.is_none() { identify::read_anywhere(picture, &first_blobs) } else { None };
        if let Some(code) = &framed {
            best = self.by_framed_code(code, &sought.tried, &first_blobs);
        }
        match best {
            Some(found) => {
                set_print_level(picture, &found.located);
                sought.blobs.clone_from(&found.blobs);
                self.check_alone(picture, &found)?;
                Ok(found)
            }
            None => Err(nothing_found(picture, framed.is_some())),
        }
    }

    /// The page that a genuine code names which its own finder patterns frame, where one of the places tried has all the
    /// marks of the page, and the code where the page has it: toner that is gone in bands lets no code be read by the page's
    /// map alone.
    fn by_framed_code<'r>(
        &'r self,
        (text, middle): &(String, PointPx),
        tried: &[Tried<'r>],
        blobs: &[Blob],
    ) -> Option<Found<'r, 'a>> {
        let (id, page) = self.identify(std::slice::from_ref(text)).ok()??;
        let place = |tried: &Tried| {
            let grown = grow::grown(&tried.located, blobs, page.page);
            let located = Located { map: grown.map, ..tried.located.clone() };
            let (id, blobs) = (id.clone(), blobs.to_vec());
            Found { id, page, located, page_marks: grown.marks, blobs, codes: 1 }
        };
        (tried.iter().filter(|tried| *tried.anchors == page.anchors).map(place))
            .filter(|found| found.is_sure() && identify::is_at(*middle, &found.located.map, &page.page.qr))
            .max_by_key(|found| found.page_marks)
    }

    /// Refuses a picture that shows the code or the margin of another sheet of ours beside
    /// those of the page: two sheets lie over each other.
    fn check_alone(&self, picture: &Picture, found: &Found) -> Result<(), Rejection> {
        let lies = (&found.located.map, &found.blobs[..]);
        if another::shows_its_margin(lies, (&found.page.anchors, found.page.page)) {
            return Err(Rejection::new(
                RejectCode::CodesDisagree,
                format!("{}, and the timing marks of another sheet", found.id.serial),
            ));
        }
        for text in identify::read_elsewhere(picture, lies, &found.page.page.qr) {
            // A copy of the same sheet is another sheet too: which of them counts nobody can say.
            if let Ok((other, _)) = decode(&text, &self.known, &self.key) {
                return Err(Rejection::new(
                    RejectCode::CodesDisagree,
                    format!("{} and {}, another sheet over it", found.id.serial, other.serial),
                ));
            }
        }
        Ok(())
    }

    /// The texts of the codes of a page with these anchors.
    fn codes_at(&self, picture: &Picture, located: &Located, anchors: &PageAnchors) -> Vec<String> {
        identify::read_at(picture, &Mapping::of(located.map), &self.code_places(anchors))
    }

    /// The places at which any layout with these anchors has its codes.
    pub(crate) fn code_places(&self, anchors: &PageAnchors) -> Vec<RectMm> {
        let mut places: Vec<RectMm> = Vec::new();
        for prepared in self.pages.iter().filter(|p| p.anchors == *anchors) {
            for qr in &prepared.page.qr {
                if !places.contains(qr) {
                    places.push(*qr);
                }
            }
        }
        places
    }

    /// The sheet that all codes name, `None` when there is no code of ours, or the
    /// named reason to refuse the page.
    fn identify(&self, texts: &[String]) -> Result<Option<(SheetId, &PreparedPage<'a>)>, Rejection> {
        let mut proven: Option<(SheetId, &PreparedPage<'a>)> = None;
        let mut fault = None;
        for text in texts {
            match decode(text, &self.known, &self.key) {
                Ok((id, known)) => {
                    let page = self
                        .pages
                        .iter()
                        .find(|p| std::ptr::eq(p.layout, known.layout) && p.page.page == id.page)
                        .ok_or_else(|| {
                            Rejection::new(RejectCode::OtherLayout, "the layout's page has no corner marks")
                        })?;
                    match &proven {
                        Some((first, _)) if *first != id => {
                            return Err(Rejection::new(
                                RejectCode::CodesDisagree,
                                format!("{} and {}", first.serial, id.serial),
                            ));
                        }
                        _ => proven = Some((id, page)),
                    }
                }
                Err(found) => {
                    fault.get_or_insert(found);
                }
            }
        }
        match (proven, fault) {
            (Some((id, page)), None) => Ok(Some((id, page))),
            // Another document's code may stand beside ours (a sticker); one that
            // pretends to be ours may not.
            (Some((id, page)), Some(PayloadFault::Foreign)) => Ok(Some((id, page))),
            (Some((id, _)), Some(_)) => Err(Rejection::new(
                RejectCode::CodesDisagree,
                format!("one code names {}, the other is not genuine", id.serial),
            )),
            (None, Some(PayloadFault::Foreign) | None) => Ok(None),
            (None, Some(fault)) => Err(refused(fault)),
        }
    }
}

/// A proven page, where it lies, and the solid things on its picture.
pub(crate) struct Found<'r, 'a> {
    id: SheetId,
    /// The page.
    pub page: &'r PreparedPage<'a>,
    /// Where it lies.
    pub located: Located,
    /// Its corner and timing marks that stand where they should.
    page_marks: usize,
    /// The solid things by which it was found.
    pub blobs: Vec<Blob>,
    /// Codes that were read.
    pub codes: u8,
}

impl Found<'_, '_> {
    /// Whether no other place need be looked at.
    fn is_sure(&self) -> bool {
        let all = self.page.page.marks.len();
        self.located.marks.len() >= ENOUGH_MARKS || self.page_marks * 7 >= all * 6
    }
}

/// The frame at the resolutions that are looked at, with the level of its paper.
pub(crate) fn picture_of(frame: Frame) -> Result<Picture, Rejection> {
    let dpi = |frame: &Frame| frame.width().max(frame.height()) as f64 / 297.0 * 25.4;
    if dpi(&frame) < LEAST_DPI {
        return Err(Rejection::new(
            RejectCode::ResolutionTooLow,
            format!("{} × {} pixels", frame.width(), frame.height()),
        ));
    }
    let (tones, told_dpi) = (frame.tones(), frame.told_dpi());
    let mut fine = frame;
    let mut fine_halvings = 0;
    while dpi(&fine) > FINE_DPI {
        fine = fine.halved();
        fine_halvings += 1;
    }
    let streaks = glass::take_out_streaks(&mut fine, tones);
    // Between 210 and 320 dpi one halving is enough, below none is needed.
    let halvings = u32::from(dpi(&fine) > COARSE_DPI);
    let coarse = if halvings == 1 { fine.halved() } else { fine.clone() };
    let paper = PaperLevel::of(&coarse);
    Ok(Picture { fine, fine_halvings, coarse, halvings, tones, told_dpi, streaks, paper, print_share: 0.0 })
}

/// Takes the level of solid print from the marks that were found. Toner fades from one
/// side of a page to the other: the darker marks count.
fn set_print_level(picture: &mut Picture, located: &Located) {
    let mut shares: Vec<f32> = Vec::new();
    for mark in &located.marks {
        let reach = mark.width.min(mark.height) * 0.2;
        for (ox, oy) in [(0.0, 0.0), (reach, 0.0), (-reach, 0.0), (0.0, reach), (0.0, -reach)] {
            let place = located.map.apply(PointMm::new(mark.at.x + ox, mark.at.y + oy));
            let p = halved_place(place, picture.halvings);
            if let Some(v) = picture.coarse.sample(p.x as f32, p.y as f32) {
                shares.push(v / picture.paper.at(p));
            }
        }
    }
    shares.sort_by(f32::total_cmp);
    if let Some(darker) = shares.get(shares.len() / 3) {
        picture.print_share = darker.clamp(0.0, 0.85);
    }
}

/// Boxes whose outline was found.
pub fn outlines_found(registered: &Registered, policy: &Policy) -> usize {
    registered.boxes.iter().filter(|b| b.outline >= policy.outline_share).count()
}

fn nothing_found(picture: &Picture, has_code: bool) -> Rejection {
    if has_code {
        return Rejection::new(RejectCode::ForeignCode, "the code is not of this program");
    }
    let share = dark_share(picture);
    if share < BLANK_DARK_SHARE {
        return Rejection::new(RejectCode::BlankPage, format!("{:.4} % of the page is dark", share * 100.0));
    }
    Rejection::new(RejectCode::NoCode, "no code of ours was found on the page")
}

/// Share of the dark pixels, the outermost 4 % of the picture on every side left
/// out: the lid of the scanner is not print.
fn dark_share(picture: &Picture) -> f64 {
    let frame = &picture.coarse;
    let (mx, my) = (frame.width() / 25, frame.height() / 25);
    let (mut dark, mut seen) = (0_u64, 0_u64);
    for y in my..frame.height() - my {
        let row = &frame.row(y)[..frame.width() - mx];
        for (column, tile) in row.chunks(PAPER_TILE).enumerate() {
            let tile = &tile[mx.saturating_sub(column * PAPER_TILE).min(tile.len())..];
            let least_light = (picture.paper.tile_level(column, y / PAPER_TILE) * 0.7).ceil() as u8;
            dark += (tile.len() - count_from(tile, least_light)) as u64;
            seen += tile.len() as u64;
        }
    }
    dark as f64 / seen.max(1) as f64
}

fn refused(fault: PayloadFault) -> Rejection {
    match fault {
        PayloadFault::Foreign => Rejection::new(RejectCode::ForeignCode, "the code is not of this program"),
        PayloadFault::Altered => {
            Rejection::new(RejectCode::AlteredCode, "the code's parts do not fit each other")
        }
        PayloadFault::OtherOffice => {
            Rejection::new(RejectCode::OtherOffice, "made with another office's key")
        }
        PayloadFault::UnknownForm { code, version } => {
            Rejection::new(RejectCode::UnknownForm, format!("form {code} version {version}"))
        }
        PayloadFault::OtherLayout { code, version, serial } => {
            Rejection::new(RejectCode::OtherLayout, format!("form {code} version {version}, sheet {serial}"))
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where something is not as it says")]
mod tests {
    use phieu_simulate::Profile;
    use phieu_trial::PrintedSheets;

    use super::*;

    /// A clean scan of one sheet that `key` proves.
    fn clean_frame(layout: &Layout, key: &OfficeKey) -> Frame {
        let printed = PrintedSheets::new(layout, key, (1, 3)).unwrap();
        let clean = Profile::clean();
        let batch = printed.batch(layout, &clean, 3).unwrap();
        let grey = image::load_from_memory(&batch.page(0).unwrap().bytes).unwrap().into_luma8();
        Frame::new(grey.width() as usize, grey.height() as usize, grey.into_raw()).unwrap()
    }

    /// What its own finder patterns frame proves the page only where the page has its code, and only if it is genuine.
    #[test]
    fn a_code_that_is_read_by_its_own_frame_proves_the_page_that_lies_round_it() {
        let layouts = [phieu_trial::layout()];
        let key = phieu_trial::key();
        let reader = Reader::new(&layouts, key.clone(), Policy::default());
        let mut picture = picture_of(clean_frame(&layouts[0], &key)).unwrap();
        let mut sought = Sought::default();
        let found = reader.find(&mut picture, &mut sought).unwrap();
        let places = &found.page.page.qr;
        let text = identify::read_at(&picture, &Mapping::of(found.located.map), places).remove(0);
        let middle = found.located.map.apply(places[0].center());
        let proven = |text: &str, middle: PointPx, tried: &[Tried]| {
            let code = (text.to_owned(), middle);
            reader.by_framed_code(&code, tried, &sought.blobs).map(|found| found.id)
        };
        assert_eq!(proven(&text, middle, &sought.tried), Some(found.id.clone()));
        let elsewhere = found.located.map.apply(PointMm::new(105.0, 148.5));
        assert_eq!(proven(&text, elsewhere, &sought.tried), None, "another sheet's code lies on it");
        assert_eq!(proven(&text[1..], middle, &sought.tried), None, "not ours");
        assert_eq!(proven(&text, middle, &[]), None, "no page round it");
        let framed = identify::read_anywhere(&picture, &sought.blobs).unwrap();
        assert_eq!(framed.0, text);
        assert!(identify::is_at(framed.1, &found.located.map, places));
    }
}
