//! The SQLite ledger: sheets, readings, adjudications, audit chain, effective answers.
