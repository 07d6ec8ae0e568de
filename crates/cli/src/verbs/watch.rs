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
use crate::intake::{self, Order, Outlets};
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
    /// How pages are read.
    #[command(flatten)]
    pub reading: Reading,
}

/// Watches until it is stopped, or until nothing is left to wait for.
pub fn run(args: &Watch, context: &Context) -> Result<Exit, Failure> {
    std::fs::read_dir(&args.folder).map_err(Failure::reading(&args.folder))?;
    let mut workspace = context.workspace()?;
    args.reading.received(context)?;
    say_what_is_watched(args, context.lang);
    let settled = Duration::from_secs(args.settle);
    let mut watcher = Watcher {
        args,
        arrivals: Arrivals::new(Patience { settled, cut_off: settled + CUT_OFF }),
        to_move: Vec::new(),
        is_away: false,
        exit: Exit::Done,
    };
    let since = Instant::now();
    loop {
        // The day goes on while a folder is watched.
        let context = context.at_this_moment();
        match watcher.look((&mut workspace, &context), since.elapsed()) {
            Ok(()) => {}
            Err(failure) if args.once => return Err(failure),
            Err(failure) => {
                screen::complain(&failure.sentence(context.lang), context.lang);
                watcher.arrivals.forget();
                std::thread::sleep(AFTER_FAILURE);
            }
        }
        if args.once && !watcher.arrivals.waits() {
            return Ok(if watcher.to_move.is_empty() { watcher.exit } else { Exit::SomeFailed });
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

/// One who watches a folder.
struct Watcher<'a> {
    args: &'a Watch,
    arrivals: Arrivals,
    /// Files that were taken in and still lie where they were, because somebody holds them.
    to_move: Vec<Move>,
    /// Whether the folder was gone when it was last looked at.
    is_away: bool,
    exit: Exit,
}

/// A file to be put away.
struct Move {
    source: Source,
    /// As it was read; whatever was written to it since is unread.
    trace: Trace,
    kind: &'static str,
    /// Whether it was said that it cannot be moved.
    is_told: bool,
}

impl Watcher<'_> {
    /// Takes in what is finished, and puts away what was taken in.
    fn look(
        &mut self,
        (workspace, context): (&mut Workspace, &Context),
        now: Duration,
    ) -> Result<(), Failure> {
        if let Err(error) = std::fs::read_dir(&self.args.folder) {
            // A network folder may come back.
            if !std::mem::replace(&mut self.is_away, true) {
                let failure = Failure::reading(&self.args.folder)(error);
                screen::complain(&failure.sentence(context.lang), context.lang);
            }
            return Ok(());
        }
        self.is_away = false;
        let finished = self.arrivals.finished(files(&self.args.folder), now);
        if !finished.is_empty() {
            self.sweep(finished, (workspace, context))?;
        }
        self.put_away(context.lang);
        Ok(())
    }

    /// Takes finished files in as one batch.
    fn sweep(
        &mut self,
        finished: Vec<(Source, Trace)>,
        (workspace, context): (&mut Workspace, &Context),
    ) -> Result<(), Failure> {
        let reading = &self.args.reading;
        let layouts = workspace.readable_layouts()?;
        let reader = Reader::new(&layouts, workspace.key()?, reading.policy());
        let received = reading.received(context)?;
        let order = Order { reader: &reader, workers: reading.workers(), received };
        let outlets = Outlets { lines: None, events: self.args.reading.events() };
        let sources: Vec<Source> = finished.iter().map(|(source, _)| source.clone()).collect();
        let taken = intake::take_in(&sources, order, (workspace, context), outlets)?;
        scan::tell(&taken, context.lang);
        if taken.exit() != Exit::Done {
            self.exit = Exit::SomeFailed;
        }
        if !self.args.leave {
            self.to_move.extend(finished.into_iter().map(|(source, trace)| {
                let kind = if taken.set_aside.contains(&source.shown) { REFUSED } else { DONE };
                Move { source, trace, kind, is_told: false }
            }));
        }
        Ok(())
    }

    /// Moves what was taken in to its place. A file that was written to since it was read stays and is read again; one
    /// that cannot be moved is tried again at the next look.
    fn put_away(&mut self, lang: Lang) {
        let (watched, arrivals) = (&self.args.folder, &mut self.arrivals);
        self.to_move.retain_mut(|file| {
            let path = &file.source.path;
            if Trace::of(path) != file.trace {
                arrivals.reopen(path);
                return false;
            }
            let below = path.strip_prefix(watched).ok().and_then(Path::parent).unwrap_or(Path::new(""));
            let folder = watched.join(file.kind).join(below);
            let Err(error) = system::move_into(path, &folder) else { return false };
            if !std::mem::replace(&mut file.is_told, true) {
                screen::complain(&cannot_move(path, &folder, &error, lang), lang);
            }
            true
        });
    }
}

fn cannot_move(file: &Path, folder: &Path, error: &std::io::Error, lang: Lang) -> String {
    let (file, folder) = (file.display(), folder.display());
    match lang {
        Lang::Vi => format!(
            "Tệp “{file}” đã đọc xong nhưng chưa chuyển được vào “{folder}” ({error}). Sẽ thử lại; hãy đóng chương trình \
             đang mở tệp đó."
        ),
        Lang::En => format!(
            "The file “{file}” was read but cannot be moved to “{folder}” ({error}). It is tried again; close the program \
             that holds it."
        ),
    }
}

/// The files of the folder but those that were put away, with what tells that they change.
fn files(folder: &Path) -> Vec<(Source, Trace)> {
    phieu_read::sources(&[folder.to_owned()])
        .into_iter()
        .filter(|source| source.path.is_file() && !is_put_away(folder, &source.path))
        .map(|source| {
            let trace = Trace::of(&source.path);
            (source, trace)
        })
        .collect()
}

/// Whether a file lies in one of the folders for what was put away, however these are written: Windows does not tell
/// `Done` from `done`.
fn is_put_away(watched: &Path, file: &Path) -> bool {
    let first = file.strip_prefix(watched).ok().and_then(|below| below.components().next());
    first.is_some_and(|part| [DONE, REFUSED].iter().any(|kind| part.as_os_str().eq_ignore_ascii_case(kind)))
}

/// Where a file may lie that was at `path` when it was read: there, or where the watching of a folder above has put it,
/// also after others of its name.
pub fn places(path: &Path) -> Vec<PathBuf> {
    let below = |folder: &Path| path.parent()?.strip_prefix(folder).map(Path::to_owned).ok();
    let mut places = vec![path.to_owned()];
    for (folder, below) in path.ancestors().skip(1).filter_map(|folder| Some((folder, below(folder)?))) {
        for kind in [DONE, REFUSED] {
            let away = folder.join(kind).join(&below);
            let all = (1..).map(|n| system::numbered(path, &away, n)).take_while(|place| place.is_file());
            places.extend(all);
        }
    }
    places
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where something is not as it says")]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_was_put_away_is_looked_for_where_it_was_put() {
        let root = tempfile::tempdir().unwrap();
        let tray = root.path().join("máy quét/khay 2");
        let away = ["máy quét/done/khay 2", "máy quét/khay 2/refused"].map(|folder| root.path().join(folder));
        let file = tray.join("a.jpg");
        let mut put = vec![file.clone()];
        for folder in away.iter().chain([&away[0]]) {
            std::fs::create_dir_all(&tray).unwrap();
            std::fs::write(&file, "x").unwrap();
            put.push(system::move_into(&file, folder).unwrap());
        }
        assert!(put[3].ends_with("a (2).jpg"), "{put:?}");
        let mut found = places(&file);
        found.sort();
        put.sort();
        assert_eq!(found, put);
    }

    #[test]
    fn what_is_put_away_is_not_looked_at_however_its_folder_is_written() {
        let is_away = |file: &str| is_put_away(Path::new("in"), Path::new(file));
        assert!(is_away("in/done/a.jpg") && is_away("in/Done/b/a.jpg") && is_away("in/REFUSED/a.jpg"));
        assert!(!is_away("in/a.jpg") && !is_away("in/b/done/a.jpg") && !is_away("in/done.jpg"));
    }

    /// The copier wrote another page under the same name while the batch was read.
    #[test]
    fn a_file_that_was_written_to_since_it_was_read_stays() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("a.txt");
        let args = Watch {
            folder: root.path().to_owned(),
            every: 1,
            settle: 0,
            leave: false,
            once: true,
            reading: Reading::default(),
        };
        let patience = Patience { settled: Duration::ZERO, cut_off: Duration::ZERO };
        let mut watcher = Watcher {
            args: &args,
            arrivals: Arrivals::new(patience),
            to_move: Vec::new(),
            is_away: false,
            exit: Exit::Done,
        };
        let source = Source { path: path.clone(), shown: "a.txt".to_owned() };
        for (written_since, stays) in [("one, and more", true), ("one", false)] {
            std::fs::write(&path, "one").unwrap();
            let trace = Trace::of(&path);
            let modified = std::fs::metadata(&path).unwrap().modified().unwrap();
            std::fs::write(&path, written_since).unwrap();
            // Only what is written counts here, not how fast the clock runs.
            std::fs::File::options().write(true).open(&path).unwrap().set_modified(modified).unwrap();
            watcher.to_move = vec![Move { source: source.clone(), trace, kind: DONE, is_told: false }];
            watcher.put_away(Lang::Vi);
            assert_eq!((path.exists(), watcher.to_move.len()), (stays, 0));
        }
    }
}
