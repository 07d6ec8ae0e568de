//! One page from its frame to its outcome: the conductor.

use phieu_model::geometry::{PointMm, PointPx, RectMm};
use phieu_model::homography::Homography;
use phieu_model::layout::{Layout, MarkKind, PageLayout};
use phieu_model::payload::{KnownLayout, OfficeKey, PayloadFault, SheetId, decode};
use phieu_model::reading::{PageOutcome, PageReading, Registration};
use phieu_model::rejection::{PageIdentity, RejectCode, Rejection};

use crate::decide::decide;
use crate::drawing::Drawing;
use crate::evidence;
use crate::frame::{Frame, halved_place, whole_place};
use crate::identify::{self, FoundCode};
use crate::light::PaperLevel;
use crate::locate::{self, Blob, CornerSet, Located};
use crate::measure::measure;
use crate::patch::{Mapping, Picture};
use crate::policy::{ENGINE, Policy};
use crate::register::{Registered, register};
use crate::stencil::PageStencils;
use crate::writing;

/// Resolution, in dpi, above which a picture is halved before boxes are measured.
const FINE_DPI: f64 = 320.0;
/// Resolution above which it is halved before the page is looked for.
const COARSE_DPI: f64 = 210.0;
/// Resolution below which a page is not read.
const LEAST_DPI: f64 = 90.0;
/// Share of dark pixels below which a page is blank. A printed form has 3 %.
const BLANK_DARK_SHARE: f64 = 0.0008;
/// Furthest that a corner mark is looked for from where a code alone has it, in mm.
const FAR_CORNER_MM: f64 = 9.0;

/// Reads pages of known layouts.
pub struct Reader<'a> {
    known: Vec<KnownLayout<'a>>,
    pages: Vec<PreparedPage<'a>>,
    key: OfficeKey,
    policy: Policy,
}

/// A page of a layout with what is worked out once for a whole batch.
struct PreparedPage<'a> {
    layout: &'a Layout,
    page: &'a PageLayout,
    corners: CornerSet,
    drawing: Drawing,
    stencils: PageStencils,
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
                Some(PreparedPage { layout, page, corners: CornerSet::of(page)?, drawing, stencils })
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
        match self.try_read(frame) {
            Ok(reading) => PageOutcome::Read(Box::new(reading)),
            Err(rejection) => PageOutcome::Rejected(rejection),
        }
    }

    fn try_read(&self, frame: Frame) -> Result<PageReading, Rejection> {
        let mut picture = picture_of(frame)?;
        let found = self.find(&mut picture)?;
        let identity = PageIdentity {
            form: found.page.layout.form.clone(),
            version: found.id.version,
            serial: found.id.serial.clone(),
            page: found.id.page,
        };
        let PreparedPage { page, drawing, stencils, .. } = found.page;
        // A code alone leaves open which of the two it is: the printed boxes tell.
        let (located, registered) = found
            .located
            .into_iter()
            .map(|located| {
                let registered = register(&picture, &located, page);
                (located, registered)
            })
            .max_by_key(|(_, registered)| outlines_found(registered, &self.policy))
            .ok_or_else(|| Rejection::new(RejectCode::FormNotFound, "no place of the page fits its code"))?;
        let outlines = outlines_found(&registered, &self.policy);
        if page.boxes.len() - outlines > self.policy.missing_outlines {
            return Err(Rejection {
                code: RejectCode::FormNotFound,
                detail: format!("{outlines} of {} printed boxes were found", page.boxes.len()),
                identity: Some(identity),
            });
        }
        let measures = measure(&picture, &registered, page, stencils);
        let (boxes, answers) = decide(page, (&measures, picture.tones), &self.policy);
        let evidence = answers
            .iter()
            .filter(|answer| answer.needs_review)
            .filter_map(|answer| evidence::picture_of(&picture, &registered, page, &answer.question))
            .collect();
        let (px_per_mm, _) = located.map.scale_at(PointMm::new(105.0, 148.5));
        Ok(PageReading {
            identity,
            answers,
            fields: writing::fields(&picture, &registered, page, (drawing, &self.policy)),
            boxes,
            registration: Registration {
                corners: located.corners.len() as u8,
                timing_marks: registered.timing_marks as u8,
                outlines: outlines as u8,
                codes: found.codes,
                residual_mm: registered.residual_mm as f32,
                dpi: (px_per_mm * 25.4 * f64::from(1_u32 << picture.fine_halvings)) as f32,
                quarter_turns: locate::quarter_turns(&located.map),
                tones: picture.tones,
            },
            evidence,
            engine: ENGINE.to_owned(),
        })
    }

    /// Which sheet the picture shows, and where its page may lie.
    fn find(&self, picture: &mut Picture) -> Result<Found<'_, 'a>, Rejection> {
        let mut tried: Vec<&CornerSet> = Vec::new();
        let mut fault: Option<PayloadFault> = None;
        for prepared in &self.pages {
            if tried.contains(&&prepared.corners) {
                continue;
            }
            tried.push(&prepared.corners);
            let blobs = blobs_of(picture, prepared);
            let Some(located) =
                locate::locate(&blobs, &prepared.corners).map(|l| to_fine(l, picture.halvings))
            else {
                continue;
            };
            set_print_level(picture, &located, prepared.page);
            let texts = self.codes_at(picture, &located, &prepared.corners);
            match self.identify(&texts) {
                Ok(Some((id, page))) => {
                    return Ok(Found { id, page, located: vec![located], codes: texts.len() as u8 });
                }
                Ok(None) => {}
                Err(named) => return Err(named),
            }
        }
        // The corner marks are lost, or the codes are not where they should be.
        let codes = identify::search(picture);
        let texts: Vec<String> = codes.iter().map(|code| code.text.clone()).collect();
        match self.identify(&texts)? {
            Some((id, page)) => {
                let blobs = blobs_of(picture, page);
                let located = locate_by_codes(&codes, &blobs, (page, picture.halvings));
                if let Some(first) = located.first() {
                    set_print_level(picture, first, page.page);
                }
                Ok(Found { id, page, located, codes: texts.len() as u8 })
            }
            None => {
                fault.get_or_insert(PayloadFault::Foreign);
                Err(nothing_found(picture, !codes.is_empty()))
            }
        }
    }

    /// The texts of the codes at the places that any layout with these corner
    /// marks has them.
    fn codes_at(&self, picture: &Picture, located: &Located, corners: &CornerSet) -> Vec<String> {
        let mut places: Vec<RectMm> = Vec::new();
        for prepared in self.pages.iter().filter(|p| p.corners == *corners) {
            for qr in &prepared.page.qr {
                if !places.contains(qr) {
                    places.push(*qr);
                }
            }
        }
        let map = Mapping::of(located.map);
        places.iter().filter_map(|place| identify::read_at(picture, &map, place)).collect()
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

/// A proven page and where it may lie.
struct Found<'r, 'a> {
    id: SheetId,
    page: &'r PreparedPage<'a>,
    located: Vec<Located>,
    codes: u8,
}

fn picture_of(frame: Frame) -> Result<Picture, Rejection> {
    let dpi = |frame: &Frame| frame.width().max(frame.height()) as f64 / 297.0 * 25.4;
    if dpi(&frame) < LEAST_DPI {
        return Err(Rejection::new(
            RejectCode::ResolutionTooLow,
            format!("{} × {} pixels", frame.width(), frame.height()),
        ));
    }
    let tones = frame.tones();
    let mut fine = frame;
    let mut fine_halvings = 0;
    while dpi(&fine) > FINE_DPI {
        fine = fine.halved();
        fine_halvings += 1;
    }
    // Between 210 and 320 dpi one halving is enough, below none is needed.
    let halvings = u32::from(dpi(&fine) > COARSE_DPI);
    let coarse = if halvings == 1 { fine.halved() } else { fine.clone() };
    let paper = PaperLevel::of(&coarse);
    Ok(Picture { fine, fine_halvings, coarse, halvings, tones, paper, print_share: 0.0 })
}

fn blobs_of(picture: &Picture, prepared: &PreparedPage) -> Vec<Blob> {
    locate::blobs(&picture.coarse, &picture.paper, &prepared.corners, prepared.layout.page_size_mm[1])
}

/// The same place in the fine picture.
fn to_fine(located: Located, halvings: u32) -> Located {
    let whole = |p: PointPx| whole_place(p, halvings);
    let probe = [(0.0, 0.0), (210.0, 0.0), (210.0, 297.0), (0.0, 297.0), (105.0, 148.0)]
        .map(|(x, y)| (PointMm::new(x, y), whole(located.map.apply(PointMm::new(x, y)))));
    Located {
        map: Homography::fit(&probe).unwrap_or(located.map),
        corners: located.corners.into_iter().map(|(kind, p)| (kind, whole(p))).collect(),
    }
}

/// Takes the level of solid print from the corner marks.
fn set_print_level(picture: &mut Picture, located: &Located, page: &PageLayout) {
    let mut shares: Vec<f32> = Vec::new();
    for mark in page.marks.iter().filter(|m| located.corners.iter().any(|(kind, _)| *kind == m.kind)) {
        let c = mark.rect.center();
        for (ox, oy) in [(0.0, 0.0), (1.2, 0.0), (-1.2, 0.0), (0.0, 1.2), (0.0, -1.2)] {
            let p = halved_place(located.map.apply(PointMm::new(c.x + ox, c.y + oy)), picture.halvings);
            if let Some(v) = picture.coarse.sample(p.x as f32, p.y as f32) {
                shares.push(v / picture.paper.at(p));
            }
        }
    }
    shares.sort_by(f32::total_cmp);
    if let Some(median) = shares.get(shares.len() / 2) {
        picture.print_share = median.clamp(0.0, 0.85);
    }
}

/// Places of the page that fit its codes and as many corner marks as can be found.
fn locate_by_codes(
    codes: &[FoundCode],
    blobs: &[Blob],
    (prepared, halvings): (&PreparedPage, u32),
) -> Vec<Located> {
    let page = prepared.page;
    let pairs_of = |code: &FoundCode, place: &RectMm| -> Vec<(PointMm, PointPx)> {
        place.corners().into_iter().zip(code.corners).collect()
    };
    let mut starts: Vec<Vec<(PointMm, PointPx)>> = Vec::new();
    for (i, code) in codes.iter().enumerate() {
        for place in &page.qr {
            starts.push(pairs_of(code, place));
            for other in &codes[i + 1..] {
                for other_place in page.qr.iter().filter(|q| *q != place) {
                    let mut pairs = pairs_of(code, place);
                    pairs.extend(pairs_of(other, other_place));
                    starts.insert(0, pairs);
                }
            }
        }
    }
    starts
        .into_iter()
        .filter_map(|mut pairs| {
            let map = Homography::fit_affine(&pairs)?;
            let (scale, _) = map.scale_at(PointMm::new(105.0, 148.5));
            let mut corners: Vec<(MarkKind, PointPx)> = Vec::new();
            for mark in page.marks.iter().filter(|m| m.kind.is_corner()) {
                let expected = map.apply(mark.rect.center());
                let nearest = blobs
                    .iter()
                    .map(|blob| whole_place(blob.center, halvings))
                    .filter(|p| p.distance(expected) < FAR_CORNER_MM * scale)
                    .min_by(|a, b| a.distance(expected).total_cmp(&b.distance(expected)));
                if let Some(p) = nearest {
                    corners.push((mark.kind, p));
                    pairs.push((mark.rect.center(), p));
                }
            }
            Some(Located { map: Homography::fit_affine(&pairs)?, corners })
        })
        .collect()
}

fn outlines_found(registered: &Registered, policy: &Policy) -> usize {
    registered.boxes.iter().filter(|b| b.outline >= policy.outline_share).count()
}

fn nothing_found(picture: &Picture, foreign_code: bool) -> Rejection {
    if foreign_code {
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
        for (x, &v) in frame.row(y).iter().enumerate().take(frame.width() - mx).skip(mx) {
            let level = picture.paper.tile_level(x / crate::light::PAPER_TILE, y / crate::light::PAPER_TILE);
            dark += u64::from(f32::from(v) < level * 0.7);
            seen += 1;
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
