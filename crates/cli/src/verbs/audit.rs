//! `phieu audit`: whether the account is what was written, and the log.

use clap::{Args, Subcommand};
use phieu_model::lang::Lang;
use phieu_store::AuditVerdict;

use crate::context::Context;
use crate::errors::{Exit, Failure};
use crate::screen;

/// Arguments of `audit`.
#[derive(Debug, Args)]
pub struct Audit {
    #[command(subcommand)]
    verb: AuditVerb,
}

#[derive(Debug, Subcommand)]
enum AuditVerb {
    /// Verifies the account.
    #[command(
        visible_alias = "kiem-tra",
        about = "Tính lại chuỗi nhật ký và đối chiếu từng dòng dữ liệu. ‖ Recomputes the chain and compares every row with it."
    )]
    Verify,
    /// Shows the log.
    #[command(
        visible_alias = "xem",
        about = "Xem các mục nhật ký gần nhất. ‖ Shows the newest entries of the log."
    )]
    Log {
        /// How many entries.
        #[arg(
            long,
            value_name = "N",
            default_value_t = 20,
            help = "Số mục gần nhất (mặc định: 20). ‖ How many of the newest entries (default: 20)."
        )]
        last: u32,
    },
}

/// Verifies or shows the log.
pub fn run(args: Audit, context: &Context) -> Result<Exit, Failure> {
    let workspace = context.workspace()?;
    match args.verb {
        AuditVerb::Verify => match workspace.store.verify_audit()? {
            AuditVerdict::Agrees { entries, rows, head } => {
                let head: String = head.iter().map(|b| format!("{b:02x}")).collect();
                screen::data(&match context.lang {
                    Lang::Vi => format!(
                        "Nhật ký khớp: {entries} mục, {rows} dòng dữ liệu đúng như lúc ghi.\nMã cuối chuỗi: {head}"
                    ),
                    Lang::En => format!(
                        "The account agrees: {entries} log entries, {rows} rows are as they were written.\nHead of the chain: {head}"
                    ),
                });
                Ok(Exit::Done)
            }
            AuditVerdict::Differs(discrepancy) => {
                screen::complain(&discrepancy.sentence(context.lang), context.lang);
                Ok(Exit::SomeFailed)
            }
        },
        AuditVerb::Log { last } => {
            let mut text = String::new();
            for entry in workspace.store.audit_log(last)? {
                text.push_str(&entry.line(context.lang));
                text.push('\n');
            }
            screen::data(&text);
            Ok(Exit::Done)
        }
    }
}
