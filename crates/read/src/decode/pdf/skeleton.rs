//! A PDF without its pictures: what is held of a long one, found in a single pass over the file.
//!
//! The pictures of a scanned file are nearly all of it. What is left out is only where a stream that calls itself a picture
//! begins and ends; nothing else is understood here, and with all of it put back the file is what it was, byte for byte.

use std::io::{self, Read};

use hayro::hayro_syntax::object::dict::keys;
use hayro::hayro_syntax::object::{Dict, Name};
use hayro::hayro_syntax::reader::{Reader, ReaderContext, ReaderExt};

use crate::decode::held::Bounds;

const CHUNK_BYTES: usize = 1 << 20;
/// A dictionary of a picture begins at most so many bytes before its stream.
const DICT_BYTES: usize = 8 << 10;
const STREAM: &[u8] = b"stream";
const END: &[u8] = b"end";
/// The longest word that is looked for.
const LONGEST_WORD: usize = b"endstream".len();

/// A file of which the pictures were left out.
#[derive(Debug)]
pub struct Skeleton {
    /// All other bytes, in their order.
    pub bytes: Vec<u8>,
    /// What was left out, in the order of the file.
    pub cuts: Vec<Cut>,
    /// Length of the file.
    pub file_bytes: u64,
    /// blake3 of the file.
    pub hash: [u8; 32],
}

/// A piece of a file that was left out: the data of a picture.
#[derive(Debug)]
pub struct Cut {
    /// Where it belongs in the bytes that were kept.
    pub at: usize,
    /// Where its dictionary ends in them.
    pub dict_end: usize,
    /// Where it begins in the file.
    pub from: u64,
    /// Its length.
    pub bytes: usize,
    /// Its blake3.
    pub hash: blake3::Hash,
}

impl Skeleton {
    /// Reads a file to its end; `None` when more of it would have to be kept than `bounds` allow, or a picture has no end.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn of(file: &mut impl Read, bounds: &Bounds) -> io::Result<Option<Self>> {
        let mut hasher = blake3::Hasher::new();
        let mut cutter = Cutter { bounds, bytes: Vec::new(), cuts: Vec::new(), read: 0, picture: None };
        let (mut chunk, mut ahead) = (vec![0; CHUNK_BYTES], Vec::new());
        loop {
            let read = match file.read(&mut chunk) {
                Ok(0) => break,
                Ok(read) => &chunk[..read],
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            hasher.update(read);
            ahead.extend_from_slice(read);
            // The end of the file is not cut: what may go on in the next chunk waits for it.
            let Some(taken) = cutter.take(&ahead) else { return Ok(None) };
            ahead.drain(..taken);
            if cutter.bytes.len() > bounds.skeleton_bytes {
                return Ok(None);
            }
        }
        if cutter.picture.is_some() {
            return Ok(None);
        }
        let file_bytes = cutter.read + ahead.len() as u64;
        let mut bytes = cutter.bytes;
        bytes.extend_from_slice(&ahead);
        Ok(Some(Self { bytes, cuts: cutter.cuts, file_bytes, hash: hasher.finalize().into() }))
    }

    /// The last bytes of the file, at most so many, as far as they were kept.
    pub fn end(&self, bytes: usize) -> &[u8] {
        let kept = self.bytes.len() - self.cuts.last().map_or(0, |cut| cut.at);
        &self.bytes[self.bytes.len() - kept.min(bytes)..]
    }

    /// Where a byte of the file stands among those that were kept; `None` when it was left out. What is beyond the end of the
    /// one is beyond that of the other.
    pub fn place(&self, offset: u64) -> Option<usize> {
        let before = self.cuts.partition_point(|cut| cut.from <= offset);
        let Some(cut) = before.checked_sub(1).and_then(|last| self.cuts.get(last)) else {
            return usize::try_from(offset).ok();
        };
        let after = offset.checked_sub(cut.from + cut.bytes as u64)?;
        usize::try_from(cut.at as u64 + after).ok()
    }

    /// The picture whose dictionary ends there, among the bytes that were kept.
    pub fn cut_after(&self, dict_end: usize) -> Option<usize> {
        self.cuts.binary_search_by_key(&dict_end, |cut| cut.dict_end).ok()
    }
}

/// Goes along a file.
struct Cutter<'b> {
    bounds: &'b Bounds,
    bytes: Vec<u8>,
    cuts: Vec<Cut>,
    /// Bytes of the file that were gone along.
    read: u64,
    picture: Option<Picture>,
}

/// A picture whose end was not met yet. It is kept until it is known to be long.
struct Picture {
    at: usize,
    dict_end: usize,
    from: u64,
    bytes: usize,
    hasher: blake3::Hasher,
}

impl Cutter<'_> {
    /// Goes along what is known of the file ahead, and returns how far; `None` when a picture has no end.
    fn take(&mut self, ahead: &[u8]) -> Option<usize> {
        let mut at = 0;
        loop {
            let rest = &ahead[at..];
            let word = if self.picture.is_some() { END } else { STREAM };
            let found = rest.windows(word.len()).position(|bytes| bytes == word);
            // With less behind it, what it is will be known later.
            let next = found.filter(|next| next + LONGEST_WORD <= rest.len());
            let Some(next) = next else {
                let to = found.unwrap_or(rest.len().saturating_sub(word.len() - 1));
                self.pass(&rest[..to]);
                return Some(at + to);
            };
            let behind = &rest[next + word.len()..];
            let to = match self.picture.take() {
                None => {
                    let line_end = line_end(behind);
                    self.pass(&rest[..next + word.len() + line_end]);
                    self.picture = self.picture_from(word.len() + line_end);
                    next + word.len() + line_end
                }
                Some(mut picture) => {
                    self.pass_picture(&mut picture, &rest[..next]);
                    if behind.starts_with(b"obj") {
                        return None;
                    }
                    if behind.starts_with(STREAM) {
                        self.end(picture);
                        // The word at which no other picture begins.
                        self.pass(&rest[next..next + LONGEST_WORD]);
                        next + LONGEST_WORD
                    } else {
                        self.pass_picture(&mut picture, &rest[next..next + word.len()]);
                        self.picture = Some(picture);
                        next + word.len()
                    }
                }
            };
            at += to;
        }
    }

    /// Passes bytes that are kept, unless they are of a picture.
    fn pass(&mut self, bytes: &[u8]) {
        match self.picture.take() {
            Some(mut picture) => {
                self.pass_picture(&mut picture, bytes);
                self.picture = Some(picture);
            }
            None => {
                self.read += bytes.len() as u64;
                self.bytes.extend_from_slice(bytes);
            }
        }
    }

    fn pass_picture(&mut self, picture: &mut Picture, bytes: &[u8]) {
        self.read += bytes.len() as u64;
        picture.hasher.update(bytes);
        picture.bytes += bytes.len();
        if picture.bytes < self.bounds.cut_bytes {
            self.bytes.extend_from_slice(bytes);
        } else {
            self.bytes.truncate(picture.at);
        }
    }

    fn end(&mut self, picture: Picture) {
        let Picture { at, dict_end, from, bytes, hasher } = picture;
        if bytes >= self.bounds.cut_bytes {
            self.cuts.push(Cut { at, dict_end, from, bytes, hash: hasher.finalize() });
        }
    }

    /// The picture that begins after what was kept last, the last `word` bytes of which are the word and its line end, if one does.
    fn picture_from(&self, word: usize) -> Option<Picture> {
        let before = &self.bytes[..self.bytes.len() - word];
        let near = before.len().saturating_sub(DICT_BYTES);
        let object = before[near..].windows(3).rposition(|bytes| bytes == b"obj")?;
        let mut reader = Reader::new(before);
        reader.jump(near + object + 3);
        reader.skip_white_spaces_and_comments();
        let dict = reader.read_with_context::<Dict>(&ReaderContext::dummy())?;
        let dict_end = reader.offset();
        reader.skip_white_spaces_and_comments();
        let is_picture = dict.get::<Name>(keys::SUBTYPE).is_some_and(|kind| kind.as_ref() == b"Image");
        // What says where objects begin in it is no picture, whatever it calls itself.
        let is_plain = !dict.contains_key(keys::FIRST);
        (reader.at_end() && is_picture && is_plain).then(|| Picture {
            at: self.bytes.len(),
            dict_end,
            from: self.read,
            bytes: 0,
            hasher: blake3::Hasher::new(),
        })
    }
}

/// Length of the line end with which the bytes begin, as the library that reads PDF files has it.
fn line_end(bytes: &[u8]) -> usize {
    match bytes {
        [b'\r', b'\n', ..] => 2,
        [b'\n' | b'\r', ..] => 1,
        _ => 0,
    }
}
