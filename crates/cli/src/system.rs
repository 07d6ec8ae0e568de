//! What differs between operating systems, and files that are whole or absent.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use phieu_model::period::Date;

/// The day on this machine's clock, in its time zone.
pub fn today() -> Date {
    jiff::ZonedDateTime::now().date()
}

/// This moment.
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// A moment on this machine's clock, to the minute: `2026-11-30 19:27`.
pub fn minute_of(moment: Timestamp) -> String {
    jiff::ZonedDateTime::new(moment, TimeZone::system()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// Noon of `day` in Vietnam, the moment of a call whose day was given.
pub fn noon_of(day: Date) -> Timestamp {
    let noon = day.at(12, 0, 0, 0).to_zoned_datetime(TimeZone::fixed(Offset::constant(7)));
    noon.map_or_else(|_| now(), |moment| moment.timestamp())
}

/// The name of the account that this program runs under, for the log.
pub fn account() -> String {
    ["USER", "USERNAME", "LOGNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|v| !v.trim().is_empty()))
        .unwrap_or_else(|| "?".to_owned())
}

/// `N` bytes from the operating system's random source.
pub fn random_bytes<const N: usize>() -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|e| io::Error::other(e.to_string()))?;
    Ok(bytes)
}

/// How many threads this machine runs at once; 1 when it does not say.
pub fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// A file that is being written beside its place and appears there only when it
/// is complete and on the disk.
#[derive(Debug)]
pub struct PendingFile {
    file: Option<BufWriter<File>>,
    temporary: PathBuf,
    place: PathBuf,
}

impl PendingFile {
    /// Opens a temporary file in the folder of `place`, which proves that the folder
    /// can be written to. A device or a pipe is opened itself.
    pub fn create(place: &Path) -> io::Result<Self> {
        if fs::metadata(place).is_ok_and(|m| m.is_dir()) {
            return Err(io::Error::from(io::ErrorKind::IsADirectory));
        }
        if fs::metadata(place).is_ok_and(|m| !m.is_file()) {
            let file = OpenOptions::new().write(true).open(place)?;
            return Ok(Self {
                file: Some(BufWriter::new(file)),
                temporary: place.to_owned(),
                place: place.to_owned(),
            });
        }
        let name = place.file_name().ok_or(io::ErrorKind::InvalidInput)?.to_string_lossy().into_owned();
        let temporary = place.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
        let file = OpenOptions::new().write(true).create(true).truncate(true).open(&temporary)?;
        Ok(Self { file: Some(BufWriter::new(file)), temporary, place: place.to_owned() })
    }

    /// Adds `bytes` at the end.
    pub fn push(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.as_mut().expect("a pending file is open until it is in place").write_all(bytes)
    }

    /// Hands everything added so far to the operating system, so that whoever reads
    /// along (a pipe) sees it.
    pub fn flush(&mut self) -> io::Result<()> {
        self.file.as_mut().expect("a pending file is open until it is in place").flush()
    }

    /// Waits until the disk has everything, so that putting the file in place can
    /// hardly fail any more.
    pub fn finish(&mut self) -> io::Result<()> {
        let file = self.file.as_mut().expect("a pending file is open until it is in place");
        file.flush()?;
        if self.temporary != self.place {
            file.get_ref().sync_all()?;
        }
        Ok(())
    }

    /// Puts the finished file in its place, over an older one of that name.
    pub fn put_in_place(mut self) -> io::Result<()> {
        self.finish()?;
        // Windows renames closed files only.
        self.file = None;
        if self.temporary != self.place {
            fs::rename(&self.temporary, &self.place)?;
            self.temporary = self.place.clone();
            sync_folder_of(&self.place);
        }
        Ok(())
    }
}

impl Drop for PendingFile {
    fn drop(&mut self) {
        if self.temporary != self.place {
            self.file = None;
            let _ = fs::remove_file(&self.temporary);
        }
    }
}

/// Writes a file that is complete or absent, whatever happens.
pub fn write_whole(place: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut pending = PendingFile::create(place)?;
    pending.push(bytes)?;
    pending.put_in_place()
}

/// Moves a file into `folder`, which is made if it is missing, under its own name or, where that is taken, with a number:
/// nothing is ever written over. Both must lie on one disk.
pub fn move_into(file: &Path, folder: &Path) -> io::Result<PathBuf> {
    fs::create_dir_all(folder)?;
    for place in (1_u32..).map(|n| numbered(file, folder, n)) {
        // An empty file claims the name, so that two programs cannot both take it.
        match OpenOptions::new().write(true).create_new(true).open(&place) {
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => continue,
            Err(error) => return Err(error),
        }
        return match fs::rename(file, &place) {
            Ok(()) => Ok(place),
            Err(error) => {
                // Only the claim is taken back; the file lies where it was.
                let _ = fs::remove_file(&place);
                Err(error)
            }
        };
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

/// The name in `folder` that [`move_into`] gives the `n`th file, from 1, of the name of `file`.
pub fn numbered(file: &Path, folder: &Path, n: u32) -> PathBuf {
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    let ending = file.extension().map(|e| format!(".{}", e.to_string_lossy())).unwrap_or_default();
    match n {
        0 | 1 => folder.join(file.file_name().unwrap_or_default()),
        n => folder.join(format!("{stem} ({n}){ending}")),
    }
}

/// Writes a new file that only its owner may read; refuses an existing one.
pub fn write_secret(place: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    only_for_owner(&mut options);
    let mut file = options.open(place)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    sync_folder_of(place);
    Ok(())
}

#[cfg(unix)]
fn only_for_owner(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600);
}

/// Windows: the folder's own permissions decide.
#[cfg(not(unix))]
fn only_for_owner(_: &mut OpenOptions) {}

/// Makes a rename last through a power cut, where folders can be synchronised.
#[cfg(unix)]
fn sync_folder_of(place: &Path) {
    let folder = place.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // Some network file systems refuse this; the file itself is already safe.
    let _ = File::open(folder).and_then(|f| f.sync_all());
}

#[cfg(not(unix))]
fn sync_folder_of(_: &Path) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_abandoned_file_leaves_the_old_one_and_no_trace() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("báo cáo.txt");
        write_whole(&place, b"old").unwrap();
        let mut pending = PendingFile::create(&place).unwrap();
        pending.push(b"half").unwrap();
        drop(pending);
        assert_eq!(fs::read(&place).unwrap(), b"old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_moved_file_is_never_put_over_another() {
        let folder = tempfile::tempdir().unwrap();
        let done = folder.path().join("xong");
        for text in ["một", "hai", "ba"] {
            let file = folder.path().join("quét 1.jpg");
            fs::write(&file, text).unwrap();
            move_into(&file, &done).unwrap();
            assert!(!file.exists());
        }
        let text = |name: &str| fs::read_to_string(done.join(name)).unwrap();
        let names = ["quét 1.jpg", "quét 1 (2).jpg", "quét 1 (3).jpg"];
        assert_eq!(names.map(text), ["một", "hai", "ba"]);
    }

    #[test]
    fn a_secret_is_never_written_over() {
        let folder = tempfile::tempdir().unwrap();
        let place = folder.path().join("office.key");
        write_secret(&place, &[1; 32]).unwrap();
        assert!(write_secret(&place, &[2; 32]).is_err());
        assert_eq!(fs::read(&place).unwrap(), [1; 32]);
    }
}
