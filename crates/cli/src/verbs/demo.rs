//! `phieu demo`: the whole way once, on simulated paper, with the functions of the
//! verbs themselves.

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use clap::Args;
use phieu_model::adjudication::Adjudication;
use phieu_model::batch::BatchSummary;
use phieu_model::doubtful::{AnswerId, Doubtful};
use phieu_model::lang::Lang;
use phieu_model::period::Period;
use phieu_model::reading::AnswerState;
use phieu_simulate::{Batch, PageTruth, Score, SheetPage, SimulatedPage, StrangerKind, stranger};

use super::report::Format;
use super::{print, report, review, scan, simulate};
use crate::context::Context;
use crate::errors::{Exit, Failure};
use crate::workspace::Workspace;
use crate::{intake, office_file, screen, system};

const FORM: &str = "phieu-khao-sat-tthc";
/// How people, printer and scanner behave.
const PROFILE: &str = "office";
/// The seed of scanners and people. Who fills in a sheet also depends on its serial,
/// and serials are random: each demonstration has other people.
const SEED: u64 = 2026;
/// Sheets for three units: procedure, printed, returned.
const PRINTS: [(&str, &str, u32, usize); 3] =
    [("qltm", "2.000648", 28, 25), ("qlcn", "1.002758", 22, 19), ("qlnl", "2.001617", 14, 12)];
/// What else lies in the pile; with the returned sheets, 60 scans.
const STRANGERS: [StrangerKind; 4] =
    [StrangerKind::Blank, StrangerKind::Letter, StrangerKind::ForeignCode, StrangerKind::Blank];
/// So many of the waiting answers are shown; the rest is counted.
const LINES_SHOWN: usize = 8;
/// The file by which a later demonstration knows the folder as its own.
const NOTE: &str = "CHAY-THU.txt";

/// Arguments of `demo`.
#[derive(Debug, Args)]
pub struct Demo {
    /// The folder.
    #[arg(
        long,
        value_name = "DIR",
        default_value = "phieu-demo",
        help = "Thư mục chứa dữ liệu chạy thử (mặc định: phieu-demo; lần chạy thử trước trong đó được xóa). ‖ The folder for the demonstration's data (default: phieu-demo; an earlier demonstration there is removed)."
    )]
    dir: PathBuf,
}

/// Prints, simulates, reads, settles, reports, and sums up honestly.
pub fn run(args: &Demo, context: &Context) -> Result<Exit, Failure> {
    let lang = context.lang;
    let places = Places::fresh(&args.dir, lang)?;
    let context = &context.in_folder(places.workspace.clone());
    let office = office_file::parse("office.toml", office_file::EXAMPLE).map_err(Failure::OfficeFile)?;
    let mut workspace = Workspace::create(&places.workspace, &office, context.stamp())?;

    step(1, lang, ("In phiếu cho ba đơn vị", "Sheets are printed for three units"));
    let batches = print_all(&places, &mut workspace, context)?;

    step(2, lang, ("Mô phỏng người dân điền phiếu và máy quét", "People and a scanner are simulated"));
    let truth = simulate_all(&places, &batches, &workspace)?;
    screen::talk(&match lang {
        Lang::Vi => {
            format!("  {} ảnh quét, trong đó {} trang không phải phiếu.", truth.len(), STRANGERS.len())
        }
        Lang::En => format!("  {} scans, {} of them not survey sheets.", truth.len(), STRANGERS.len()),
    });

    step(3, lang, ("Đọc các trang đã quét", "The scans are read"));
    let order = scan::Scan {
        paths: vec![places.scans.clone()],
        readings_out: Some(places.readings.clone()),
        reading: scan::Reading::default(),
    };
    let summary = scan::scan(&order, &mut workspace, context)?.summary;
    screen::talk(&indented(&intake::batch_in_words(&summary, lang)));

    step(4, lang, ("Các câu cần người rà soát", "The answers that need a person"));
    let waiting = review::doubtful(&workspace, None, None, None)?;
    show_waiting(&waiting, &workspace, lang)?;
    let settled = settle(&waiting, &truth, &mut workspace, context)?;
    screen::talk(&match lang {
        Lang::Vi => format!(
            "  CHÚ Ý: {settled} câu trên do phần mô phỏng tự quyết theo đáp án, thay cho người rà soát. Khi làm \
             thật, người rà soát phải xem từng câu."
        ),
        Lang::En => format!(
            "  NOTE: the simulator has settled these {settled} answers from its truth, in place of a clerk. In real \
             work a person looks at each."
        ),
    });

    step(5, lang, ("Lập báo cáo quý", "The quarterly report is written"));
    let period = Period::of(context.today);
    let written = report::report(&workspace, period, Some((&places.report, &Format::ALL)), context)?;
    screen::data(&written.text);

    let readings = fs::read_to_string(&places.readings).map_err(Failure::reading(&places.readings))?;
    let readings: Vec<serde_json::Value> =
        readings.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let score = phieu_simulate::score(&truth, &readings);
    screen::data(&in_words(&summary, settled, &score, &places, &written.files, lang));
    Ok(Exit::Done)
}

/// Where the demonstration's files stand.
struct Places {
    workspace: PathBuf,
    prints: PathBuf,
    scans: PathBuf,
    truth: PathBuf,
    readings: PathBuf,
    report: PathBuf,
}

impl Places {
    /// An empty folder. An earlier demonstration is removed and that is said; a
    /// folder that holds anything else is refused.
    fn fresh(folder: &Path, lang: Lang) -> Result<Self, Failure> {
        let note = folder.join(NOTE);
        if note.is_file() {
            fs::remove_dir_all(folder).map_err(Failure::writing(folder))?;
            let folder = folder.display();
            screen::talk(&match lang {
                Lang::Vi => format!("Đã xóa lần chạy thử trước trong “{folder}”."),
                Lang::En => format!("The earlier demonstration in “{folder}” was removed."),
            });
        } else if fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some()) {
            let folder = folder.display();
            return Err(Failure::Told {
                vi: format!(
                    "Thư mục “{folder}” có dữ liệu không phải của lần chạy thử, nên được giữ nguyên. Hãy nêu thư \
                     mục khác bằng --dir."
                ),
                en: format!(
                    "The folder “{folder}” holds data that is not a demonstration's and is left as it is. Name \
                     another folder with --dir."
                ),
            });
        }
        let places = Self {
            workspace: folder.join("co-quan"),
            prints: folder.join("phieu-in"),
            scans: folder.join("anh-quet"),
            truth: folder.join("dap-an.jsonl"),
            readings: folder.join("readings.jsonl"),
            report: folder.join("bao-cao"),
        };
        for folder in [&places.workspace, &places.prints, &places.scans, &places.report] {
            fs::create_dir_all(folder).map_err(Failure::writing(folder))?;
        }
        let text = "Dữ liệu chạy thử, được xóa khi chạy thử lại. / Demonstration data, removed by the next demonstration.\n";
        system::write_whole(&note, text.as_bytes()).map_err(Failure::writing(note))?;
        // Wherever the demonstration runs, its data are no part of a repository.
        let ignore = folder.join(".gitignore");
        system::write_whole(&ignore, b"*\n").map_err(Failure::writing(ignore))?;
        Ok(places)
    }
}

/// A printed batch of one unit.
struct PrintedBatch {
    unit: &'static str,
    pdf: PathBuf,
    sheets: Vec<SheetPage>,
}

/// Prints for each unit; of each batch, the sheets that will come back are kept.
fn print_all(
    places: &Places,
    workspace: &mut Workspace,
    context: &Context,
) -> Result<Vec<PrintedBatch>, Failure> {
    let mut batches = Vec::new();
    for (unit, procedure, printed, returned) in PRINTS {
        let pdf = places.prints.join(format!("phieu-{unit}.pdf"));
        let order = print::Print {
            form: FORM.to_owned(),
            version: None,
            unit: unit.to_owned(),
            procedure: procedure.to_owned(),
            count: printed,
            counter: None,
            out: pdf.clone(),
            sheets_out: Some(places.prints.join(format!("phieu-{unit}.json"))),
        };
        let sheets = print::print(&order, workspace, context)?;
        let (first, last) = print::ends(&sheets);
        screen::talk(&match context.lang {
            Lang::Vi => format!("  {unit}: {printed} phiếu, seri {first} – {last}"),
            Lang::En => format!("  {unit}: {printed} sheets, serials {first} – {last}"),
        });
        let sheets = sheets
            .into_iter()
            .take(returned)
            .map(|s| SheetPage { pdf_page: s.pdf_page, serial: s.serial, page: s.page })
            .collect();
        batches.push(PrintedBatch { unit, pdf, sheets });
    }
    Ok(batches)
}

/// Writes the scans of all batches and some strangers; the truth of all comes back.
fn simulate_all(
    places: &Places,
    batches: &[PrintedBatch],
    workspace: &Workspace,
) -> Result<Vec<PageTruth>, Failure> {
    let layout = workspace.layout(FORM, None)?;
    let profile = simulate::profile(PROFILE)?;
    let mut all: Vec<SimulatedPage> = Vec::new();
    for (number, batch) in (0..).zip(batches) {
        let pdf = fs::read(&batch.pdf).map_err(Failure::reading(&batch.pdf))?;
        let misfit = |error| simulate::misfit(&batch.pdf, &error);
        let simulated = Batch::new(pdf, (&layout, &batch.sheets), &profile, SEED + number).map_err(misfit)?;
        let pages = simulate::pages(&simulated).map_err(misfit)?;
        all.extend(pages.into_iter().map(|page| named_after(batch.unit, page)));
    }
    all.extend(STRANGERS.iter().enumerate().map(|(i, kind)| stranger(*kind, &profile, (SEED, i))));
    simulate::write((&places.scans, &places.truth), &all)?;
    Ok(all.into_iter().map(|page| page.truth).collect())
}

/// The page under a file name that no other unit's page has.
fn named_after(unit: &str, mut page: SimulatedPage) -> SimulatedPage {
    page.file_name = format!("{unit}_{}", page.file_name);
    page.truth.file_name = page.file_name.clone();
    page
}

fn show_waiting(waiting: &[Doubtful], workspace: &Workspace, lang: Lang) -> Result<(), Failure> {
    for answer in waiting.iter().take(LINES_SHOWN) {
        let question = workspace.store.question(&answer.id)?;
        screen::talk(&format!("  {}", phieu_review::line(answer, &question, lang)));
    }
    if waiting.len() > LINES_SHOWN {
        let more = waiting.len() - LINES_SHOWN;
        screen::talk(&match lang {
            Lang::Vi => format!("  … và {more} câu nữa."),
            Lang::En => format!("  … and {more} more."),
        });
    }
    Ok(())
}

/// Decides every waiting answer as the truth says; how many comes back.
fn settle(
    waiting: &[Doubtful],
    truth: &[PageTruth],
    workspace: &mut Workspace,
    context: &Context,
) -> Result<usize, Failure> {
    let meant: HashMap<AnswerId, (AnswerState, &[String])> = truth
        .iter()
        .filter_map(|page| Some((page.serial.as_ref()?, page)))
        .flat_map(|(serial, page)| {
            page.questions.iter().map(|q| {
                let id = AnswerId { serial: serial.clone(), question: q.question.clone() };
                (id, (q.state, &q.options[..]))
            })
        })
        .collect();
    let mut settled = 0;
    for answer in waiting {
        let Some((state, options)) = meant.get(&answer.id) else { continue };
        let decision = Adjudication {
            serial: answer.id.serial.clone(),
            question: answer.id.question.clone(),
            state: *state,
            options: options.to_vec(),
            by: context.lang.pick("Phần mô phỏng (chạy thử)", "The simulator (demonstration)").to_owned(),
            why: context
                .lang
                .pick(
                    "Theo đáp án của trang mô phỏng, thay cho người rà soát",
                    "From the simulated page's truth, in place of a clerk",
                )
                .to_owned(),
        };
        workspace.store.adjudicate(&decision, context.stamp())?;
        settled += 1;
    }
    Ok(settled)
}

fn step(number: u8, lang: Lang, (vi, en): (&str, &str)) {
    screen::talk(&format!("\n[{number}/5] {}", lang.pick(vi, en)));
}

fn indented(text: &str) -> String {
    text.lines().map(|line| format!("  {line}")).collect::<Vec<_>>().join("\n")
}

/// The honest end: what came in, what became of it, what was wrong.
fn in_words(
    summary: &BatchSummary,
    settled: usize,
    score: &Score,
    places: &Places,
    files: &[PathBuf],
    lang: Lang,
) -> String {
    let (pages, read, refused) = (summary.pages.pages_in(), summary.pages.read(), summary.pages.refused());
    let strangers: u64 = score.strangers_refused.values().sum();
    let (accepted, reviewed, wrong) = (score.accepted, score.reviewed, score.silent.len());
    let mut wrong_ones = String::new();
    for silent in &score.silent {
        let (meant, read) = (silent.expected.1.join(","), silent.got.1.join(","));
        wrong_ones.push_str(&match lang {
            Lang::Vi => {
                format!("  {} {}: đáp án [{meant}], máy đọc [{read}]\n", silent.source, silent.question)
            }
            Lang::En => format!("  {} {}: meant [{meant}], read [{read}]\n", silent.source, silent.question),
        });
    }
    let (lost, taken) = (score.refused.len() + score.missing.len(), score.strangers_read.len());
    let files: Vec<String> = files.iter().map(|f| format!("  {}", f.display())).collect();
    let (files, prints, scans) = (files.join("\n"), places.prints.display(), places.scans.display());
    let (readings, workspace) = (places.readings.display(), places.workspace.display());
    match lang {
        Lang::Vi => format!(
            "\nTÓM TẮT CHẠY THỬ\n\
             Trang vào {pages}: đọc được {read}, từ chối {refused} (trong đó {strangers} trang không phải phiếu; phiếu thật bị từ chối: {lost}; trang lạ bị đọc nhầm: {taken}).\n\
             Câu trả lời: máy nhận {accepted}, chuyển rà soát {reviewed} (đã quyết {settled} theo đáp án, không phải do người).\n\
             Sai so với đáp án trong số máy nhận: {wrong}/{accepted}.\n{wrong_ones}\
             Phiếu in: {prints}\nẢnh quét: {scans}\nKết quả đọc: {readings}\nThư mục làm việc: {workspace}\nBáo cáo:\n{files}\n"
        ),
        Lang::En => format!(
            "\nSUMMARY OF THE DEMONSTRATION\n\
             Pages in {pages}: read {read}, refused {refused} ({strangers} of them not survey sheets; real sheets refused: {lost}; strangers read: {taken}).\n\
             Answers: accepted {accepted}, sent to review {reviewed} (settled {settled} from the truth, not by a person).\n\
             Wrong against the truth among the accepted: {wrong}/{accepted}.\n{wrong_ones}\
             Printed sheets: {prints}\nScans: {scans}\nReadings: {readings}\nOffice folder: {workspace}\nReport:\n{files}\n"
        ),
    }
}
