//! Which files of a folder have been written to the end.
//!
//! Scanners and copiers write slowly, over networks that report no changes: a file counts as finished when neither its size nor its
//! time has changed for a while, and one that ends in the middle of a picture only after a longer while.

use std::collections::{HashMap, HashSet};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::source::Source;

/// Bytes of a file's end that are looked at.
const TAIL: u64 = 2048;

/// What tells that a file changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trace {
    /// In bytes.
    pub size: u64,
    /// When it was changed, where the system says.
    pub modified: Option<SystemTime>,
    /// Whether it ends in the middle of a picture.
    pub cut_off: bool,
}

impl Trace {
    /// The trace of a file. One that cannot be opened, because its writer holds it, counts as cut off.
    pub fn of(path: &Path) -> Self {
        Self::of_open(path).unwrap_or(Self { size: 0, modified: None, cut_off: true })
    }

    fn of_open(path: &Path) -> Option<Self> {
        let mut file = File::open(path).ok()?;
        let meta = file.metadata().ok()?;
        let size = meta.len();
        let (mut head, mut tail) = ([0; 8], Vec::new());
        let read = file.read(&mut head).ok()?;
        file.seek(SeekFrom::Start(size.saturating_sub(TAIL))).ok()?;
        file.take(TAIL).read_to_end(&mut tail).ok()?;
        Some(Self { size, modified: meta.modified().ok(), cut_off: is_cut_off(&head[..read], &tail, size) })
    }
}

/// Whether a file with these first and last bytes lacks its end. Only where the format has a sign of its end; a TIFF
/// names at its beginning the place of its directory, which most programs write last.
fn is_cut_off(head: &[u8], tail: &[u8], size: u64) -> bool {
    let holds = |mark: &[u8]| tail.windows(mark.len()).any(|w| w == mark);
    let number = |bytes: &[u8], big: bool| match <[u8; 4]>::try_from(bytes) {
        Ok(bytes) if big => u64::from(u32::from_be_bytes(bytes)),
        Ok(bytes) => u64::from(u32::from_le_bytes(bytes)),
        Err(_) => 0,
    };
    match head {
        [] => true,
        [0xff, 0xd8, ..] => !holds(&[0xff, 0xd9]),
        [0x89, b'P', b'N', b'G', ..] => !holds(b"IEND"),
        [b'%', b'P', b'D', b'F', ..] => !holds(b"%%EOF"),
        [b'I', b'I', 42, 0, at @ ..] => !(8..size).contains(&number(at, false)),
        [b'M', b'M', 0, 42, at @ ..] => !(8..size).contains(&number(at, true)),
        [b'R', b'I', b'F', b'F', length @ ..] => number(length, false) + 8 > size,
        _ => false,
    }
}

/// How long a file must be left alone before it is taken.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// An ordinary file.
    pub settled: Duration,
    /// One that ends in the middle of a picture: its writer may only have paused.
    pub cut_off: Duration,
}

/// The files of a watched folder.
#[derive(Debug)]
pub struct Arrivals {
    patience: Patience,
    seen: HashMap<PathBuf, Seen>,
}

#[derive(Debug)]
struct Seen {
    trace: Trace,
    since: Duration,
    taken: bool,
}

impl Arrivals {
    /// A folder of which nothing was seen yet.
    pub fn new(patience: Patience) -> Self {
        Self { patience, seen: HashMap::new() }
    }

    /// The files that are finished among `files`, all that are there at the time `now`, counted from any moment. Each is given once, and
    /// again only if it has changed. Whoever moves a file away compares its trace again: what was written since is
    /// unread.
    pub fn finished(&mut self, files: Vec<(Source, Trace)>, now: Duration) -> Vec<(Source, Trace)> {
        let there: HashSet<&PathBuf> = files.iter().map(|(source, _)| &source.path).collect();
        self.seen.retain(|path, _| there.contains(path));
        let mut finished = Vec::new();
        for (source, trace) in files {
            let fresh = Seen { trace, since: now, taken: false };
            let seen = self.seen.entry(source.path.clone()).or_insert(fresh);
            if seen.trace != trace {
                *seen = Seen { trace, since: now, taken: false };
            }
            let patience = if trace.cut_off { self.patience.cut_off } else { self.patience.settled };
            if !seen.taken && now.saturating_sub(seen.since) >= patience {
                seen.taken = true;
                finished.push((source, trace));
            }
        }
        finished
    }

    /// Whether files are there that may still be written to.
    pub fn waits(&self) -> bool {
        self.seen.values().any(|seen| !seen.taken)
    }

    /// Lets a file be given again: it has changed since it was given.
    pub fn reopen(&mut self, path: &Path) {
        if let Some(seen) = self.seen.get_mut(path) {
            seen.taken = false;
        }
    }

    /// Lets all files be given again: those that were given could not be taken in.
    pub fn forget(&mut self) {
        self.seen.clear();
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where something is not as it says")]
mod tests {
    use super::*;

    fn seconds(n: u64) -> Duration {
        Duration::from_secs(n)
    }

    fn file(name: &str, size: u64, cut_off: bool) -> (Source, Trace) {
        let source = Source { path: PathBuf::from(name), shown: name.to_owned() };
        (source, Trace { size, modified: Some(SystemTime::UNIX_EPOCH), cut_off })
    }

    fn arrivals() -> Arrivals {
        Arrivals::new(Patience { settled: seconds(5), cut_off: seconds(60) })
    }

    fn names(sources: Vec<(Source, Trace)>) -> Vec<String> {
        sources.into_iter().map(|(s, _)| s.shown).collect()
    }

    #[test]
    fn a_file_is_finished_when_it_has_not_changed_for_a_while_and_is_given_once() {
        let mut arrivals = arrivals();
        let mut look = |size, now| names(arrivals.finished(vec![file("a.jpg", size, false)], seconds(now)));
        assert!(look(10, 0).is_empty());
        assert!(look(20, 4).is_empty(), "it grew");
        assert!(look(20, 8).is_empty(), "four seconds");
        assert_eq!(look(20, 9), ["a.jpg"]);
        assert!(look(20, 30).is_empty(), "given already");
        assert!(look(25, 40).is_empty(), "written anew");
        assert_eq!(look(25, 45), ["a.jpg"]);
    }

    #[test]
    fn a_file_that_ends_in_the_middle_of_a_picture_is_waited_for_longer() {
        let mut arrivals = arrivals();
        let mut look = |cut_off, now| arrivals.finished(vec![file("a.jpg", 20, cut_off)], seconds(now)).len();
        assert_eq!((look(true, 0), look(true, 59)), (0, 0));
        assert_eq!(look(true, 60), 1, "the writer has gone");
    }

    #[test]
    fn a_file_with_a_new_time_and_one_that_comes_back_are_new() {
        let mut arrivals = arrivals();
        let later = |(source, trace): (Source, Trace)| {
            (source, Trace { modified: Some(SystemTime::UNIX_EPOCH + seconds(1)), ..trace })
        };
        assert!(arrivals.finished(vec![file("a.jpg", 9, false)], seconds(0)).is_empty());
        assert!(arrivals.finished(vec![later(file("a.jpg", 9, false))], seconds(6)).is_empty());
        assert!(arrivals.waits());
        assert!(arrivals.finished(vec![], seconds(20)).is_empty());
        assert!(!arrivals.waits(), "it is gone");
        assert!(arrivals.finished(vec![later(file("a.jpg", 9, false))], seconds(30)).is_empty());
        assert_eq!(arrivals.finished(vec![later(file("a.jpg", 9, false))], seconds(35)).len(), 1);
        assert!(!arrivals.waits());
        arrivals.reopen(Path::new("a.jpg"));
        assert!(arrivals.waits(), "somebody wrote to it");
        arrivals.forget();
        assert!(arrivals.finished(vec![later(file("a.jpg", 9, false))], seconds(36)).is_empty());
        assert_eq!(arrivals.finished(vec![later(file("a.jpg", 9, false))], seconds(41)).len(), 1);
    }

    #[test]
    fn the_end_of_each_format_is_known() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("một tệp");
        let cut_off = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            Trace::of(&path).cut_off
        };
        let picture = image::DynamicImage::new_luma8(60, 40);
        for format in [
            image::ImageFormat::Jpeg,
            image::ImageFormat::Png,
            image::ImageFormat::Tiff,
            image::ImageFormat::WebP,
        ] {
            let mut bytes = std::io::Cursor::new(Vec::new());
            let picture = if format == image::ImageFormat::WebP {
                image::DynamicImage::from(picture.to_rgb8())
            } else {
                picture.clone()
            };
            picture.write_to(&mut bytes, format).unwrap();
            let bytes = bytes.into_inner();
            assert!(!cut_off(&bytes), "{format:?}");
            assert!(cut_off(&bytes[..bytes.len() * 2 / 3]), "{format:?} cut");
        }
        assert!(!cut_off(b"%PDF-1.4\n...\n%%EOF\n") && cut_off(b"%PDF-1.4\n..."));
        assert!(cut_off(b"") && !cut_off(b"a letter"));
        std::fs::remove_file(&path).unwrap();
        assert!(Trace::of(&path).cut_off, "what cannot be opened");
    }
}
