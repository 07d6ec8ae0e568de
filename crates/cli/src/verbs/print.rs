//! `phieu print`: registers sheets and writes them into one PDF file.
//!
//! The order of the steps decides what a crash can leave behind. The ledger comes
//! first, so that no sheet can be on paper that it does not know; the files come
//! last, whole or not at all, `sheets.json` before the PDF. A crash in between
//! leaves serials that were never printed, and they are never used again.

use std::path::{Path, PathBuf};

use clap::Args;
use phieu_model::lang::Lang;
use phieu_model::layout::Layout;
use phieu_model::office::{Office, Procedure, Unit};
use phieu_model::period::{Date, Period};
use phieu_model::serial::{MAX_RUNNING_NUMBER, Serial};
use phieu_print::{PlacedSheet, Sheet};
use phieu_store::PrintOrder;

use crate::context::Context;
use crate::errors::{Exit, Failure, Named, Unknown};
use crate::system::PendingFile;
use crate::workspace::Workspace;
use crate::{office_file, screen, system};

/// The most sheets in one file: a page takes about 50 kB of memory while it is
/// written, and a file of 2,000 sheets is still one that print queues take.
pub const MOST_SHEETS: u32 = 2_000;

/// Arguments of `print`.
#[derive(Debug, Args)]
pub struct Print {
    /// The form.
    #[arg(long, value_name = "FORM", help = "Tên mẫu phiếu. ‖ The form.")]
    pub form: String,
    /// Its version.
    #[arg(
        long,
        value_name = "N",
        help = "Phiên bản mẫu (mặc định: mới nhất). ‖ The form's version (default: the newest)."
    )]
    pub version: Option<u16>,
    /// The unit.
    #[arg(long, value_name = "ID", help = "Mã đơn vị, ví dụ qltm. ‖ The unit's id, for example qltm.")]
    pub unit: String,
    /// The procedure.
    #[arg(
        long,
        value_name = "CODE",
        help = "Mã thủ tục hành chính, ví dụ 2.000648. ‖ The procedure's code, for example 2.000648."
    )]
    pub procedure: String,
    /// How many.
    #[arg(
        long,
        value_name = "N",
        default_value_t = 1,
        help = "Số phiếu, từ 1 đến 2000 (mặc định: 1). ‖ Number of sheets, 1 to 2000 (default: 1)."
    )]
    pub count: u32,
    /// The counter.
    #[arg(
        long,
        value_name = "NAME",
        help = "Quầy phát phiếu, ghi vào sổ. ‖ The counter that hands the sheets out, for the ledger."
    )]
    pub counter: Option<String>,
    /// The PDF.
    #[arg(long, value_name = "FILE.pdf", help = "Tệp PDF cần ghi. ‖ The PDF file to write.")]
    pub out: PathBuf,
    /// The list of sheets.
    #[arg(
        long,
        value_name = "FILE.json",
        help = "Ghi kèm danh sách phiếu theo trang (sheets.json). ‖ Also write which sheet is on which page (sheets.json)."
    )]
    pub sheets_out: Option<PathBuf>,
}

/// Registers and prints, and says what to do next.
pub fn run(args: &Print, context: &Context) -> Result<Exit, Failure> {
    let mut workspace = context.workspace()?;
    let sheets = print(args, &mut workspace, context)?;
    let (first, last) = ends(&sheets);
    let out = args.out.display();
    let count = args.count;
    screen::talk(&match context.lang {
        Lang::Vi => format!(
            "Đã vào sổ và ghi {count} phiếu, seri {first} – {last}, vào “{out}”. In ở khổ A4, tỷ lệ 100%."
        ),
        Lang::En => format!(
            "{count} sheets, serials {first} – {last}, are in the ledger and in “{out}”. Print on A4 at 100 %."
        ),
    });
    Ok(Exit::Done)
}

/// Registers and prints the sheets; what stands on each page comes back.
pub fn print(
    args: &Print,
    workspace: &mut Workspace,
    context: &Context,
) -> Result<Vec<PlacedSheet>, Failure> {
    if args.count == 0 || args.count > MOST_SHEETS {
        return Err(Failure::CountOutOfRange { count: args.count, most: MOST_SHEETS });
    }
    let office = workspace.store.office()?;
    let unit = unit_on(&office, &args.unit, context.today)?;
    let procedure = procedure(&office, unit, &args.procedure)?;
    if procedure.unit != unit.id {
        let (code, usual, given) = (&procedure.code, &procedure.unit, &unit.id);
        screen::talk(&match context.lang {
            Lang::Vi => format!(
                "Lưu ý: theo danh mục, thủ tục {code} do {usual} giải quyết, phiếu này in cho {given}."
            ),
            Lang::En => format!(
                "Note: by the office's list, {usual} handles procedure {code}; these sheets are for {given}."
            ),
        });
    }
    let layout = workspace.layout(&args.form, args.version)?;
    let key = workspace.key()?;
    let sheet_of = |serial: Serial| Sheet {
        serial,
        procedure: office_file::printed_procedure(procedure),
        unit: unit.name.clone(),
    };
    // What cannot be drawn is found before the ledger is written.
    phieu_print::pdf(&layout, &key, &[sheet_of(trial_serial(context.today))])?;
    let pdf = Output::open(&args.out)?;
    let list = args.sheets_out.as_deref().map(Output::open).transpose()?;

    let serials = register(args, &layout, workspace, context)?;
    let sheets: Vec<Sheet> = serials.iter().cloned().map(sheet_of).collect();
    let written = || -> Result<Vec<PlacedSheet>, Failure> {
        let printed = phieu_print::pdf(&layout, &key, &sheets)?;
        let json =
            serde_json::to_vec_pretty(&printed.sheets).expect("serials and page numbers are plain data");
        let list = list.map(|list| list.fill(&json)).transpose()?;
        let pdf = pdf.fill(&printed.pdf)?;
        list.map(Output::put_in_place).transpose()?;
        pdf.put_in_place()?;
        Ok(printed.sheets)
    };
    written().map_err(|cause| {
        let ends = serials.first().zip(serials.last()).expect("at least one sheet was registered");
        Failure::RegisteredButUnprinted {
            first: ends.0.to_string(),
            last: ends.1.to_string(),
            count: args.count,
            cause: Box::new(cause),
        }
    })
}

fn register(
    args: &Print,
    layout: &Layout,
    workspace: &mut Workspace,
    context: &Context,
) -> Result<Vec<Serial>, Failure> {
    let salts = (0..args.count)
        .map(|_| system::random_bytes::<2>().map(u16::from_le_bytes))
        .collect::<Result<Vec<_>, _>>()
        .map_err(Failure::NoRandom)?;
    let order = PrintOrder {
        layout,
        unit: &args.unit,
        procedure: &args.procedure,
        counter: args.counter.as_deref(),
        printed_on: context.today,
        salts: &salts,
    };
    Ok(workspace.store.register_sheets(&order, context.stamp())?)
}

/// The unit with this id, which must be in being on `day`.
fn unit_on<'a>(office: &'a Office, id: &str, day: Date) -> Result<&'a Unit, Failure> {
    let unit = office.units.iter().find(|u| u.id == id).ok_or_else(|| {
        Failure::Unknown(Unknown {
            what: Named::Unit,
            given: id.to_owned(),
            known: office.units.iter().map(|u| format!("{} ({})", u.id, u.name)).collect(),
        })
    })?;
    if unit.valid_from.is_some_and(|from| day < from) || unit.valid_to.is_some_and(|to| day > to) {
        return Err(Failure::UnitNotValid { unit: id.to_owned(), day, successor: unit.successor.clone() });
    }
    Ok(unit)
}

/// The procedure with this code; for one that is not known, those of the unit are
/// named.
fn procedure<'a>(office: &'a Office, unit: &Unit, code: &str) -> Result<&'a Procedure, Failure> {
    office.procedures.iter().find(|p| p.code == code).ok_or_else(|| {
        let of_unit = office.procedures.iter().filter(|p| p.unit == unit.id);
        let known = of_unit.map(|p| format!("{} ({})", p.code, p.name)).collect();
        Failure::Unknown(Unknown { what: Named::Procedure, given: code.to_owned(), known })
    })
}

/// A serial for the sheet that is drawn and thrown away; as wide as any other.
fn trial_serial(day: Date) -> Serial {
    Serial::new(Period::of(day), MAX_RUNNING_NUMBER, 0)
        .or_else(|| Serial::new(Period::new(2026, 1)?, MAX_RUNNING_NUMBER, 0))
        .expect("the largest running number of 2026 is a serial")
}

/// The first and the last serial.
pub fn ends(sheets: &[PlacedSheet]) -> (&Serial, &Serial) {
    sheets
        .first()
        .zip(sheets.last())
        .map(|(first, last)| (&first.serial, &last.serial))
        .expect("a printed file has at least one sheet")
}

/// An output file whose path stays known for messages.
struct Output {
    file: PendingFile,
    path: PathBuf,
}

impl Output {
    fn open(path: &Path) -> Result<Self, Failure> {
        let file = PendingFile::create(path).map_err(Failure::writing(path))?;
        Ok(Self { file, path: path.to_owned() })
    }

    fn fill(mut self, bytes: &[u8]) -> Result<Self, Failure> {
        self.file.push(bytes).and_then(|()| self.file.finish()).map_err(Failure::writing(&self.path))?;
        Ok(self)
    }

    fn put_in_place(self) -> Result<(), Failure> {
        self.file.put_in_place().map_err(Failure::writing(self.path))
    }
}
