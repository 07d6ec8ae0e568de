//! The command line: global options and the verbs.
//!
//! Help texts carry both languages, Vietnamese first, parted by [`SEPARATOR`];
//! [`crate::help`] keeps the one that is asked for.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::{ArgAction, CommandFactory, FromArgMatches, Parser};
use phieu_model::lang::Lang;
use phieu_model::period::Date;

use crate::help;
use crate::verbs::Verb;

/// Between the Vietnamese and the English text of a help string.
pub const SEPARATOR: &str = " ‖ ";

/// The whole command line.
#[derive(Debug, Parser)]
#[command(
    name = "phieu",
    version,
    disable_help_subcommand = true,
    disable_help_flag = true,
    disable_version_flag = true,
    about = "In phiếu khảo sát có mã QR, đọc phiếu đã quét, rà soát, lập báo cáo quý. ‖ Prints survey sheets with QR codes, reads the scans, reviews, reports each quarter."
)]
pub struct Args {
    /// The office's folder.
    #[arg(
        long,
        global = true,
        env = "PHIEU_WORKSPACE",
        value_name = "DIR",
        help = "Thư mục làm việc của cơ quan: cơ sở dữ liệu, khóa, thiết lập (hoặc biến PHIEU_WORKSPACE). ‖ The office's folder: database, key, settings (or the variable PHIEU_WORKSPACE)."
    )]
    pub workspace: Option<PathBuf>,
    /// The language; read from the raw arguments before this is parsed.
    #[arg(
        long,
        global = true,
        value_name = "vi|en",
        value_parser = ["vi", "en"],
        help = "Ngôn ngữ: vi (mặc định) hoặc en. ‖ Language: vi (the default) or en."
    )]
    pub lang: Option<String>,
    /// The day that counts as today, for tests and the demonstration.
    #[arg(
        long,
        global = true,
        hide = true,
        env = "PHIEU_TODAY",
        value_name = "YYYY-MM-DD",
        help = "Ngày được coi là hôm nay (để kiểm thử). ‖ The day that counts as today (for tests)."
    )]
    pub today: Option<Date>,
    /// Shows help.
    #[arg(
        short,
        long,
        global = true,
        action = ArgAction::Help,
        help = "Hiện trợ giúp. ‖ Shows this help."
    )]
    help: Option<bool>,
    /// Shows the version.
    #[arg(
        short = 'V',
        long,
        action = ArgAction::Version,
        help = "Hiện phiên bản. ‖ Shows the version."
    )]
    version: Option<bool>,
    /// What to do.
    #[command(subcommand)]
    pub verb: Verb,
}

/// The language asked for by the raw arguments, so that even a wrong command line
/// is answered in it.
pub fn lang_of(argv: &[OsString]) -> Lang {
    let asked = argv.iter().enumerate().find_map(|(i, arg)| {
        let arg = arg.to_str()?;
        match arg.strip_prefix("--lang") {
            Some("") => argv.get(i + 1)?.to_str(),
            Some(rest) => rest.strip_prefix('='),
            None => None,
        }
    });
    match asked {
        Some("en") => Lang::En,
        _ => Lang::Vi,
    }
}

/// The command with all its texts in `lang`.
pub fn command(lang: Lang) -> clap::Command {
    help::localised(Args::command(), lang)
}

/// The parsed command line, or clap's reason to stop (help counts as one).
pub fn parse(argv: Vec<OsString>, lang: Lang) -> Result<Args, clap::Error> {
    let mut command = command(lang);
    let matches = command.try_get_matches_from_mut(argv)?;
    Args::from_arg_matches(&matches).map_err(|e| e.format(&mut command))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_well_formed() {
        command(Lang::Vi).debug_assert();
        command(Lang::En).debug_assert();
    }

    #[test]
    fn the_language_is_known_before_the_arguments_are_parsed() {
        let of = |line: &str| lang_of(&line.split(' ').map(OsString::from).collect::<Vec<_>>());
        assert_eq!(of("phieu --lang en nonsense"), Lang::En);
        assert_eq!(of("phieu nonsense --lang=en"), Lang::En);
        assert_eq!(of("phieu nonsense"), Lang::Vi);
        assert_eq!(of("phieu --lang vi scan"), Lang::Vi);
        assert_eq!(of("phieu --lang"), Lang::Vi);
    }

    #[test]
    fn every_verb_and_option_speaks_both_languages() {
        fn walk(command: &clap::Command, missing: &mut Vec<String>) {
            let path = command.get_name().to_owned();
            let mut check = |what: String, text: Option<String>| {
                let parts: Vec<String> =
                    text.unwrap_or_default().split(SEPARATOR).map(str::to_owned).collect();
                if parts.len() != 2 || parts.iter().any(|p| p.trim().is_empty()) {
                    missing.push(what);
                }
            };
            check(path.clone(), command.get_about().map(ToString::to_string));
            for arg in command.get_arguments() {
                check(format!("{path} {}", arg.get_id()), arg.get_help().map(ToString::to_string));
            }
            command.get_subcommands().for_each(|sub| walk(sub, missing));
        }
        let mut missing = Vec::new();
        walk(&Args::command(), &mut missing);
        assert!(missing.is_empty(), "without both languages: {missing:?}");
    }
}
