//! What every verb knows: the language, the day, the office's folder.

use std::path::PathBuf;

use phieu_model::lang::Lang;
use phieu_model::period::Date;
use phieu_store::{Stamp, Timestamp};

use crate::args::Args;
use crate::errors::Failure;
use crate::system;
use crate::workspace::Workspace;

/// The circumstances of one call.
#[derive(Debug, Clone)]
pub struct Context {
    /// The operator's language.
    pub lang: Lang,
    /// The day of this call.
    pub today: Date,
    /// The moment that counts as now, for the log, where the day was given.
    fixed: Option<Timestamp>,
    /// The account of whoever runs it, for the log.
    account: String,
    /// The office's folder, where one was named.
    pub folder: Option<PathBuf>,
}

impl Context {
    /// The circumstances that the arguments and the clock give.
    pub fn new(args: &Args, lang: Lang) -> Self {
        Self {
            lang,
            today: args.today.unwrap_or_else(system::today),
            fixed: args.today.map(system::noon_of),
            account: system::account(),
            folder: args.workspace.clone(),
        }
    }

    /// When and under which account a write is made.
    pub fn stamp(&self) -> Stamp<'_> {
        Stamp { at: self.fixed.unwrap_or_else(system::now), actor: &self.account }
    }

    /// The same circumstances later: another day may have begun.
    pub fn at_this_moment(&self) -> Self {
        let today = if self.fixed.is_some() { self.today } else { system::today() };
        Self { today, ..self.clone() }
    }

    /// The same circumstances with another office's folder.
    pub fn in_folder(&self, folder: PathBuf) -> Self {
        Self { folder: Some(folder), ..self.clone() }
    }

    /// The office's folder.
    pub fn named_folder(&self) -> Result<&PathBuf, Failure> {
        self.folder.as_ref().ok_or(Failure::NoWorkspaceNamed)
    }

    /// The opened workspace.
    pub fn workspace(&self) -> Result<Workspace, Failure> {
        Workspace::open(self.named_folder()?)
    }
}
