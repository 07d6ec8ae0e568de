//! A long file that is read in pieces, each of which is what it was when the file was opened.
//!
//! The blake3 of a file is the root of a tree in which the hash of each piece is a node. So one pass over the file gives both, and
//! what is read later is held against its node: whoever reads gets the bytes that were hashed, or none.

use std::cell::OnceCell;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::sync::{Mutex, PoisonError};

use blake3::Hasher;
use blake3::hazmat::{ChainingValue, HasherExt, Mode, merge_subtrees_non_root, merge_subtrees_root};
use phieu_model::rejection::{RejectCode, Rejection};

use super::damaged;
use super::held::{Bounds, unreadable};

/// A long file that stays open, of which nothing is held.
pub struct Pieces {
    file: Mutex<File>,
    /// Its length.
    bytes: u64,
    piece_bytes: u64,
    /// Of what is read, for one page or for opening.
    most_bytes: u64,
    /// One for each piece.
    nodes: Vec<ChainingValue>,
}

impl Pieces {
    /// Reads a file to its end; with it comes its blake3.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn of(mut file: File, bounds: &Bounds) -> io::Result<(Self, [u8; 32])> {
        let (mut nodes, mut bytes, mut piece) = (Vec::new(), 0, Vec::new());
        let mut hash = blake3::hash(&piece);
        loop {
            piece.clear();
            file.by_ref().take(bounds.piece_bytes).read_to_end(&mut piece)?;
            if piece.is_empty() {
                break;
            }
            if nodes.is_empty() {
                hash = blake3::hash(&piece);
            }
            nodes.push(node(&piece, bytes));
            bytes += piece.len() as u64;
        }
        if nodes.len() > 1 {
            let (left, right) = branches(&nodes);
            hash = merge_subtrees_root(&left, &right, Mode::Hash);
        }
        let (piece_bytes, most_bytes) = (bounds.piece_bytes, bounds.page_bytes);
        Ok((Self { file: Mutex::new(file), bytes, piece_bytes, most_bytes, nodes }, hash.into()))
    }

    /// Reads piece `number`, from 0, of those that it has.
    fn read(&self, number: u64, piece: &mut Vec<u8>) -> Result<(), Rejection> {
        let from = number * self.piece_bytes;
        piece.resize((self.bytes - from).min(self.piece_bytes) as usize, 0);
        {
            let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
            file.seek(SeekFrom::Start(from)).and_then(|_| file.read_exact(piece)).map_err(unreadable)?;
        }
        if self.nodes.get(number as usize) != Some(&node(piece, from)) {
            return Err(damaged("the file was changed while it was read"));
        }
        Ok(())
    }
}

/// The node of the piece that begins at `from`.
fn node(piece: &[u8], from: u64) -> ChainingValue {
    Hasher::new().set_input_offset(from).update(piece).finalize_non_root()
}

/// The two that are below the node of some pieces: a whole tree is on the left, as large as one can be with something on the right.
fn branches(nodes: &[ChainingValue]) -> (ChainingValue, ChainingValue) {
    let (left, right) = nodes.split_at(nodes.len().next_power_of_two() / 2);
    (joined(left), joined(right))
}

fn joined(nodes: &[ChainingValue]) -> ChainingValue {
    if let [node] = nodes {
        return *node;
    }
    let (left, right) = branches(nodes);
    merge_subtrees_non_root(&left, &right, Mode::Hash)
}

/// Reads a file anywhere, with one piece of it at hand. A read is short at the end of the file only.
pub struct PieceReader<'p> {
    pieces: &'p Pieces,
    at: u64,
    /// The piece at hand.
    number: Option<u64>,
    piece: Vec<u8>,
    /// Of all pieces that were read.
    read_bytes: u64,
    refused: &'p OnceCell<Rejection>,
}

impl<'p> PieceReader<'p> {
    /// From the beginning on. The first fault is put into `refused` and stays: whoever passes over an error is not given other bytes.
    pub fn on(pieces: &'p Pieces, refused: &'p OnceCell<Rejection>) -> Self {
        Self { pieces, at: 0, number: None, piece: Vec::new(), read_bytes: 0, refused }
    }

    /// Length of the file.
    pub fn bytes(&self) -> u64 {
        self.pieces.bytes
    }

    /// Takes a piece to hand.
    fn fetch(&mut self, number: u64) -> Result<(), Rejection> {
        if self.number == Some(number) {
            return Ok(());
        }
        self.number = None;
        self.read_bytes += self.pieces.piece_bytes;
        if self.read_bytes > self.pieces.most_bytes {
            let detail = format!("more than {} bytes have to be read", self.pieces.most_bytes);
            return Err(Rejection::new(RejectCode::PageTooComplex, detail));
        }
        self.pieces.read(number, &mut self.piece)?;
        self.number = Some(number);
        Ok(())
    }
}

impl Read for PieceReader<'_> {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        let mut read = 0;
        while read < out.len() && self.at < self.pieces.bytes {
            if self.refused.get().is_none()
                && let Err(rejection) = self.fetch(self.at / self.pieces.piece_bytes)
            {
                self.refused.get_or_init(|| rejection);
            }
            if let Some(rejection) = self.refused.get() {
                return Err(io::Error::other(rejection.detail.clone()));
            }
            let piece = &self.piece[(self.at % self.pieces.piece_bytes) as usize..];
            let some = piece.len().min(out.len() - read);
            out[read..read + some].copy_from_slice(&piece[..some]);
            read += some;
            self.at += some as u64;
        }
        Ok(read)
    }
}

impl Seek for PieceReader<'_> {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        let at = match to {
            SeekFrom::Start(at) => Some(at),
            SeekFrom::Current(by) => self.at.checked_add_signed(by),
            SeekFrom::End(by) => self.pieces.bytes.checked_add_signed(by),
        };
        self.at = at.ok_or(io::ErrorKind::InvalidInput)?;
        Ok(self.at)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where something is not as it says")]
mod tests {
    use std::fs;

    use super::*;
    use crate::decode::held::BOUNDS;

    const SMALL: Bounds = Bounds { piece_bytes: 1024, ..BOUNDS };

    fn noise(length: usize) -> Vec<u8> {
        (0..length).map(|i| (i * i / 7 + i / 251) as u8).collect()
    }

    #[test]
    fn the_nodes_of_all_pieces_make_the_hash_of_the_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        for length in [0, 1, 1023, 1024, 1025, 2048, 2049, 4096, 5000, 7 * 1024, 8 * 1024 + 1, 300_000] {
            let bytes = noise(length);
            fs::write(file.path(), &bytes).unwrap();
            for piece_bytes in [1024, 4096, BOUNDS.piece_bytes] {
                let bounds = Bounds { piece_bytes, ..BOUNDS };
                let (pieces, hash) = Pieces::of(File::open(file.path()).unwrap(), &bounds).unwrap();
                assert_eq!(pieces.bytes, length as u64);
                assert_eq!(hash, *blake3::hash(&bytes).as_bytes(), "{length} bytes by {piece_bytes}");
            }
        }
    }

    #[test]
    fn a_file_is_read_in_pieces_as_from_memory() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let bytes = noise(5000);
        fs::write(file.path(), &bytes).unwrap();
        let (pieces, _) = Pieces::of(File::open(file.path()).unwrap(), &SMALL).unwrap();
        let refused = OnceCell::new();
        let (mut reader, mut memory) = (PieceReader::on(&pieces, &refused), io::Cursor::new(&bytes));
        for from in [4999, 0, 1023, 1024, 3000, 5000, 9000] {
            for length in [1, 2, 1024, 1025, 4000, 9000] {
                let (mut found, mut wanted) = (vec![0; length], vec![0; length]);
                reader.seek(SeekFrom::Start(from)).unwrap();
                memory.seek(SeekFrom::Start(from)).unwrap();
                assert_eq!(reader.read(&mut found).unwrap(), memory.read(&mut wanted).unwrap());
                assert!(found == wanted, "{length} bytes from {from}");
            }
        }
        for to in [SeekFrom::End(-7), SeekFrom::Current(5), SeekFrom::Current(-12)] {
            assert_eq!(reader.seek(to).unwrap(), memory.seek(to).unwrap());
        }
        assert!(reader.seek(SeekFrom::End(-5001)).is_err());
    }

    #[test]
    fn after_a_piece_that_is_another_nothing_is_read_any_more() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let bytes = noise(5000);
        fs::write(file.path(), &bytes).unwrap();
        let (pieces, _) = Pieces::of(File::open(file.path()).unwrap(), &SMALL).unwrap();
        let mut changed = bytes.clone();
        changed[2100] ^= 1;
        for (content, code) in
            [(&changed[..], RejectCode::FileDamaged), (&bytes[..2500], RejectCode::FileUnreadable)]
        {
            fs::write(file.path(), content).unwrap();
            let refused = OnceCell::new();
            let mut reader = PieceReader::on(&pieces, &refused);
            let mut out = [0; 10];
            reader.read_exact(&mut out).unwrap();
            reader.seek(SeekFrom::Start(2050)).unwrap();
            assert!(reader.read_exact(&mut out).is_err());
            reader.rewind().unwrap();
            assert!(reader.read_exact(&mut out).is_err(), "though this piece is what it was");
            assert_eq!(refused.get().unwrap().code, code);
        }
    }

    #[test]
    fn who_jumps_to_and_fro_is_stopped() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), noise(5000)).unwrap();
        let bounds = Bounds { page_bytes: 10 * 1024, ..SMALL };
        let (pieces, _) = Pieces::of(File::open(file.path()).unwrap(), &bounds).unwrap();
        let refused = OnceCell::new();
        let mut reader = PieceReader::on(&pieces, &refused);
        let mut jumps = (0..).take_while(|jump| {
            reader.seek(SeekFrom::Start(jump % 2 * 4000)).unwrap();
            reader.read(&mut [0; 10]).is_ok()
        });
        assert_eq!(jumps.by_ref().count(), 10);
        assert_eq!(refused.get().unwrap().code, RejectCode::PageTooComplex);
    }
}
