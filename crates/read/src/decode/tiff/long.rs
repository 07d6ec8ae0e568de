//! Long files, with bounds under which small ones are long.

use std::fs;
use std::path::{Path, PathBuf};

use ::tiff::encoder::{TiffEncoder, colortype};
use phieu_model::rejection::RejectCode;

use crate::decode::held::{BOUNDS, Bounds};
use crate::decode::{Document, Held, formats};
use crate::frame::Frame;

const TINY: Bounds = Bounds { short_bytes: 0, piece_bytes: 1024, ..BOUNDS };
const LIMIT: u64 = 1_000_000;

/// Every TIFF of the tests, with its name.
fn files() -> Vec<(String, Vec<u8>)> {
    let folders = [formats::folder(), Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fax")];
    let entries = folders.iter().flat_map(|folder| fs::read_dir(folder).unwrap());
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|kind| kind == "tif"));
    paths.sort();
    paths.iter().map(|path| (path.display().to_string(), fs::read(path).unwrap())).collect()
}

/// Grey pages of 64 × 64 pixels in strips of some rows.
fn pages(levels: &[u8]) -> Vec<u8> {
    let mut file = std::io::Cursor::new(Vec::new());
    let mut encoder = TiffEncoder::new(&mut file).unwrap();
    for level in levels {
        let mut picture = encoder.new_image::<colortype::Gray8>(64, 64).unwrap();
        picture.rows_per_strip(16).unwrap();
        picture.write_data(&[*level; 64 * 64]).unwrap();
    }
    file.into_inner()
}

/// A file on the disk that is long under `bounds`.
fn long(path: &Path, bounds: Bounds) -> Document {
    let (held, hash) = Held::read_within(path, bounds).unwrap();
    assert_eq!(hash, *blake3::hash(&fs::read(path).unwrap()).as_bytes());
    assert!(matches!(held, Held::Pieces(_)));
    Document::of(held)
}

fn pages_of(document: &Document) -> Vec<Result<Frame, RejectCode>> {
    (0..document.pages()).map(|i| document.page(i, LIMIT).map_err(|r| r.code)).collect()
}

fn held(bytes: &[u8]) -> Vec<Result<Frame, RejectCode>> {
    pages_of(&Document::open(bytes.to_vec()))
}

#[test]
fn a_long_file_has_the_same_pages_as_one_that_is_held_whole() {
    let folder = tempfile::tempdir().unwrap();
    // A name with diacritics.
    let path = folder.path().join("Quét tháng một.tif");
    let mut files = files();
    assert!(files.len() > 50);
    files.push(("many pages".into(), pages(&[10, 20, 30, 40, 50, 60, 70])));
    for (name, bytes) in files {
        fs::write(&path, &bytes).unwrap();
        let whole = held(&bytes);
        for piece_bytes in [1024, BOUNDS.piece_bytes] {
            let document = long(&path, Bounds { piece_bytes, ..TINY });
            assert!(pages_of(&document) == whole, "{name}");
            for i in (0..document.pages()).rev() {
                let page = document.page(i, LIMIT).map_err(|r| r.code);
                assert!(page == whole[i as usize] && page.is_ok(), "{name}, page {i}");
            }
        }
    }
}

#[test]
fn workers_share_a_long_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.tif");
    let levels: Vec<u8> = (0..40).collect();
    fs::write(&path, pages(&levels)).unwrap();
    let document = long(&path, TINY);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for (i, page) in pages_of(&document).into_iter().enumerate() {
                    let page = page.unwrap();
                    assert!((0..64).all(|y| page.row(y).iter().all(|pixel| *pixel == levels[i])), "{i}");
                }
            });
        }
    });
}

#[test]
fn a_file_that_is_changed_after_it_was_opened_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.tif");
    let bytes = pages(&[10, 20, 30, 40]);
    fs::write(&path, &bytes).unwrap();
    let document = long(&path, TINY);
    let codes = || -> Vec<Option<RejectCode>> { pages_of(&document).into_iter().map(Result::err).collect() };
    let page_bytes = bytes.len() / 4;
    let mut changed = bytes.clone();
    changed[2 * page_bytes + 2000] ^= 1;
    fs::write(&path, &changed).unwrap();
    assert_eq!(codes(), [None, None, Some(RejectCode::FileDamaged), None]);
    // Other pages at the same places.
    fs::write(&path, pages(&[11, 21, 31, 41])).unwrap();
    assert_eq!(codes(), [Some(RejectCode::FileDamaged); 4]);
    fs::write(&path, &bytes[..page_bytes * 5 / 2]).unwrap();
    assert_eq!(codes(), [None, None, Some(RejectCode::FileUnreadable), Some(RejectCode::FileUnreadable)]);
    // Put back it is what it was.
    fs::write(&path, &bytes).unwrap();
    assert_eq!(codes(), [None; 4]);
}

/// What is asked of a directory in vain has a usual value: a file that is changed there must not be read with that.
#[test]
fn what_cannot_be_read_is_not_taken_for_what_the_file_lacks() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.tif");
    for (name, bytes) in files() {
        fs::write(&path, &bytes).unwrap();
        let document = long(&path, Bounds { piece_bytes: 1024, ..TINY });
        let whole = held(&bytes);
        for piece in 0..bytes.len().div_ceil(1024) {
            let mut changed = bytes.clone();
            changed[piece * 1024] ^= 0x55;
            fs::write(&path, &changed).unwrap();
            for (found, wanted) in pages_of(&document).into_iter().zip(&whole) {
                assert!(found == *wanted || found == Err(RejectCode::FileDamaged), "{name}, piece {piece}");
            }
        }
    }
}

/// The places of the entry of a tag in the directories of a little-endian file, one after the other.
fn entries(bytes: &[u8], tag: u16) -> Vec<usize> {
    let number = |at: usize| u32::from_le_bytes(bytes[at..at + 4].try_into().unwrap()) as usize;
    let (mut directory, mut found) = (number(4), Vec::new());
    while directory > 0 {
        let count = usize::from(u16::from_le_bytes([bytes[directory], bytes[directory + 1]]));
        let mut places = (0..count).map(|k| directory + 2 + 12 * k);
        found.extend(places.find(|at| bytes[*at..*at + 2] == tag.to_le_bytes()));
        directory = number(directory + 2 + 12 * count);
    }
    found
}

#[test]
fn hostile_directories_end_as_in_a_file_that_is_held_whole() {
    const STRIP_OFFSETS: u16 = 273;
    const STRIP_BYTE_COUNTS: u16 = 279;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.tif");
    let whole = pages(&[10, 20, 30]);
    let number = |at: usize| u32::from_le_bytes(whole[at..at + 4].try_into().unwrap());
    let put = |places: &[(usize, u32)]| {
        let mut bytes = whole.clone();
        for (at, value) in places {
            bytes[*at..*at + 4].copy_from_slice(&value.to_le_bytes());
        }
        bytes
    };
    let starts = number(entries(&whole, STRIP_OFFSETS)[1] + 8) as usize;
    let lengths = number(entries(&whole, STRIP_BYTE_COUNTS)[1] + 8) as usize;
    // The pointer to the third directory stands behind the second: it is the last before that of the third page.
    let third = number(4);
    let next = whole.windows(4).rposition(|four| four == number_of_last(&whole).to_le_bytes()).unwrap();
    let cases = [
        ("a chain in a circle", put(&[(next, third)])),
        ("a directory beyond the end", put(&[(next, u32::MAX)])),
        ("a strip beyond the end", put(&[(starts, whole.len() as u32 + 1)])),
        ("a strip that ends beyond the end", put(&[(lengths, u32::MAX)])),
        ("all strips the same", put(&[0, 4, 8, 12].map(|k| (starts + k, 8)))),
        ("a count that lies", put(&[(entries(&whole, STRIP_OFFSETS)[1] + 4, u32::MAX)])),
        ("strips that do not fit", put(&[(entries(&whole, STRIP_OFFSETS)[1] + 4, 1)])),
    ];
    for (name, bytes) in cases {
        fs::write(&path, &bytes).unwrap();
        let found = pages_of(&long(&path, TINY));
        assert!(found == held(&bytes), "{name}");
        assert!(found[0].is_ok(), "{name}");
    }
}

/// Where the last directory stands.
fn number_of_last(bytes: &[u8]) -> u32 {
    let width = 256;
    // Its first entry comes two bytes behind its beginning.
    entries(bytes, width).last().copied().unwrap() as u32 - 2
}

#[test]
fn who_has_more_read_than_is_allowed_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.tif");
    fs::write(&path, pages(&[10, 20, 30, 40])).unwrap();
    let few = Bounds { page_bytes: 5 * 1024, ..TINY };
    let opened = pages_of(&long(&path, few)).into_iter().map(Result::err).collect::<Vec<_>>();
    assert_eq!(opened, [Some(RejectCode::PageTooComplex)], "opening reads all directories");
    fs::write(&path, pages(&[10])).unwrap();
    let enough = Bounds { page_bytes: 20 * 1024, ..TINY };
    assert!(pages_of(&long(&path, enough))[0].is_ok());
    let scarce = Bounds { page_bytes: 4 * 1024, ..TINY };
    assert_eq!(pages_of(&long(&path, scarce)), [Err(RejectCode::PageTooComplex)]);
}

const CASES: usize = 200;

#[test]
fn a_spoiled_long_file_ends_as_one_that_is_held_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("long.tif");
    let mut state = 7_u64;
    let mut dice = |end: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as usize % end
    };
    let files = files();
    for case in 0..CASES {
        let (name, bytes) = &files[dice(files.len())];
        let mut bytes = bytes.clone();
        // What says that it is a TIFF is left as it is.
        let at = 4 + dice(bytes.len() - 4);
        let to = (at + 1 + dice(30)).min(bytes.len());
        match dice(5) {
            0 => bytes[at] ^= 1 << dice(8),
            1 => bytes[at] = [0, 1, 255, 128][dice(4)],
            2 => drop(bytes.drain(at..to)),
            3 => bytes.truncate(at),
            _ => {
                let piece = bytes[at..to].to_vec();
                bytes.splice(at..at, piece);
            }
        }
        fs::write(&path, &bytes).unwrap();
        assert!(pages_of(&long(&path, TINY)) == held(&bytes), "{name}, case {case}");
    }
}
