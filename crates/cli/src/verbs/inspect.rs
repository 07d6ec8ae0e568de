//! `phieu inspect`: why a page was read as it was, in pictures and numbers. Changes
//! nothing in the account.

use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use clap::Args;
use phieu_model::lang::Lang;
use phieu_model::reading::PageOutcome;
use phieu_read::inspect::Gallery;
use phieu_read::{InspectedPage, Policy, Reader, Source, inspect_files};

use crate::context::Context;
use crate::errors::{Exit, Failure};
use crate::inspection::{self, Entry, Ledger, Outcome};
use crate::screen::Progress;
use crate::workspace::Workspace;
use crate::{refusals, screen, system};

/// Arguments of `inspect`.
#[derive(Debug, Args)]
pub struct Inspect {
    /// What to look at.
    #[arg(
        value_name = "SCAN",
        required = true,
        num_args = 1..,
        help = "Tệp quét (PDF, PNG, JPEG, TIFF) hoặc thư mục. ‖ Scans (PDF, PNG, JPEG, TIFF) or folders."
    )]
    paths: Vec<PathBuf>,
    /// Where to write.
    #[arg(
        long,
        value_name = "DIR",
        help = "Thư mục để ghi hình và trang index.html; được tạo nếu chưa có. ‖ The folder for the pictures and index.html; made if it is missing."
    )]
    out: PathBuf,
    /// The gallery instead of the pages.
    #[arg(
        long,
        help = "Chỉ ghi gallery.html: mọi ô đánh dấu của các trang, xếp theo từng số đo. ‖ Only write gallery.html: all boxes of the pages, sorted by each measure."
    )]
    gallery: bool,
    /// How many boxes of a measure the gallery shows.
    #[arg(
        long,
        value_name = "N",
        default_value_t = 200,
        hide_default_value = true,
        requires = "gallery",
        value_parser = clap::value_parser!(u32).range(2..=5000),
        help = "Số ô hiện cho mỗi số đo, lấy từ hai đầu (mặc định: 200). ‖ Boxes shown for each measure, from both ends (default: 200)."
    )]
    per_measure: u32,
}

/// Draws every stage of every page, or the gallery.
pub fn run(args: &Inspect, context: &Context) -> Result<Exit, Failure> {
    let workspace = context.workspace()?;
    let sources = phieu_read::sources(&args.paths);
    if sources.is_empty() {
        return Err(Failure::NothingToScan(args.paths.clone()));
    }
    let layouts = workspace.readable_layouts()?;
    let reader = Reader::new(&layouts, workspace.key()?, Policy::default());
    std::fs::create_dir_all(&args.out).map_err(Failure::writing(&args.out))?;
    let mut desk = Desk { out: &args.out, reader: &reader, workspace: &workspace, context, file_faults: 0 };
    if args.gallery {
        desk.gallery(&sources, args.per_measure)?
    } else {
        desk.pages(&sources)?
    }
    Ok(if desk.file_faults > 0 { Exit::SomeFailed } else { Exit::Done })
}

/// Where pages are laid out.
struct Desk<'a> {
    out: &'a Path,
    reader: &'a Reader<'a>,
    workspace: &'a Workspace,
    context: &'a Context,
    /// Files that could not be opened or decoded.
    file_faults: u64,
}

impl Desk<'_> {
    /// Gives every page to `take`, shows the progress, and says which were refused.
    fn each(
        &mut self,
        sources: &[Source],
        take: &mut dyn FnMut(&InspectedPage) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let mut progress = Progress::new();
        let (mut done, mut stopped) = (0, None);
        let lang = self.context.lang;
        inspect_files(self.reader, sources, &mut |page| {
            if page.page_index == 0 {
                done += 1;
                let course = (done, sources.len() as u64);
                progress.show(course, &read_so_far(course, lang), lang);
            }
            if let PageOutcome::Rejected(rejection) = &page.inspection.outcome {
                self.file_faults += u64::from(rejection.code.is_file_fault());
                progress.talk(&refusals::line(&page.source, page.page_index, rejection, lang));
            }
            match take(&page) {
                Ok(()) => ControlFlow::Continue(()),
                Err(failure) => {
                    stopped = Some(failure);
                    ControlFlow::Break(())
                }
            }
        });
        progress.clear();
        stopped.map_or(Ok(()), Err)
    }

    /// The stages of every page, a document for each, and the index.
    fn pages(&mut self, sources: &[Source]) -> Result<(), Failure> {
        let (lang, policy) = (self.context.lang, self.reader.policy().clone());
        let (out, workspace) = (self.out, self.workspace);
        let mut entries: Vec<Entry> = Vec::new();
        // With one page the index is that page's document.
        let mut first = None;
        self.each(sources, &mut |page| {
            let name = file_name(entries.len() + 1, page);
            let pictures = page.inspection.pictures();
            for (stage, png) in &pictures {
                write(out, &format!("{name}-{}.png", stage.file_part()), png)?;
            }
            let ledger = ledger_of(page, workspace)?;
            let html = inspection::page_html((page, &pictures), (&ledger, &policy), lang);
            entries.push(Entry {
                document: format!("{name}.html"),
                place: refusals::place(&page.source, page.page_index, lang),
                outcome: Outcome::of(page, &ledger),
            });
            if entries.len() == 1 {
                first = Some(html);
                return Ok(());
            }
            if let (Some(html), Some(entry)) = (first.take(), entries.first()) {
                write(out, &entry.document, html.as_bytes())?;
            }
            write(out, &format!("{name}.html"), html.as_bytes())
        })?;
        let index = first.unwrap_or_else(|| inspection::index_html(&entries, lang));
        write(out, "index.html", index.as_bytes())?;
        self.say(entries.len(), "index.html");
        Ok(())
    }

    /// All boxes of all pages, sorted by each measure.
    fn gallery(&mut self, sources: &[Source], per_measure: u32) -> Result<(), Failure> {
        let (mut gallery, mut pages) = (Gallery::new(per_measure as usize), 0);
        self.each(sources, &mut |page| {
            gallery.add((&page.source, page.page_index), &page.inspection);
            pages += 1;
            Ok(())
        })?;
        let html = inspection::gallery_html(&gallery, self.context.lang);
        write(self.out, "gallery.html", html.as_bytes())?;
        self.say(pages, "gallery.html");
        Ok(())
    }

    fn say(&self, pages: usize, document: &str) {
        let path = self.out.join(document);
        let path = path.display();
        screen::talk(&match self.context.lang {
            Lang::Vi => format!("Đã xem xét {pages} trang. Hãy mở “{path}” bằng trình duyệt."),
            Lang::En => format!("{pages} pages inspected. Open “{path}” in a browser."),
        });
    }
}

/// What the account knows of the page's sheet, whose layout tells the questions' wording.
fn ledger_of(page: &InspectedPage, workspace: &Workspace) -> Result<Ledger, Failure> {
    let PageOutcome::Read(reading) = &page.inspection.outcome else { return Ok(Ledger::NotAsked) };
    match workspace.store.sheet(&reading.identity.serial)? {
        Some(_) => Ok(Ledger::Printed),
        None => Ok(Ledger::Unknown),
    }
}

/// `012-plain`, with the page of a file of many pages: different for every page of a call.
fn file_name(number: usize, page: &InspectedPage) -> String {
    let stem = Path::new(&page.source).file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let stem: String = stem.chars().map(|c| if c.is_alphanumeric() || c == '_' { c } else { '-' }).collect();
    match page.page_index {
        0 => format!("{number:03}-{stem}"),
        n => format!("{number:03}-{stem}-p{}", n + 1),
    }
}

fn write(folder: &Path, name: &str, bytes: &[u8]) -> Result<(), Failure> {
    let path = folder.join(name);
    system::write_whole(&path, bytes).map_err(Failure::writing(path))
}

fn read_so_far((done, total): (u64, u64), lang: Lang) -> String {
    match lang {
        Lang::Vi => format!("Đã đọc {done}/{total} tệp"),
        Lang::En => format!("{done}/{total} files read"),
    }
}
