//! The audit log, to be read by people.

use std::collections::BTreeMap;

use phieu_model::lang::Lang;

use crate::Result;
use crate::db::params;
use crate::standing::from_json;
use crate::store::Store;
use crate::write::Action;

/// One entry of the audit log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditEntry {
    /// Its number, from 1 without gaps.
    pub seq: u64,
    /// When, RFC 3339 in UTC.
    pub at: String,
    /// Who.
    pub actor: String,
    /// What, as a stable word.
    pub action: String,
    /// Table and key of every row that it wrote.
    pub rows: Vec<(String, String)>,
}

impl AuditEntry {
    /// The entry in one line: number, time, who, what, and how many rows of which
    /// tables (the key, where it is a single one).
    pub fn line(&self, lang: Lang) -> String {
        let Self { seq, at, actor, action, rows } = self;
        let action =
            Action::ALL.into_iter().find(|a| a.as_str() == action).map_or(&**action, |a| name(a, lang));
        let mut tables: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (table, key) in rows {
            tables.entry(table).or_default().push(key);
        }
        let tables: Vec<String> = tables
            .into_iter()
            .map(|(table, keys)| match keys[..] {
                [key] => format!("{table} {key}"),
                _ => format!("{table} × {}", keys.len()),
            })
            .collect();
        format!("{seq} · {at} · {actor} · {action} · {}", tables.join(", "))
    }
}

fn name(action: Action, lang: Lang) -> &'static str {
    match action {
        Action::Create => lang.pick("tạo cơ sở dữ liệu", "database made"),
        Action::SaveUnit => lang.pick("ghi đơn vị", "unit saved"),
        Action::SetSetting => lang.pick("ghi thiết lập", "setting set"),
        Action::RegisterSheets => lang.pick("phát hành phiếu", "sheets registered"),
        Action::RecordPage => lang.pick("ghi nhận trang quét", "page recorded"),
        Action::Adjudicate => lang.pick("người rà soát quyết định", "answer decided"),
        Action::EndBatch => lang.pick("kết thúc lô quét", "batch ended"),
        Action::Redecide => lang.pick("quyết định lại từ số đo", "decided again from measures"),
    }
}

impl Store {
    /// The newest `last` entries of the audit log, oldest first.
    pub fn audit_log(&self, last: u32) -> Result<Vec<AuditEntry>> {
        self.read(|conn| {
            let mut entries = conn.prepare_cached(
                "SELECT seq, at, actor, action, rows FROM audit ORDER BY seq DESC LIMIT ?1",
            )?;
            let mut entries = entries.query(params![last])?;
            let mut found = Vec::new();
            while let Some(row) = entries.next()? {
                let rows: Vec<(String, String, String)> = from_json(&row.get::<_, String>(4)?)?;
                found.push(AuditEntry {
                    seq: row.get::<_, i64>(0)?.unsigned_abs(),
                    at: row.get(1)?,
                    actor: row.get(2)?,
                    action: row.get(3)?,
                    rows: rows.into_iter().map(|(table, key, _)| (table, key)).collect(),
                });
            }
            found.reverse();
            Ok(found)
        })
    }
}
