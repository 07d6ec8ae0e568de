//! What the code on a sheet says, and the proof that this office printed it.
//!
//! `KSTT.1.1.26Q4-000123-7XK.7F3KA.M2C.4XH7PAKR3WT`: form code, version, page,
//! serial, short layout fingerprint, key id, truncated keyed MAC. Every character
//! is of QR's alphanumeric mode. The payload holds nothing about a person or a
//! dossier.

use std::fmt;

use crate::layout::{Fingerprint, Layout};
use crate::serial::Serial;

/// RFC 4648 base32, which QR's alphanumeric mode holds.
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const FINGERPRINT_CHARS: usize = 5;
const KEY_ID_CHARS: usize = 3;
/// 11 characters of 5 bits: a forger who may try a thousand sheets a day needs
/// 10^11 years for an even chance.
const MAC_CHARS: usize = 11;

/// The office's secret, which proves that a sheet is its own.
#[derive(Clone, PartialEq, Eq)]
pub struct OfficeKey([u8; 32]);

impl OfficeKey {
    /// The key with these bytes, which must come from a good random source.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The secret bytes.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// A short public name of the key, so that another office's sheet is called
    /// that and not a forgery.
    fn id(&self) -> String {
        base32(&blake3::derive_key("phieu 2026 key id", &self.0), KEY_ID_CHARS)
    }

    fn mac(&self, signed: &str) -> String {
        base32(blake3::keyed_hash(&self.0, signed.as_bytes()).as_bytes(), MAC_CHARS)
    }
}

impl fmt::Debug for OfficeKey {
    /// Never shows the secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OfficeKey({})", self.id())
    }
}

/// The first characters of `bytes` in base32.
fn base32(bytes: &[u8], chars: usize) -> String {
    (0..chars)
        .map(|i| {
            let bit = i * 5;
            let pair =
                u16::from(bytes[bit / 8]) << 8 | u16::from(bytes.get(bit / 8 + 1).copied().unwrap_or(0));
            char::from(BASE32[usize::from(pair >> (11 - bit % 8) & 31)])
        })
        .collect()
}

fn short(fingerprint: Fingerprint) -> String {
    base32(&fingerprint.0, FINGERPRINT_CHARS)
}

/// What a proven code says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetId {
    /// Form code, four capital letters.
    pub code: String,
    /// Form version.
    pub version: u16,
    /// Page of the form, from 1.
    pub page: u8,
    /// The sheet.
    pub serial: Serial,
}

/// Why a code is not a sheet of this office. Each is refused by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PayloadFault {
    /// It does not look like a payload of phieu at all: another document's code.
    Foreign,
    /// It looks like one, but a part does not fit the others: altered or forged.
    Altered,
    /// Made with another key: another office's sheet.
    OtherOffice,
    /// The form or version is not known here.
    UnknownForm {
        /// Form code read.
        code: String,
        /// Version read.
        version: u16,
    },
    /// Proven, but its layout is not the one known here under this version.
    OtherLayout {
        /// Form code read.
        code: String,
        /// Version read.
        version: u16,
        /// The sheet.
        serial: Serial,
    },
}

/// The code's text for page `page` of a sheet.
pub fn encode(known: &KnownLayout, page: u8, serial: &Serial, key: &OfficeKey) -> String {
    let KnownLayout { layout, short_fingerprint } = known;
    let signed =
        format!("{}.{}.{page}.{serial}.{short_fingerprint}.{}", layout.code, layout.version, key.id());
    let mac = key.mac(&signed);
    format!("{signed}.{mac}")
}

/// A layout and its short fingerprint, computed once for a whole batch.
pub struct KnownLayout<'a> {
    /// The layout.
    pub layout: &'a Layout,
    short_fingerprint: String,
}

impl<'a> KnownLayout<'a> {
    /// Prepares `layout` for [`encode`] and [`decode`].
    pub fn new(layout: &'a Layout) -> Self {
        Self { layout, short_fingerprint: short(layout.fingerprint()) }
    }
}

/// What the code says and the layout it belongs to, or the named reason why it is
/// not a sheet of this office. Nothing is guessed: one changed character is refused.
pub fn decode<'k, 'a>(
    text: &str,
    known: &'k [KnownLayout<'a>],
    key: &OfficeKey,
) -> Result<(SheetId, &'k KnownLayout<'a>), PayloadFault> {
    let parts: Vec<&str> = text.split('.').collect();
    let [code, version, page, serial, fingerprint, key_id, mac] = parts[..] else {
        return Err(PayloadFault::Foreign);
    };
    let base32_of = |s: &str, n: usize| s.len() == n && s.bytes().all(|c| BASE32.contains(&c));
    let shaped = code.len() == 4
        && code.bytes().all(|c| c.is_ascii_uppercase())
        && base32_of(fingerprint, FINGERPRINT_CHARS)
        && base32_of(key_id, KEY_ID_CHARS)
        && base32_of(mac, MAC_CHARS)
        && serial.len() == 15;
    if !shaped {
        return Err(PayloadFault::Foreign);
    }
    let parsed = (canonical::<u16>(version), canonical::<u8>(page), serial.parse::<Serial>());
    let (Some(version), Some(page), Ok(serial_value)) = parsed else {
        return Err(PayloadFault::Altered);
    };
    if key_id != key.id() {
        return Err(PayloadFault::OtherOffice);
    }
    // The serial is compared as written: a forgiving parse must not let two texts
    // stand for one sheet.
    let signed = &text[..text.len() - MAC_CHARS - 1];
    if serial_value.as_str() != serial || key.mac(signed) != mac {
        return Err(PayloadFault::Altered);
    }
    let Some(found) = known.iter().find(|k| k.layout.code == code && k.layout.version == version) else {
        return Err(PayloadFault::UnknownForm { code: code.to_owned(), version });
    };
    if found.short_fingerprint != fingerprint || found.layout.page(page).is_none() {
        return Err(PayloadFault::OtherLayout { code: code.to_owned(), version, serial: serial_value });
    }
    Ok((SheetId { code: code.to_owned(), version, page, serial: serial_value }, found))
}

/// A number written without sign or leading zeros.
fn canonical<T: std::str::FromStr + ToString>(text: &str) -> Option<T> {
    text.parse::<T>().ok().filter(|n| n.to_string() == text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::PageLayout;
    use crate::period::Period;

    fn layout(version: u16) -> Layout {
        Layout {
            form: "phieu-thu".into(),
            code: "THUX".into(),
            version,
            page_size_mm: [210.0, 297.0],
            box_line_mm: 0.3,
            questions: vec![],
            pages: vec![PageLayout {
                page: 1,
                boxes: vec![],
                questions: vec![],
                fields: vec![],
                marks: vec![],
                qr: vec![],
                slots: vec![],
                texts: vec![],
                rules: vec![],
            }],
        }
    }

    fn key(n: u8) -> OfficeKey {
        OfficeKey::new([n; 32])
    }

    fn serial() -> Serial {
        Serial::new(Period::new(2026, 1).unwrap(), 42, 77).unwrap()
    }

    #[test]
    fn a_payload_comes_back_whole() {
        let layout = layout(1);
        let known = [KnownLayout::new(&layout)];
        let text = encode(&known[0], 1, &serial(), &key(7));
        assert!(text.len() <= 47, "must fit QR version 3-Q: {text}");
        let (id, _) = decode(&text, &known, &key(7)).unwrap();
        assert_eq!(id, SheetId { code: "THUX".into(), version: 1, page: 1, serial: serial() });
    }

    #[test]
    fn a_payload_with_a_flipped_character_is_never_accepted() {
        let layout = layout(1);
        let known = [KnownLayout::new(&layout)];
        let text = encode(&known[0], 1, &serial(), &key(7));
        for place in 0..text.len() {
            for c in (b' '..=b'Z').chain(b'a'..=b'z') {
                let mut bytes = text.as_bytes().to_vec();
                if bytes[place] == c {
                    continue;
                }
                bytes[place] = c;
                let altered = String::from_utf8(bytes).unwrap();
                assert!(decode(&altered, &known, &key(7)).is_err(), "{altered}");
            }
        }
    }

    #[test]
    fn each_stranger_is_refused_by_its_name() {
        let (one, two) = (layout(1), layout(2));
        let known = [KnownLayout::new(&one)];
        let decode = |text: &str| decode(text, &known, &key(7)).map(|_| ()).unwrap_err();
        assert_eq!(decode("https://example.vn/abc"), PayloadFault::Foreign);
        assert_eq!(decode(&encode(&known[0], 1, &serial(), &key(8))), PayloadFault::OtherOffice);
        assert_eq!(
            decode(&encode(&KnownLayout::new(&two), 1, &serial(), &key(7))),
            PayloadFault::UnknownForm { code: "THUX".into(), version: 2 }
        );
        let mut moved = layout(1);
        moved.box_line_mm = 0.4;
        assert_eq!(
            decode(&encode(&KnownLayout::new(&moved), 1, &serial(), &key(7))),
            PayloadFault::OtherLayout { code: "THUX".into(), version: 1, serial: serial() }
        );
    }
}
