//! `phieu watch`: takes each file of a folder once its writer has finished, and puts it away.
//!
//! Nothing is remembered between calls: a file that was stored and not moved when the program ended is read again,
//! found to be known, and moved.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use clap::Args;
use phieu_model::lang::Lang;
use phieu_read::arrival::{Arrivals, Patience, Trace};
use phieu_read::{Reader, Source};

use super::scan::{self, Reading};
use crate::context::Context;
use crate::errors::{Exit, Failure};
use crate::intake::{self, Events, Order, Outlets, Taken};
use crate::workspace::Workspace;
use crate::{screen, system};

/// The folders inside the watched one for files that are read and for those with a page that a person must see to.
const DONE: &str = "done";
const REFUSED: &str = "refused";
/// How long a file that ends in the middle of a picture is waited for beyond the ordinary.
const CUT_OFF: Duration = Duration::from_secs(60);
/// How long the account is left alone after it could not be written.
const AFTER_FAILURE: Duration = Duration::from_secs(30);

/// Arguments of `watch`.
#[derive(Debug, Args)]
pub struct Watch {
    /// The folder.
    #[arg(
        value_name = "DIR",
        help = "Thư mục mà máy quét lưu ảnh vào. ‖ The folder that the scanner saves into."
    )]
    pub folder: PathBuf,
    /// Seconds between looks.
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 2,
        value_parser = clap::value_parser!(u64).range(1..=3600),
        help = "Số giây giữa hai lần xem thư mục (mặc định 2). ‖ Seconds between two looks at the folder (default 2)."
    )]
    pub every: u64,
    /// Seconds without change after which a file is finished.
    #[arg(
        long,
        value_name = "SECONDS",
        default_value_t = 5,
        value_parser = clap::value_parser!(u64).range(0..=3600),
        help = "Tệp không đổi sau chừng này giây thì coi là đã ghi xong (mặc định 5; tệp cụt chờ thêm 60 giây). ‖ A file that has not changed for so many seconds is finished (default 5; one that is cut off gets 60 more)."
    )]
    pub settle: u64,
    /// Leave the files where they are.
    #[arg(
        long,
        help = "Để tệp tại chỗ, không chuyển vào done/ và refused/. ‖ Leave the files where they are instead of moving them to done/ and refused/."
    )]
    pub leave: bool,
    /// Stop when nothing is left to wait for.
    #[arg(
        long,
        help = "Dừng khi mọi tệp đang có đã đọc xong. ‖ Stop when all files that are there have been read."
    )]
    pub once: bool,
    /// Events for programs.
    #[arg(
        long,
        help = "Ghi diễn biến ra stdout, mỗi sự kiện một dòng JSON (cho chương trình khác). ‖ Write what happens to stdout, a line of JSON for each event (for programs)."
    )]
    pub json: bool,
    /// How pages are read.
    #[command(flatten)]
    pub reading: Reading,
}

/// Watches until it is stopped, or until nothing is left to wait for.
pub fn run(args: &Watch, context: &Context) -> Result<Exit, Failure> {
    if !args.folder.is_dir() {
        return Err(Failure::NothingToScan(vec![args.folder.clone()]));
    }
    let mut workspace = context.workspace()?;
    args.reading.received(context)?;
    say_what_is_watched(args, context.lang);
    let settled = Duration::from_secs(args.settle);
    let mut arrivals = Arrivals::new(Patience { settled, cut_off: settled + CUT_OFF });
    let (since, mut exit) = (Instant::now(), Exit::Done);
    loop {
        let finished = arrivals.finished(files(&args.folder), since.elapsed());
        if !finished.is_empty() {
            // The day goes on while a folder is watched.
            let context = context.at_this_moment();
            match sweep(args, &finished, (&mut workspace, &context)) {
                Ok(taken) if taken.exit() == Exit::Done => {}
                Ok(_) => exit = Exit::SomeFailed,
                Err(failure) if args.once => return Err(failure),
                Err(failure) => {
                    screen::complain(&failure.sentence(context.lang), context.lang);
                    arrivals.forget();
                    std::thread::sleep(AFTER_FAILURE);
                }
            }
        }
        if args.once && !arrivals.waits() {
            return Ok(exit);
        }
        std::thread::sleep(Duration::from_secs(args.every));
    }
}

fn say_what_is_watched(args: &Watch, lang: Lang) {
    let folder = args.folder.display();
    screen::talk(&match lang {
        Lang::Vi => format!("Đang theo dõi thư mục “{folder}”. Nhấn Ctrl+C để dừng; không mất gì."),
        Lang::En => format!("Watching the folder “{folder}”. Ctrl+C stops it; nothing is lost."),
    });
}

/// The files of the folder but those that were put away, with what tells that they change.
fn files(folder: &Path) -> Vec<(Source, Trace)> {
    let away = [folder.join(DONE), folder.join(REFUSED)];
    phieu_read::sources(&[folder.to_owned()])
        .into_iter()
        .filter(|source| !away.iter().any(|folder| source.path.starts_with(folder)))
        .map(|source| {
            let trace = Trace::of(&source.path);
            (source, trace)
        })
        .collect()
}

/// Takes finished files in as one batch, and puts them away.
fn sweep(
    args: &Watch,
    finished: &[Source],
    (workspace, context): (&mut Workspace, &Context),
) -> Result<Taken, Failure> {
    let layouts = workspace.readable_layouts()?;
    let reader = Reader::new(&layouts, workspace.key()?, args.reading.policy());
    let received = args.reading.received(context)?;
    let order = Order { reader: &reader, workers: args.reading.workers(), received };
    let outlets = Outlets { lines: None, events: args.json.then(Events::default) };
    let taken = intake::take_in(finished, order, (workspace, context), outlets)?;
    scan::tell(&taken, context.lang);
    if !args.leave {
        for source in finished {
            let kind = if taken.set_aside.contains(&source.shown) { REFUSED } else { DONE };
            if let Err(failure) = put_away(&args.folder, &source.path, kind) {
                screen::complain(&failure.sentence(context.lang), context.lang);
            }
        }
    }
    Ok(taken)
}

/// Moves a file to its place below `kind`, in the folder that it has below the watched one.
fn put_away(watched: &Path, file: &Path, kind: &str) -> Result<PathBuf, Failure> {
    let below = file.strip_prefix(watched).ok().and_then(Path::parent).unwrap_or(Path::new(""));
    system::move_into(file, &watched.join(kind).join(below)).map_err(Failure::writing(file))
}

/// Where a file may lie that was at `path` when it was read: there, or where the watching of a folder above has put it.
pub fn places(path: &Path) -> Vec<PathBuf> {
    let below = |folder: &Path| path.strip_prefix(folder).map(Path::to_owned).ok();
    let away = path.ancestors().skip(1).filter_map(|folder| Some((folder, below(folder)?)));
    let away = away.flat_map(|(folder, rest)| [DONE, REFUSED].map(|kind| folder.join(kind).join(&rest)));
    std::iter::once(path.to_owned()).chain(away).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_was_put_away_is_looked_for_where_it_was_put() {
        let found = places(Path::new("máy quét/khay 2/a.jpg"));
        for place in [
            "máy quét/khay 2/a.jpg",
            "máy quét/done/khay 2/a.jpg",
            "máy quét/refused/khay 2/a.jpg",
            "máy quét/khay 2/done/a.jpg",
        ] {
            assert!(found.contains(&PathBuf::from(place)), "{place}");
        }
    }
}
