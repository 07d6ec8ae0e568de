//! `phieu batches`: the batches that were taken in, against the pages that the account holds.

use clap::Args;
use phieu_model::batch::KeptBatch;
use phieu_model::lang::Lang;
use serde::Serialize;

use crate::context::Context;
use crate::errors::{self, Exit, Failure};
use crate::{intake, screen, system};

/// Arguments of `batches`.
#[derive(Debug, Args)]
pub struct Batches {
    /// One batch.
    #[arg(
        long,
        value_name = "N",
        help = "Chỉ lô số N, với bản tổng kết đầy đủ. ‖ Batch N only, with its whole summary."
    )]
    pub number: Option<u32>,
    /// For programs.
    #[arg(
        long,
        help = "Mỗi lô một dòng JSON (cho chương trình khác). ‖ A line of JSON for each batch (for programs)."
    )]
    pub json: bool,
}

/// Lists them.
pub fn run(args: &Batches, context: &Context) -> Result<Exit, Failure> {
    let (workspace, lang) = (context.workspace()?, context.lang);
    let batches = workspace.store.batches()?;
    if let Some(number) = args.number {
        let batch = batches.iter().find(|b| b.id == number).ok_or_else(|| unknown(number, batches.len()))?;
        screen::data(&if args.json { json(batch) } else { in_full(batch, lang) });
        return Ok(Exit::Done);
    }
    for batch in &batches {
        screen::data(&if args.json { json(batch) } else { line(batch, lang) });
    }
    let told: u64 = batches.iter().map(|b| b.summary.pages.stored()).sum();
    screen::talk(&account(workspace.store.pictures_read()?, told, lang)?);
    Ok(Exit::Done)
}

fn unknown(number: u32, all: usize) -> Failure {
    Failure::Told {
        vi: format!("Không có lô quét số {number}; sổ có {all} lô. Xem danh sách: phieu lo-quet"),
        en: format!("There is no batch {number}; the account has {all}. List them: phieu batches"),
    }
}

fn line(batch: &KeptBatch, lang: Lang) -> String {
    let KeptBatch { id, at, actor, received, summary, .. } = batch;
    let at = system::minute_of(*at);
    let (received, pages) = (errors::date(*received, lang), intake::pages_in_words(&summary.pages, lang));
    match lang {
        Lang::Vi => format!("{id} · {at} · {actor} · nộp ngày {received} · {} tệp · {pages}", summary.files),
        Lang::En => {
            format!("{id} · {at} · {actor} · received {received} · {} files · {pages}", summary.files)
        }
    }
}

fn in_full(batch: &KeptBatch, lang: Lang) -> String {
    let KeptBatch { id, at, actor, received, engine, summary } = batch;
    let (at, received, files) = (system::minute_of(*at), errors::date(*received, lang), summary.files);
    let head = match lang {
        Lang::Vi => {
            format!("Lô {id} · {at} · {actor} · nộp ngày {received} · {files} tệp · đọc bằng {engine}")
        }
        Lang::En => {
            format!("Batch {id} · {at} · {actor} · received {received} · {files} files · read by {engine}")
        }
    };
    format!("{head}\n{}", intake::batch_in_words(summary, lang))
}

/// The stored pictures against those that the batches say they stored.
fn account(stored: u64, told: u64, lang: Lang) -> Result<String, Failure> {
    let Some(others) = stored.checked_sub(told) else {
        return Err(Failure::Told {
            vi: format!(
                "Các lô ghi đã lưu {told} trang nhưng sổ chỉ có {stored}. Hãy chạy phieu nhat-ky verify và báo bộ phận kỹ thuật."
            ),
            en: format!(
                "The batches say that they stored {told} pages, but the account holds {stored}. Run phieu audit verify and tell your technical staff."
            ),
        });
    };
    Ok(match lang {
        Lang::Vi => format!(
            "Trang đọc được có trong sổ: {stored} = trong các lô trên {told} + ngoài các lô đó {others} (lô bị ngắt giữa chừng, hoặc có trước \
             khi sổ ghi các lô)."
        ),
        Lang::En => format!(
            "Pages read in the account: {stored} = in these batches {told} + in none of them {others} (batches that were cut off, or \
             older than this list)."
        ),
    })
}

fn json(batch: &KeptBatch) -> String {
    #[derive(Serialize)]
    struct Line<'a> {
        batch: u32,
        at: String,
        by: &'a str,
        received: String,
        engine: &'a str,
        pages_in: u64,
        pages_read: u64,
        pages_refused: u64,
        summary: &'a phieu_model::batch::BatchSummary,
    }
    let KeptBatch { id, at, actor, received, engine, summary } = batch;
    let line = Line {
        batch: *id,
        at: at.to_string(),
        by: actor,
        received: received.to_string(),
        engine,
        pages_in: summary.pages.pages_in(),
        pages_read: summary.pages.read(),
        pages_refused: summary.pages.refused(),
        summary,
    };
    serde_json::to_string(&line).expect("a batch is plain data")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test stops where something is not as it says")]
mod tests {
    use super::*;

    #[test]
    fn fewer_pages_than_the_batches_say_is_a_failure() {
        assert!(account(7, 5, Lang::En).unwrap().contains("7 = in these batches 5 + in none of them 2"));
        assert!(account(5, 5, Lang::Vi).is_ok());
        assert!(account(4, 5, Lang::Vi).is_err());
    }
}
