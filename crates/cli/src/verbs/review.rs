//! `phieu review`: the answers that need a person.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use phieu_model::adjudication::Adjudication;
use phieu_model::doubtful::{AnswerDetail, AnswerId, AnswerIdError, Doubtful};
use phieu_model::lang::Lang;
use phieu_model::period::Period;
use phieu_model::reading::PageOutcome;
use phieu_read::{Policy, Reader, Source};
use phieu_store::DoubtfulFilter;

use super::watch;
use crate::context::Context;
use crate::errors::{Exit, Failure};
use crate::workspace::Workspace;
use crate::{screen, system};

/// Arguments of `review`.
#[derive(Debug, Args)]
pub struct Review {
    #[command(subcommand)]
    verb: ReviewVerb,
}

#[derive(Debug, Subcommand)]
enum ReviewVerb {
    /// Lists the answers, least sure first.
    #[command(
        visible_alias = "liet-ke",
        about = "Liệt kê các câu cần rà soát, ít chắc nhất trước. ‖ Lists the answers that wait, least sure first."
    )]
    List(List),
    /// Shows one answer.
    #[command(
        visible_alias = "xem",
        about = "Xem mọi thông tin về một câu. ‖ Shows all that is known about one answer."
    )]
    Show {
        /// The answer.
        #[arg(
            value_name = "ID",
            help = "SERI/câu, ví dụ 26Q1-000123-7XK/q3_2. ‖ SERIAL/question, for example 26Q1-000123-7XK/q3_2."
        )]
        id: String,
        /// Where to write its picture.
        #[arg(
            long,
            value_name = "FILE.png",
            help = "Ghi ảnh cắt của câu hỏi (thông tin cá nhân đã che). ‖ Write the picture of the question (personal data covered)."
        )]
        png: Option<PathBuf>,
    },
    /// Decides one answer.
    #[command(
        visible_alias = "quyet",
        about = "Ghi quyết định của người rà soát cho một câu. ‖ Records a person's decision on one answer."
    )]
    Set(Set),
}

#[derive(Debug, Args)]
struct List {
    /// Also accepted answers below this confidence.
    #[arg(
        long,
        value_name = "P",
        help = "Kèm cả câu máy đã nhận có độ tin cậy dưới P (0–1). ‖ Also accepted answers with a confidence below P (0–1)."
    )]
    below: Option<f64>,
    /// Only sheets returned in this quarter.
    #[arg(
        long,
        value_name = "2026Q1",
        help = "Chỉ phiếu nộp lại trong quý này. ‖ Only sheets returned in this quarter."
    )]
    period: Option<String>,
    /// Only this unit.
    #[arg(long, value_name = "ID", help = "Chỉ phiếu của đơn vị này. ‖ Only sheets of this unit.")]
    unit: Option<String>,
    /// JSON lines.
    #[arg(
        long,
        help = "Mỗi câu một dòng JSON, cho chương trình khác. ‖ One line of JSON for each, for other programs."
    )]
    json: bool,
}

#[derive(Debug, Args)]
struct Set {
    /// The answer.
    #[arg(
        value_name = "ID",
        help = "SERI/câu, ví dụ 26Q1-000123-7XK/q3_2. ‖ SERIAL/question, for example 26Q1-000123-7XK/q3_2."
    )]
    id: String,
    /// What it is.
    #[arg(
        long,
        value_name = "ANSWER",
        help = "Mã phương án (l4; nhiều thì media,friend), trong, nhieu:l4,l3 hoặc khong-ro. ‖ Option ids (l4; several: media,friend), blank, multiple:l4,l3 or unclear."
    )]
    answer: String,
    /// Who decides.
    #[arg(long, value_name = "NAME", help = "Họ tên người quyết định. ‖ Who decides.")]
    by: String,
    /// Why.
    #[arg(long, value_name = "TEXT", help = "Lý do. ‖ Why.")]
    why: String,
}

/// Lists, shows or decides.
pub fn run(args: Review, context: &Context) -> Result<Exit, Failure> {
    let mut workspace = context.workspace()?;
    match args.verb {
        ReviewVerb::List(args) => list(&args, &workspace, context),
        ReviewVerb::Show { id, png } => show(&id, png.as_ref(), &workspace, context),
        ReviewVerb::Set(args) => set(&args, &mut workspace, context),
    }
}

fn list(args: &List, workspace: &Workspace, context: &Context) -> Result<Exit, Failure> {
    if let Some(below) = args.below.filter(|p| !(0.0..=1.0).contains(p)) {
        return Err(Failure::Told {
            vi: format!("--below {below} nằm ngoài khoảng 0–1. Hãy nêu xác suất, ví dụ 0.99."),
            en: format!("--below {below} is outside 0–1. Give a probability, for example 0.99."),
        });
    }
    let period = args.period.as_deref().map(super::report::period).transpose()?;
    let waiting = doubtful(workspace, args.below, period, args.unit.clone())?;
    let mut text = String::new();
    for answer in &waiting {
        if args.json {
            text.push_str(&json(answer));
        } else {
            let question = workspace.store.question(&answer.id)?;
            text.push_str(&phieu_review::line(answer, &question, context.lang));
        }
        text.push('\n');
    }
    if !text.is_empty() {
        screen::data(&text);
    }
    let count = waiting.len();
    screen::talk(&match (count, context.lang) {
        (0, Lang::Vi) => "Không còn câu nào cần rà soát.".to_owned(),
        (0, Lang::En) => "No answer waits for a person.".to_owned(),
        (_, Lang::Vi) => format!(
            "{count} câu cần rà soát. Xem: phieu soat show ID --png ANH.png; quyết định: phieu soat set ID --answer … --by … --why …"
        ),
        (_, Lang::En) => format!(
            "{count} answers to review. To look: phieu review show ID --png FILE.png; to decide: phieu review set ID --answer … --by … --why …"
        ),
    });
    Ok(Exit::Done)
}

/// The answers that wait, least sure first.
pub fn doubtful(
    workspace: &Workspace,
    below: Option<f64>,
    period: Option<Period>,
    unit: Option<String>,
) -> Result<Vec<Doubtful>, Failure> {
    Ok(workspace.store.doubtful(&DoubtfulFilter { below, period, unit })?)
}

fn json(answer: &Doubtful) -> String {
    serde_json::json!({
        "id": answer.id,
        "form": answer.form,
        "version": answer.version,
        "unit": answer.unit,
        "doubt": format!("{:?}", answer.doubt),
        "state": answer.state,
        "options": answer.options,
        "confidence": answer.confidence,
        "reasons": answer.reasons,
        "source": answer.source,
        "page_index": answer.page_index,
    })
    .to_string()
}

fn show(id: &str, png: Option<&PathBuf>, workspace: &Workspace, context: &Context) -> Result<Exit, Failure> {
    let id = answer_id(id)?;
    let detail = workspace.store.answer_detail(&id)?;
    let question = workspace.store.question(&id)?;
    screen::data(&phieu_review::detail_text(&detail, &question, context.lang));
    let Some(path) = png else { return Ok(Exit::Done) };
    // The newest picture: it shows what was scanned last. An answer that was accepted
    // when its page was read has none in the account, also where it became doubtful when
    // it was decided again; its scan is looked at again, if it is still there.
    let mut readings = detail.readings.iter().rev();
    let picture = match readings.find_map(|r| r.evidence.clone()) {
        Some(picture) => picture,
        None => picture_from_scan(&id, &detail, workspace)?.ok_or_else(|| {
            let pictures = detail.readings.iter().filter(|r| !r.superseded);
            let sources: Vec<&str> = pictures.map(|r| r.source.as_str()).collect();
            let sources = sources.join("”, “");
            Failure::Told {
                vi: format!(
                    "Câu {id} không có ảnh lưu kèm, và tờ phiếu này không còn ở “{sources}”. Hãy đưa tệp quét về chỗ cũ hoặc xem tờ phiếu."
                ),
                en: format!(
                    "The answer {id} has no stored picture, and its sheet is no longer at “{sources}”. Put the scan back there or look at the sheet."
                ),
            }
        })?,
    };
    system::write_whole(path, &picture).map_err(Failure::writing(path))?;
    Ok(Exit::Done)
}

/// The picture of the question from the scan itself, where that still lies at its
/// old place, or was put away by `watch`, and still shows this sheet.
fn picture_from_scan(
    id: &AnswerId,
    detail: &AnswerDetail,
    workspace: &Workspace,
) -> Result<Option<Vec<u8>>, Failure> {
    let layouts = workspace.readable_layouts()?;
    // A gate that no answer passes: the reader keeps a picture of every question.
    let policy = Policy { gate: f64::INFINITY, ..Policy::default() };
    let reader = Reader::new(&layouts, workspace.key()?, policy);
    for reading in detail.readings.iter().rev().filter(|r| !r.superseded) {
        for path in watch::places(Path::new(&reading.source)).into_iter().filter(|path| path.is_file()) {
            let source = Source { path, shown: reading.source.clone() };
            let outcome = phieu_read::read_one(&reader, &source, reading.page_index).outcome;
            if let PageOutcome::Read(page) = outcome
                && page.identity.serial == id.serial
                && let Some(evidence) = page.evidence.into_iter().find(|e| e.question == id.question)
            {
                return Ok(Some(evidence.png));
            }
        }
    }
    Ok(None)
}

fn set(args: &Set, workspace: &mut Workspace, context: &Context) -> Result<Exit, Failure> {
    let id = answer_id(&args.id)?;
    let question = workspace.store.question(&id)?;
    let (state, options) = phieu_review::parse_answer(&args.answer, &question).map_err(|e| {
        Failure::Told { vi: e.sentence(&question, Lang::Vi), en: e.sentence(&question, Lang::En) }
    })?;
    let decision = Adjudication {
        serial: id.serial.clone(),
        question: id.question.clone(),
        state,
        options,
        by: args.by.trim().to_owned(),
        why: args.why.trim().to_owned(),
    };
    workspace.store.adjudicate(&decision, context.stamp())?;
    let state = phieu_review::state_name(decision.state, context.lang);
    let options = decision.options.join(", ");
    let what = if options.is_empty() { state.to_owned() } else { format!("{state} ({options})") };
    screen::talk(&match context.lang {
        Lang::Vi => format!("Đã ghi quyết định cho {id}: {what}."),
        Lang::En => format!("The decision on {id} is recorded: {what}."),
    });
    Ok(Exit::Done)
}

fn answer_id(text: &str) -> Result<AnswerId, Failure> {
    text.parse().map_err(|error: AnswerIdError| {
        let (vi, en) = match error {
            AnswerIdError::Form => ("viết chưa đúng", "is not written right"),
            AnswerIdError::Serial(_) => {
                ("có số seri sai ký tự kiểm tra hoặc sai dạng", "holds a serial that is mistyped")
            }
        };
        Failure::Told {
            vi: format!("“{text}” {vi}; cần dạng SERI/câu, ví dụ 26Q1-000123-7XK/q3_2. Hãy chép lại từ phieu soat list."),
            en: format!("“{text}” {en}; it has the form SERIAL/question, for example 26Q1-000123-7XK/q3_2. Copy it from phieu review list."),
        }
    })
}
