//! `phieu layout`: where things are on the paper.

use std::path::PathBuf;

use clap::Args;

use crate::context::Context;
use crate::errors::{Exit, Failure};
use crate::{screen, system, templates};

/// Arguments of `layout`.
#[derive(Debug, Args)]
pub struct LayoutArgs {
    /// The form.
    #[arg(value_name = "FORM", help = "Tên mẫu phiếu. ‖ The form.")]
    form: String,
    /// Its version.
    #[arg(
        long,
        value_name = "N",
        help = "Phiên bản (mặc định: mới nhất). ‖ Its version (default: the newest)."
    )]
    version: Option<u16>,
    /// Where to write.
    #[arg(
        long,
        value_name = "FILE",
        help = "Tệp JSON cần ghi (mặc định: ra màn hình). ‖ The JSON file to write (default: the screen)."
    )]
    out: Option<PathBuf>,
}

/// Writes `layout.json`.
pub fn run(args: &LayoutArgs, context: &Context) -> Result<Exit, Failure> {
    let layout = templates::find(context.folder.as_deref(), &args.form, args.version)?;
    let json = serde_json::to_string_pretty(&layout.exchange_json()).expect("a layout is plain data") + "\n";
    match &args.out {
        Some(path) => system::write_whole(path, json.as_bytes()).map_err(Failure::writing(path))?,
        None => screen::data(&json),
    }
    Ok(Exit::Done)
}
