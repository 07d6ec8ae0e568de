//! `phieu init`: a new workspace.

use std::path::PathBuf;

use clap::Args;
use phieu_model::lang::Lang;

use crate::context::Context;
use crate::errors::{Exit, Failure};
use crate::workspace::Workspace;
use crate::{office_file, screen};

/// Arguments of `init`.
#[derive(Debug, Args)]
pub struct Init {
    /// The example office.
    #[arg(
        long,
        conflicts_with_all = ["office", "show_example"],
        help = "Dùng cơ quan mẫu (8 đơn vị, 43 thủ tục). ‖ Use the example office (8 units, 43 procedures)."
    )]
    example: bool,
    /// An office description.
    #[arg(
        long,
        value_name = "FILE.toml",
        conflicts_with = "show_example",
        help = "Tệp mô tả cơ quan: tên, đơn vị, thủ tục. ‖ The office's description: names, units, procedures."
    )]
    office: Option<PathBuf>,
    /// Shows the form of an office description.
    #[arg(
        long,
        help = "Hiện tệp mô tả của cơ quan mẫu, không tạo gì. ‖ Show the example office's description; makes nothing."
    )]
    show_example: bool,
}

/// Makes the workspace.
pub fn run(args: &Init, context: &Context) -> Result<Exit, Failure> {
    if args.show_example {
        screen::data(office_file::EXAMPLE);
        return Ok(Exit::Done);
    }
    let folder = context.named_folder()?;
    let office = match &args.office {
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(Failure::reading(path))?;
            office_file::parse(&path.to_string_lossy(), &text)
        }
        None if args.example => office_file::parse("office.toml", office_file::EXAMPLE),
        None => return Err(Failure::NoOffice),
    }
    .map_err(Failure::OfficeFile)?;
    let workspace = Workspace::create(folder, &office, context.stamp())?;
    let (units, procedures) = (office.units.len(), office.procedures.len());
    let folder = workspace.folder.display();
    screen::talk(&match context.lang {
        Lang::Vi => format!(
            "Đã tạo thư mục làm việc “{folder}” cho {}: {units} đơn vị, {procedures} thủ tục.\n\
             Hãy sao lưu tệp office.key ở nơi an toàn: mất khóa thì các phiếu đã in không nhận được nữa.",
            office.name
        ),
        Lang::En => format!(
            "The folder “{folder}” is ready for {}: {units} units, {procedures} procedures.\n\
             Keep a copy of office.key in a safe place: without it no printed sheet can be recognised.",
            office.name
        ),
    });
    Ok(Exit::Done)
}
