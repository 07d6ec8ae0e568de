//! Long files, with bounds under which small ones are long.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use lopdf::xref::XrefType;
use lopdf::{EncryptionState, EncryptionVersion, Permissions};
use tempfile::TempDir;

use super::*;
use crate::decode::Held;
use crate::decode::held::{BOUNDS, Bounds};

const TINY: Bounds =
    Bounds { short_bytes: 0, skeleton_bytes: 1 << 20, cut_bytes: 512, window_bytes: 50_000, ..BOUNDS };

/// Grey noise of 128 × 128 pixels.
fn noise(seed: u32) -> Vec<u8> {
    let mut state = seed;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 24) as u8
    };
    (0..128 * 128).map(|_| next()).collect()
}

fn noisy(seed: u32) -> Data {
    picture("DeviceGray", 8, (128, 128), noise(seed))
}

/// A file in which a page is taken, drawn, draws through a form, a pattern and a mask, shares its picture with another, or has none.
fn of_every_way() -> Writer {
    let page = |picture| Drawing { pictures: vec![picture], content: UPRIGHT, rotate: 0 };
    let mut flate = noisy(2);
    flate.allows_compression = true;
    flate.compress().unwrap();
    let mut pages: Vec<Drawing> =
        [noisy(1), flate, filtered(grey(), "DCTDecode", jpeg_ramp())].map(page).into();
    pages.extend((3..7).map(|seed| page(noisy(seed))));
    let half = "q 300 0 0 300 0 0 cm /P0 Do Q q 300 0 0 300 300 0 cm /P1 Do Q";
    pages.push(Drawing { pictures: vec![noisy(7), noisy(8)], content: half, rotate: 90 });
    let painted = "/Pattern cs /P scn 0 0 600 300 re f";
    pages.extend([page(noisy(9)), page(noisy(10)), page(noisy(11)), page(noisy(12))]);
    pages.push(Drawing { pictures: Vec::new(), content: painted, rotate: 0 });
    pages.push(Drawing { pictures: Vec::new(), content: "", rotate: 0 });
    let mut file = Writer::load_mem(&written(pages)).unwrap();
    let ids: Vec<lopdf::ObjectId> = file.get_pages().into_values().collect();
    let picture_of = |file: &Writer, page: usize| {
        let page = file.get_dictionary(ids[page]).unwrap();
        let resources = page.get(b"Resources").unwrap().as_dict().unwrap();
        resources.get(b"XObject").unwrap().as_dict().unwrap().get(b"P0").unwrap().as_reference().unwrap()
    };
    let boxed = || Value::from(vec![0.into(), 0.into(), 600.into(), 300.into()]);
    // Names that elsewhere lead back to the page.
    let inner = file.add_object(noisy(13));
    let form = dictionary! {
        "Type" => "XObject", "Subtype" => "Form", "BBox" => boxed(),
        "Resources" => dictionary! { "XObject" => dictionary! { "P" => inner } },
    };
    let form = Data::new(form, b"q 600 0 0 300 0 0 cm /P Do Q".to_vec()).with_compression(false);
    let drawn = picture_of(&file, 8);
    file.objects.insert(drawn, form.into());
    let mask = file.add_object(noisy(14));
    let masked = picture_of(&file, 9);
    file.get_object_mut(masked).unwrap().as_stream_mut().unwrap().dict.set("SMask", mask);
    let shared = picture_of(&file, 10);
    let other =
        file.get_dictionary_mut(ids[11]).unwrap().get_mut(b"Resources").unwrap().as_dict_mut().unwrap();
    other.set("XObject", dictionary! { "P0" => shared });
    let tile = file.add_object(noisy(15));
    let pattern = dictionary! {
        "Type" => "Pattern", "PatternType" => 1, "PaintType" => 1, "TilingType" => 1, "BBox" => boxed(),
        "XStep" => 600, "YStep" => 300,
        "Resources" => dictionary! { "XObject" => dictionary! { "Parent" => tile } },
    };
    let pattern = file.add_object(
        Data::new(pattern, b"q 600 0 0 300 0 0 cm /Parent Do Q".to_vec()).with_compression(false),
    );
    let painted =
        file.get_dictionary_mut(ids[12]).unwrap().get_mut(b"Resources").unwrap().as_dict_mut().unwrap();
    painted.set("Pattern", dictionary! { "P" => pattern });
    file
}

/// With a list in writing of where its objects stand.
fn saved(mut file: Writer) -> Vec<u8> {
    file.reference_table.cross_reference_type = XrefType::CrossReferenceTable;
    let mut bytes = Vec::new();
    file.save_to(&mut bytes).unwrap();
    bytes
}

/// With its objects in streams.
fn packed(mut file: Writer) -> Vec<u8> {
    let mut bytes = Vec::new();
    file.save_modern(&mut bytes).unwrap();
    bytes
}

/// A change appended to a file: its second page is turned.
fn turned_later(bytes: Vec<u8>) -> Vec<u8> {
    let file = Writer::load_mem(&bytes).unwrap();
    let page = file.get_pages()[&2];
    let mut later = lopdf::IncrementalDocument::create_from(bytes, file);
    later.opt_clone_object_to_new_document(page).unwrap();
    later.new_document.get_dictionary_mut(page).unwrap().set("Rotate", 180);
    let mut bytes = Vec::new();
    later.save_to(&mut bytes).unwrap();
    bytes
}

fn locked(mut file: Writer) -> Vec<u8> {
    let id = || Value::string_literal(vec![b'i'; 16]);
    file.trailer.set("ID", vec![id(), id()]);
    let version = EncryptionVersion::V2 {
        document: &file,
        owner_password: "owner",
        user_password: "",
        key_length: 128,
        permissions: Permissions::all(),
    };
    let state = EncryptionState::try_from(version).unwrap();
    file.encrypt(&state).unwrap();
    saved(file)
}

fn put(folder: &TempDir, bytes: &[u8]) -> PathBuf {
    let path = folder.path().join("long.pdf");
    fs::write(&path, bytes).unwrap();
    path
}

fn pages_of(document: &Document) -> Vec<Result<Frame, RejectCode>> {
    (0..document.pages()).map(|i| document.page(i, LIMIT).map_err(|r| r.code)).collect()
}

fn is_read_in_parts(path: &Path) -> bool {
    let (held, hash) = Held::read_within(path, TINY).unwrap();
    assert_eq!(hash, *blake3::hash(&fs::read(path).unwrap()).as_bytes());
    let Held::Long(file) = held else { return false };
    matches!(Opened::long(file), Ok((Opened::Long(_), _)))
}

#[test]
fn a_long_file_has_the_same_pages_as_one_that_is_held_whole() {
    let folder = tempfile::tempdir().unwrap();
    for (name, bytes) in [
        ("list in writing", saved(of_every_way())),
        ("objects in streams", packed(of_every_way())),
        ("changed later", turned_later(saved(of_every_way()))),
        ("changed later, objects in streams", turned_later(packed(of_every_way()))),
        ("encrypted", locked(of_every_way())),
    ] {
        let path = put(&folder, &bytes);
        let whole = read(bytes);
        assert_eq!(whole.iter().filter(|page| page.is_err()).count(), 0, "{name}");
        assert!(is_read_in_parts(&path), "{name}");
        for window_bytes in [0, 50_000, 1 << 20] {
            let (held, _) = Held::read_within(&path, Bounds { window_bytes, ..TINY }).unwrap();
            let document = Document::of(held);
            assert!(pages_of(&document) == whole, "{name}, {window_bytes} bytes at once");
            // In another order, as one page is looked up.
            for i in (0..document.pages()).rev().step_by(3) {
                let page = document.page(i, LIMIT).map_err(|r| r.code);
                assert!(page == whole[i as usize], "{name}, page {i} alone");
            }
        }
    }
}

/// Gives the file some bytes at a time.
struct Dripping<'b>(&'b [u8], usize);

impl Read for Dripping<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let most = into.len().min(self.1);
        self.0.read(&mut into[..most])
    }
}

#[test]
fn of_a_long_file_all_but_its_pictures_is_held_wherever_it_is_cut() {
    let bytes = saved(of_every_way());
    for most in [1, 2, 3, 5, 7, 100, 1 << 20] {
        let skeleton = Skeleton::of(&mut Dripping(&bytes, most), &TINY).unwrap().unwrap();
        assert_eq!((skeleton.file_bytes, skeleton.cuts.len()), (bytes.len() as u64, 15), "{most} bytes");
        let mut back = skeleton.bytes.clone();
        for cut in &skeleton.cuts {
            let from = cut.from as usize;
            let picture = &bytes[from..from + cut.bytes];
            assert_eq!(blake3::hash(picture), cut.hash);
            back.splice(from..from, picture.iter().copied());
        }
        assert!(back == bytes, "{most} bytes");
        for kept in 0..bytes.len() as u64 + 10 {
            if let Some(place) = skeleton.place(kept) {
                assert_eq!(skeleton.bytes.get(place), bytes.get(kept as usize));
            }
        }
        let tight = Bounds { skeleton_bytes: 1_000, ..TINY };
        assert!(most < 1 << 20 || Skeleton::of(&mut Dripping(&bytes, most), &tight).unwrap().is_none());
    }
}

#[test]
fn a_file_that_is_changed_after_it_was_opened_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let bytes = saved(of_every_way());
    let path = put(&folder, &bytes);
    let document = Document::of(Held::read_within(&path, Bounds { window_bytes: 0, ..TINY }).unwrap().0);
    let picture = bytes.windows(64).position(|part| part == &noise(4)[..64]).unwrap();
    let mut changed = bytes.clone();
    changed[picture + 100] ^= 1;
    fs::write(&path, changed).unwrap();
    let codes = |document: &Document| -> Vec<Option<RejectCode>> {
        pages_of(document).into_iter().map(Result::err).collect()
    };
    let refused = codes(&document);
    let damaged: Vec<usize> = (0..refused.len()).filter(|i| refused[*i].is_some()).collect();
    assert_eq!((damaged, refused[4]), (vec![4], Some(RejectCode::FileDamaged)));
    fs::write(&path, &bytes[..picture]).unwrap();
    let refused = codes(&document);
    assert_eq!((refused[0], refused[4]), (None, Some(RejectCode::FileUnreadable)));
    // Put back it is what it was.
    fs::write(&path, &bytes).unwrap();
    assert!(codes(&document).iter().all(Option::is_none));
}

#[test]
fn files_whose_objects_must_be_searched_for_are_read_whole() {
    let folder = tempfile::tempdir().unwrap();
    let whole = saved(of_every_way());
    let place = |word: &[u8]| whole.windows(word.len()).rposition(|part| part == word).unwrap();
    let mut nowhere = whole.clone();
    nowhere[place(b"startxref")..].fill(b' ');
    let mut into_a_picture = whole.clone();
    let entry = place(b" 00000 n") - 10;
    let inside = whole.windows(64).position(|part| part == &noise(1)[..64]).unwrap() + 7;
    into_a_picture[entry..entry + 10].copy_from_slice(format!("{inside:010}").as_bytes());
    let mut endless = whole.clone();
    let end = inside + endless[inside..].windows(9).position(|part| part == b"endstream").unwrap();
    endless[end..end + 9].fill(b' ');
    let cut = whole[..whole.len() / 2].to_vec();
    for bytes in [nowhere, into_a_picture, endless, cut] {
        let path = put(&folder, &bytes);
        assert!(!is_read_in_parts(&path));
        let (held, _) = Held::read_within(&path, TINY).unwrap();
        assert!(pages_of(&Document::of(held)) == read(bytes));
    }
}

/// Of 4,500 none ends otherwise.
const CASES: usize = 100;

/// Spoils a file in one place beside its pictures.
fn spoiled(bytes: &[u8], skeleton: &Skeleton, mut dice: impl FnMut(usize) -> usize) -> Vec<u8> {
    let kept: Vec<usize> = (0..bytes.len()).filter(|at| skeleton.place(*at as u64).is_some()).collect();
    let at = kept[dice(kept.len())];
    let to = (at + 1 + dice(30)).min(bytes.len());
    let mut bytes = bytes.to_vec();
    match dice(5) {
        0 => bytes[at] ^= 1 << dice(8),
        1 => bytes[at] = b"0123456789 /<>[]()R\n"[dice(20)],
        2 => drop(bytes.drain(at..to)),
        3 => bytes.truncate(at),
        _ => {
            let piece = bytes[at..to].to_vec();
            bytes.splice(at..at, piece);
        }
    }
    bytes
}

#[test]
fn a_spoiled_long_file_ends_as_one_that_is_held_whole() {
    let folder = tempfile::tempdir().unwrap();
    let page = |seed| Drawing { pictures: vec![noisy(seed)], content: UPRIGHT, rotate: 0 };
    let file = || Writer::load_mem(&written([1, 2, 3].map(page).into())).unwrap();
    let mut state = 7_u64;
    let mut dice = |end: usize| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        (state >> 33) as usize % end
    };
    let mut in_parts = 0;
    for bytes in [saved(file()), packed(file()), turned_later(saved(file()))] {
        let skeleton = Skeleton::of(&mut &bytes[..], &TINY).unwrap().unwrap();
        for case in 0..CASES {
            let bytes = spoiled(&bytes, &skeleton, &mut dice);
            let path = put(&folder, &bytes);
            let (held, _) = Held::read_within(&path, TINY).unwrap();
            in_parts += usize::from(is_read_in_parts(&path));
            assert!(pages_of(&Document::of(held)) == read(bytes), "case {case}");
        }
    }
    assert!(in_parts > CASES / 2, "{in_parts} of {} cases were read in parts", 3 * CASES);
}
