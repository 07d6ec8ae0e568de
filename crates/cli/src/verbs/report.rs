//! `phieu report`: the quarterly report.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use phieu_model::lang::Lang;
use phieu_model::period::Period;

use crate::context::Context;
use crate::errors::{Exit, Failure};
use crate::workspace::Workspace;
use crate::{screen, system};

/// Arguments of `report`.
#[derive(Debug, Args)]
pub struct ReportArgs {
    /// The quarter.
    #[arg(
        long,
        value_name = "2026Q1",
        help = "Kỳ báo cáo: năm và quý, ví dụ 2026Q1. ‖ The period: year and quarter, for example 2026Q1."
    )]
    period: String,
    /// The folder.
    #[arg(
        long,
        value_name = "DIR",
        help = "Thư mục ghi báo cáo (không nêu: chỉ hiện ra màn hình). ‖ The folder for the report (without it: only the screen)."
    )]
    out: Option<PathBuf>,
    /// The formats.
    #[arg(
        long,
        value_name = "FORMATS",
        value_delimiter = ',',
        default_values_t = [Format::Text, Format::Csv, Format::Html],
        help = "Dạng tệp cần ghi: text, csv, html (mặc định: cả ba). ‖ The files to write: text, csv, html (default: all three)."
    )]
    format: Vec<Format>,
}

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Plain text.
    Text,
    /// CSV for spreadsheets.
    Csv,
    /// One page with charts.
    Html,
}

impl Format {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Text, Self::Csv, Self::Html];

    fn extension(self) -> &'static str {
        match self {
            Self::Text => "txt",
            Self::Csv => "csv",
            Self::Html => "html",
        }
    }
}

impl std::fmt::Display for Format {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Text => "text",
            Self::Csv => "csv",
            Self::Html => "html",
        })
    }
}

/// Writes and shows the report.
pub fn run(args: &ReportArgs, context: &Context) -> Result<Exit, Failure> {
    let period = period(&args.period)?;
    let workspace = context.workspace()?;
    let written =
        report(&workspace, period, args.out.as_deref().map(|out| (out, &args.format[..])), context)?;
    screen::data(&written.text);
    for file in &written.files {
        screen::talk(&match context.lang {
            Lang::Vi => format!("Đã ghi “{}”.", file.display()),
            Lang::En => format!("“{}” is written.", file.display()),
        });
    }
    Ok(Exit::Done)
}

/// A report and where it stands.
pub struct Written {
    /// The report as text.
    pub text: String,
    /// The files written.
    pub files: Vec<PathBuf>,
}

/// The report of `period`, written in these formats into a folder, where one is
/// given.
pub fn report(
    workspace: &Workspace,
    period: Period,
    out: Option<(&Path, &[Format])>,
    context: &Context,
) -> Result<Written, Failure> {
    let lang = context.lang;
    let tables = phieu_report::tables(&workspace.store.tally(period)?);
    let text = phieu_report::to_text(&tables, lang);
    let mut files = Vec::new();
    if let Some((folder, formats)) = out {
        std::fs::create_dir_all(folder).map_err(Failure::writing(folder))?;
        for format in formats {
            let path = folder.join(format!("bao-cao-{period}.{}", format.extension()));
            let bytes = match format {
                Format::Text => text.clone(),
                Format::Csv => phieu_report::to_csv(&tables, lang),
                Format::Html => phieu_report::to_html(&tables, lang),
            };
            system::write_whole(&path, bytes.as_bytes()).map_err(Failure::writing(&path))?;
            files.push(path);
        }
    }
    Ok(Written { text, files })
}

/// The period that was typed.
pub fn period(text: &str) -> Result<Period, Failure> {
    text.trim().parse().map_err(|_| Failure::BadPeriod(text.to_owned()))
}
