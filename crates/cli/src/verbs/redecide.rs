//! `phieu redecide`: decides stored measures again, lists which answers would change,
//! and with `--apply` appends the new readings.

use clap::Args;
use phieu_model::lang::Lang;
use phieu_model::redecision::{AnswerChange, ChangeCounts, Effect};
use phieu_read::Policy;
use phieu_read::policy::ENGINE;
use phieu_store::{Measured, NewReading};

use crate::context::Context;
use crate::errors::{Exit, Failure};
use crate::screen::{self, Progress};
use crate::workspace::Workspace;

/// So many readings are appended in one transaction: a call that is cut short can be
/// repeated and goes on where it stopped.
const READINGS_AT_ONCE: usize = 64;

/// Arguments of `redecide`.
#[derive(Debug, Args)]
pub struct Redecide {
    /// Whether to append.
    #[arg(
        long,
        help = "Ghi thêm kết quả đọc mới vào sổ (không nêu: chỉ liệt kê). Kết quả cũ được giữ lại; quyết định của người rà soát giữ nguyên hiệu lực. ‖ Append the new readings to the account (without it: only list). Old ones are kept; decisions of people stand."
    )]
    apply: bool,
    /// Another gate.
    #[arg(
        long,
        value_name = "P",
        help = "Ngưỡng tin cậy khác (0–1): câu dưới ngưỡng chuyển cho người rà soát. ‖ Another gate (0–1): answers with less confidence go to a person."
    )]
    gate: Option<f64>,
    /// Only this quarter.
    #[arg(
        long,
        value_name = "2026Q1",
        help = "Chỉ phiếu nộp lại trong quý này. ‖ Only sheets returned in this quarter."
    )]
    period: Option<String>,
    /// JSON lines.
    #[arg(
        long,
        help = "Mỗi câu thay đổi một dòng JSON, cho chương trình khác. ‖ One line of JSON for each change, for other programs."
    )]
    json: bool,
}

/// What was looked at and what was written.
#[derive(Debug, Default)]
struct Summary {
    sheets: u64,
    counts: ChangeCounts,
    /// Readings appended.
    written: u64,
}

/// Lists, and appends where that was asked for.
pub fn run(args: &Redecide, context: &Context) -> Result<Exit, Failure> {
    let (policy, engine) = policy(args.gate)?;
    let period = args.period.as_deref().map(super::report::period).transpose()?;
    let mut workspace = context.workspace()?;
    let sheets = workspace.store.returned_sheets(period)?;
    let (mut summary, mut progress) = (Summary::default(), Progress::new());
    let mut waiting: Vec<NewReading> = Vec::new();
    for serial in &sheets {
        let sheet = workspace.store.redecision(serial, &engine, &mut |page, stored| {
            phieu_read::decide_again(page, &stored.boxes, &stored.registration, &policy)
        })?;
        for left in &sheet.left_alone {
            progress.talk(&left_alone(left, context.lang));
        }
        for change in &sheet.changes {
            let line = line(change, args, &workspace, context.lang)?;
            progress.suspend(|| screen::data(&line));
        }
        summary.sheets += 1;
        summary.counts += sheet.counts;
        if args.apply {
            waiting.extend(sheet.readings);
        }
        if waiting.len() >= READINGS_AT_ONCE {
            summary.written += workspace.store.append_redecided(&waiting, context.stamp())?;
            waiting.clear();
        }
        let course = (summary.sheets, sheets.len() as u64);
        progress.show(course, &looked_at(course, context.lang), context.lang);
    }
    progress.clear();
    summary.written += workspace.store.append_redecided(&waiting, context.stamp())?;
    screen::talk(&in_words(&summary, args, context.lang));
    Ok(Exit::Done)
}

fn looked_at((done, total): (u64, u64), lang: Lang) -> String {
    match lang {
        Lang::Vi => format!("Đã xem {done}/{total} phiếu"),
        Lang::En => format!("{done}/{total} sheets looked at"),
    }
}

/// The policy to decide by, and how the new readings name what decided them.
fn policy(gate: Option<f64>) -> Result<(Policy, String), Failure> {
    let Some(gate) = gate else { return Ok((Policy::default(), ENGINE.to_owned())) };
    if !(0.0..=1.0).contains(&gate) {
        return Err(Failure::Told {
            vi: format!("--gate {gate} nằm ngoài khoảng 0–1. Hãy nêu xác suất, ví dụ 0.999."),
            en: format!("--gate {gate} is outside 0–1. Give a probability, for example 0.999."),
        });
    }
    Ok((Policy { gate, ..Policy::default() }, format!("{ENGINE} gate={gate}")))
}

fn line(
    change: &AnswerChange,
    args: &Redecide,
    workspace: &Workspace,
    lang: Lang,
) -> Result<String, Failure> {
    if args.json {
        return Ok(json(change));
    }
    let question = workspace.store.question(&change.id)?;
    Ok(phieu_review::change_line(change, &question, lang))
}

fn json(change: &AnswerChange) -> String {
    let AnswerChange { id, source, page_index, before, after, effect } = change;
    let effect = match effect {
        Effect::Nothing => "nothing",
        Effect::OtherValue => "other_value",
        Effect::ToPerson => "to_person",
        Effect::FromPerson => "from_person",
        Effect::OtherProposal => "other_proposal",
        Effect::Decided(..) => "decided",
    };
    serde_json::json!({
        "id": id,
        "source": source,
        "page_index": page_index,
        "before": before,
        "after": after,
        "effect": effect,
    })
    .to_string()
}

/// A page whose measures do not suffice.
fn left_alone(stored: &Measured, lang: Lang) -> String {
    let Measured { identity, source, engine, .. } = stored;
    let (serial, page) = (&identity.serial, identity.page);
    match lang {
        Lang::Vi => format!(
            "Phiếu {serial}, trang {page} (“{source}”, đọc bằng {engine}): thiếu số đo của một số ô nên được giữ \
             nguyên. Muốn đọc lại, hãy quét lại tờ phiếu."
        ),
        Lang::En => format!(
            "Sheet {serial}, page {page} (“{source}”, read by {engine}) lacks the measures of some boxes and is \
             left as it is. To read it anew, scan the sheet again."
        ),
    }
}

fn in_words(summary: &Summary, args: &Redecide, lang: Lang) -> String {
    let Summary { sheets, counts, written } = summary;
    let counts = phieu_review::change_counts_text(counts, lang);
    let done = match (args.apply, lang) {
        (false, Lang::Vi) => "Chưa ghi gì vào sổ; thêm --apply để ghi.".to_owned(),
        (false, Lang::En) => "Nothing was written; add --apply to append the new readings.".to_owned(),
        (true, Lang::Vi) => {
            format!("Đã ghi thêm {written} kết quả đọc; kết quả cũ được giữ lại bên cạnh.")
        }
        (true, Lang::En) => format!("{written} readings were appended; the old ones are kept beside them."),
    };
    match lang {
        Lang::Vi => format!("Đã xem {sheets} phiếu: {counts}\n{done}"),
        Lang::En => format!("{sheets} sheets were looked at: {counts}\n{done}"),
    }
}
