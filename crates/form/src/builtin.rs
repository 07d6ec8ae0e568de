//! The templates that ship inside the binary.

/// A template inside the binary.
#[derive(Debug, Clone, Copy)]
pub struct Builtin {
    /// The form: its folder name.
    pub form: &'static str,
    /// The version, from 1.
    pub version: u16,
    /// The file's name below `form-templates/`, for faults.
    pub file: &'static str,
    /// The file's text.
    pub text: &'static str,
}

/// All templates inside the binary, every version of every form: a sheet printed from
/// an old one must stay readable.
pub const BUILTIN: &[Builtin] = &[Builtin {
    form: "phieu-khao-sat-tthc",
    version: 1,
    file: "form-templates/phieu-khao-sat-tthc/v1.toml",
    text: include_str!("../../../form-templates/phieu-khao-sat-tthc/v1.toml"),
}];
