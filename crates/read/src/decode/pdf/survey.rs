//! What opening a PDF unpacks, looked at before it is opened.
//!
//! The library finds objects through a table and through streams of objects, both of which may be packed, and unpacks them
//! while it opens the file. Which streams a table names is known only after it was unpacked, so in a file that has any of the two every
//! stream counts. Each is read with the library's own parser at each place where a dictionary could begin, so that nothing is
//! read otherwise there. Not seen is what hides behind an encryption, a fault on purpose in a stream that is not named as one of
//! objects, or a length that stands elsewhere.

use std::ops::Range;

use hayro::hayro_syntax::Filter;
use hayro::hayro_syntax::object::dict::keys;
use hayro::hayro_syntax::object::{Array, Name, Object, Stream};
use hayro::hayro_syntax::reader::{Reader, ReaderContext, ReaderExt};
use phieu_model::rejection::{RejectCode, Rejection};

use super::unpack::{Allowance, MAX_STREAM_BYTES, check_rows, count_flate};
use crate::decode::damaged;

/// Bytes that all streams of a file may unpack to while it is opened, or this for each of its bytes: scans of blank pages
/// packed without loss come to a hundred.
const FILE_BYTES: u64 = 2 << 30;
const FILE_RATIO: u64 = 128;
/// Bytes that may be searched for the ends of streams, for each byte of the file.
const SEARCHED: u64 = 64;
/// The most that Flate grows.
const FLATE_RATIO: u64 = 1032;

/// Refuses a file that cannot be opened within bounds, which are those of a file of `length` bytes. Streams that have no byte
/// in `fresh`, ranges in the order of the file, were measured before.
pub fn check(bytes: &[u8], fresh: &[Range<usize>], length: u64) -> Result<(), Rejection> {
    check_ends(bytes, length)?;
    let streams: Vec<Found> = places(bytes, b"<<").filter_map(|at| stream_at(bytes, at)).collect();
    if !streams.iter().any(|found| is_table(&found.stream) || holds_objects(&found.stream)) {
        return Ok(());
    }
    let is_encrypted = places(bytes, b"/Encrypt").next().is_some();
    let mut allowance = Allowance::new(FILE_BYTES.max(FILE_RATIO * length));
    for Found { stream, whole, from } in &streams {
        let behind = fresh.partition_point(|part| part.end <= whole.start);
        if fresh.get(behind).is_none_or(|part| part.start >= whole.end) {
            continue;
        }
        let is_needed = is_table(stream) || holds_objects(stream);
        if is_needed && stream.dict().get_ref(keys::DECODE_PARMS).is_some() {
            return Err(damaged("how a list of objects is packed stands elsewhere"));
        }
        let filters = stream.filters();
        if filters.iter().any(|filter| {
            matches!(
                filter,
                Filter::CcittFaxDecode | Filter::Jbig2Decode | Filter::DctDecode | Filter::JpxDecode
            )
        }) {
            // Refused by the library where it looks for objects.
            continue;
        }
        let is_elsewhere = filters.is_empty() && stream.dict().contains_key(keys::FILTER);
        let unpacked = if is_elsewhere || filters[..] == [Filter::FlateDecode] {
            // Flate says itself where it ends, whatever length stands there.
            check_rows(stream)
                .and_then(|()| count_flate(&bytes[*from..], MAX_STREAM_BYTES))
                .and_then(|bytes| allowance.take_bytes(bytes))
        } else {
            allowance.take(stream, u64::MAX).map(|_| ())
        };
        match unpacked {
            Err(rejection) if rejection.code == RejectCode::PictureTooLarge => return Err(rejection),
            Err(rejection) if holds_objects(stream) && !is_encrypted => return Err(rejection),
            Err(_) if holds_objects(stream) => {
                allowance.take_bytes(FLATE_RATIO * stream.raw_data().len() as u64)?;
            }
            _ => {}
        }
    }
    Ok(())
}

/// A stream.
struct Found<'b> {
    stream: Stream<'b>,
    /// Where it stands with its dictionary.
    whole: Range<usize>,
    /// Where its data begin.
    from: usize,
}

/// The stream whose dictionary begins here.
fn stream_at(bytes: &[u8], at: usize) -> Option<Found<'_>> {
    let mut reader = Reader::new(bytes);
    reader.jump(at);
    let stream = reader.read_with_context::<Stream>(&ReaderContext::dummy())?;
    let from = stream.raw_data().as_ptr() as usize - bytes.as_ptr() as usize;
    let whole = at..reader.offset();
    Some(Found { stream, whole, from })
}

/// Whether the library could take it for a table of objects.
fn is_table(stream: &Stream) -> bool {
    let dict = stream.dict();
    dict.get::<Array>(keys::W).is_some() && dict.get::<Object>(keys::SIZE).is_some()
}

fn holds_objects(stream: &Stream) -> bool {
    stream.dict().get::<Name>(keys::TYPE).is_some_and(|name| name.as_ref() == keys::OBJ_STM)
}

/// Where `word` stands in the file.
fn places<'b>(bytes: &'b [u8], word: &'static [u8]) -> impl Iterator<Item = usize> + 'b {
    bytes.windows(word.len()).enumerate().filter(move |(_, found)| *found == word).map(|(at, _)| at)
}

/// The library looks for the end of a stream whose length is wrong, from each such stream on.
fn check_ends(bytes: &[u8], length: u64) -> Result<(), Rejection> {
    let mut searched = 0_u64;
    // Streams whose end was not met yet, and where they begin, added up.
    let (mut open, mut begins) = (0_u64, 0_u64);
    for at in places(bytes, b"stream") {
        if bytes[..at].ends_with(b"end") {
            searched += open * at as u64 - begins;
            (open, begins) = (0, 0);
        } else {
            open += 1;
            begins += at as u64;
        }
    }
    searched += open * bytes.len() as u64 - begins;
    if searched > SEARCHED * length {
        return Err(damaged("many streams of the file have no end"));
    }
    Ok(())
}
