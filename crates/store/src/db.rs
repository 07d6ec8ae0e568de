//! The outside library that holds the file, and its faults in our words.

pub(crate) use rusqlite::types::Value;
pub(crate) use rusqlite::{
    Connection, ErrorCode, OpenFlags, OptionalExtension, Row, TransactionBehavior, params, params_from_iter,
};

use crate::error::{DatabaseFault, Error};

impl From<rusqlite::Error> for Error {
    /// The fault without the file's name, which [`Error::at`] adds.
    fn from(error: rusqlite::Error) -> Self {
        let text = error.to_string();
        let fault = match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => DatabaseFault::DiskFull,
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => DatabaseFault::Busy,
            Some(ErrorCode::ReadOnly | ErrorCode::PermissionDenied) => DatabaseFault::ReadOnly,
            Some(ErrorCode::CannotOpen) => DatabaseFault::CannotOpen(text),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => DatabaseFault::Corrupt(text),
            Some(ErrorCode::SystemIoFailure | ErrorCode::FileLockingProtocolFailed) => {
                DatabaseFault::Io(text)
            }
            // A value of the wrong type in a column can only come from outside.
            None if matches!(
                error,
                rusqlite::Error::FromSqlConversionFailure(..)
                    | rusqlite::Error::InvalidColumnType(..)
                    | rusqlite::Error::IntegralValueOutOfRange(..)
            ) =>
            {
                DatabaseFault::Corrupt(text)
            }
            // Constraints, misuse and the like: this program asked for something wrong.
            _ => DatabaseFault::Bug(text),
        };
        Self::Database { path: std::path::PathBuf::new(), fault }
    }
}

/// A logged value of a column.
pub(crate) trait ToValue {
    fn to_value(self) -> Value;
}

impl ToValue for &str {
    fn to_value(self) -> Value {
        Value::Text(self.to_owned())
    }
}

impl ToValue for String {
    fn to_value(self) -> Value {
        Value::Text(self)
    }
}

impl ToValue for i64 {
    fn to_value(self) -> Value {
        Value::Integer(self)
    }
}

impl ToValue for u32 {
    fn to_value(self) -> Value {
        Value::Integer(i64::from(self))
    }
}

impl ToValue for u16 {
    fn to_value(self) -> Value {
        Value::Integer(i64::from(self))
    }
}

impl ToValue for u8 {
    fn to_value(self) -> Value {
        Value::Integer(i64::from(self))
    }
}

impl ToValue for bool {
    fn to_value(self) -> Value {
        Value::Integer(i64::from(self))
    }
}

impl ToValue for f64 {
    /// SQLite keeps no sign of zero, so none is logged.
    fn to_value(self) -> Value {
        Value::Real(self + 0.0)
    }
}

impl ToValue for &[u8] {
    fn to_value(self) -> Value {
        Value::Blob(self.to_owned())
    }
}

impl<T: ToValue> ToValue for Option<T> {
    fn to_value(self) -> Value {
        self.map_or(Value::Null, T::to_value)
    }
}

/// The values of one row in the order of its table's columns.
macro_rules! row {
    ($($value:expr),* $(,)?) => { [$($crate::db::ToValue::to_value($value)),*] };
}
pub(crate) use row;
