//! The serif font that ships inside the binary: bytes, exact widths, line breaking.
