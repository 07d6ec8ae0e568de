//! Ways of spoiling bytes.

/// Random numbers that follow from a seed and the number of a case (splitmix64).
pub struct Dice(u64);

impl Dice {
    /// Those of this case.
    pub fn new(seed: u64, case: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ case.wrapping_mul(0xd1b5_4a32_d192_ed03))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ z >> 31
    }

    /// A number from 0, below `end` (or 0).
    pub fn below(&mut self, end: usize) -> usize {
        (self.next() % end.max(1) as u64) as usize
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())]
    }
}

/// Numbers at which programs go wrong.
const EDGES: [u64; 20] = [
    0,
    1,
    2,
    7,
    8,
    16,
    32,
    64,
    127,
    128,
    255,
    256,
    4095,
    32_767,
    32_768,
    65_535,
    65_536,
    0x7fff_ffff,
    0xffff_fffe,
    0xffff_ffff,
];
/// The same in writing.
const WORDS: [&[u8]; 16] = [
    b"0",
    b"-1",
    b"1",
    b"65535",
    b"65536",
    b"2147483647",
    b"4294967295",
    b"99999999999999999999",
    b"0.00001",
    b"/FlateDecode",
    b"/LZWDecode",
    b"/JBIG2Decode",
    b"<<",
    b"[[[[",
    b"1 0 R",
    b"\n\"\"\"",
];

/// The bytes spoiled in one place or some, at times with a piece of another file.
pub fn spoiled(bytes: &[u8], other: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    for _ in 0..1 + dice.below(4) * dice.below(3) {
        spoil(&mut bytes, other, dice);
    }
    bytes
}

fn spoil(bytes: &mut Vec<u8>, other: &[u8], dice: &mut Dice) {
    let at = dice.below(bytes.len());
    let length = 1 + dice.pick(&[1, 4, 16, 64, 1024]);
    let to = (at + dice.below(length) + 1).min(bytes.len());
    match dice.below(9) {
        0 if at < bytes.len() => bytes[at] ^= 1 << dice.below(8),
        1 if at < bytes.len() => bytes[at] = dice.next() as u8,
        2 => {
            let edge = dice.pick(&EDGES);
            let size = dice.pick(&[1, 2, 4]);
            let number = if dice.below(2) == 0 {
                edge.to_le_bytes()[..size].to_vec()
            } else {
                edge.to_be_bytes()[8 - size..].to_vec()
            };
            bytes.truncate(bytes.len().max(at));
            for (byte, new) in bytes[at..].iter_mut().zip(number) {
                *byte = new;
            }
        }
        // A number in writing becomes another.
        3 => {
            let digits = |byte: &u8| byte.is_ascii_digit();
            if let Some(from) = bytes[at..].iter().position(digits).map(|k| at + k) {
                let end =
                    bytes[from..].iter().position(|byte| !digits(byte)).map_or(bytes.len(), |k| from + k);
                bytes.splice(from..end, dice.pick(&WORDS).iter().copied());
            }
        }
        4 => drop(bytes.drain(at..to)),
        5 => bytes.truncate(at),
        6 => {
            let piece = bytes[at..to].repeat(1 + dice.pick(&[1, 2, 16, 300]));
            bytes.splice(at..at, piece);
        }
        7 => {
            let from = dice.below(other.len());
            let end = (from + length).min(other.len());
            bytes.splice(at..to, other[from..end].iter().copied());
        }
        _ => drop(bytes.splice(at..at, dice.pick(&WORDS).iter().copied())),
    }
}
