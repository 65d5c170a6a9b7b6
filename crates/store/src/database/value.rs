//! Values that go into a statement and cells that come out, the same for both databases.

use std::borrow::Cow;

use bytes::BytesMut;
use postgres::types::{FromSql, IsNull, Kind, ToSql, Type};
use rusqlite::types::{ToSqlOutput, ValueRef};

use crate::error::StoreError;

/// What a statement is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value<'a> {
    /// Nothing.
    Null,
    /// A number, or a flag as 0 or 1.
    Int(i64),
    /// A text.
    Text(Cow<'a, str>),
    /// Bytes.
    Bytes(Cow<'a, [u8]>),
    /// A list of texts, for `Connection::among`.
    Texts(Vec<Cow<'a, str>>),
}

/// The values of a statement, in order.
macro_rules! values {
    ($($value:expr),* $(,)?) => { [$($crate::database::Value::from($value)),*] };
}
pub(crate) use values;

impl From<i64> for Value<'_> {
    fn from(number: i64) -> Self {
        Value::Int(number)
    }
}

impl From<u32> for Value<'_> {
    fn from(number: u32) -> Self {
        Value::Int(number.into())
    }
}

impl From<u64> for Value<'_> {
    /// Numbers here are counted up from 1: none comes near the end of what a column holds.
    fn from(number: u64) -> Self {
        Value::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<bool> for Value<'_> {
    fn from(flag: bool) -> Self {
        Value::Int(flag.into())
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Value::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Value::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Value::Text(Cow::Owned(text))
    }
}

impl<'a> From<&'a [u8]> for Value<'a> {
    fn from(bytes: &'a [u8]) -> Self {
        Value::Bytes(Cow::Borrowed(bytes))
    }
}

impl<'a> From<&'a Vec<u8>> for Value<'a> {
    fn from(bytes: &'a Vec<u8>) -> Self {
        Value::Bytes(Cow::Borrowed(bytes))
    }
}

impl From<Vec<u8>> for Value<'_> {
    fn from(bytes: Vec<u8>) -> Self {
        Value::Bytes(Cow::Owned(bytes))
    }
}

impl<'a> From<Vec<&'a str>> for Value<'a> {
    fn from(texts: Vec<&'a str>) -> Self {
        Value::Texts(texts.into_iter().map(Cow::Borrowed).collect())
    }
}

impl From<Vec<String>> for Value<'_> {
    fn from(texts: Vec<String>) -> Self {
        Value::Texts(texts.into_iter().map(Cow::Owned).collect())
    }
}

impl<'a, T: Into<Value<'a>>> From<Option<T>> for Value<'a> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Value::Null, Into::into)
    }
}

impl Value<'_> {
    /// Whether a text holds the one character PostgreSQL keeps in no text.
    pub(crate) fn has_nul(&self) -> bool {
        matches!(self, Value::Text(text) if text.contains('\0'))
    }
}

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Value::Null => ValueRef::Null,
            Value::Int(number) => ValueRef::Integer(*number),
            Value::Text(text) => ValueRef::Text(text.as_bytes()),
            Value::Bytes(bytes) => ValueRef::Blob(bytes),
            Value::Texts(texts) => {
                let list = serde_json::to_string(texts)
                    .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?;
                return Ok(ToSqlOutput::from(list));
            }
        }))
    }
}

impl ToSql for Value<'_> {
    fn to_sql(&self, of: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Value::Null => Ok(IsNull::Yes),
            Value::Int(number) if *of == Type::INT4 => i32::try_from(*number)?.to_sql(of, out),
            Value::Int(number) => number.to_sql(of, out),
            // A text with that character stands nowhere, so what is asked for is not found.
            Value::Text(text) if text.contains('\0') => text.replace('\0', "\u{FFFD}").to_sql(of, out),
            Value::Text(text) => text.to_sql(of, out),
            Value::Bytes(bytes) => bytes.to_sql(of, out),
            Value::Texts(texts) => {
                let clean: Vec<Cow<'_, str>> = texts.iter().map(|text| without_nul(text)).collect();
                clean.to_sql(of, out)
            }
        }
    }

    fn accepts(of: &Type) -> bool {
        let plain = |of: &Type| [Type::INT8, Type::INT4, Type::TEXT, Type::BYTEA].contains(of);
        plain(of) || matches!(of.kind(), Kind::Array(member) if plain(member))
    }

    postgres::types::to_sql_checked!();
}

fn without_nul(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { text.replace('\0', "\u{FFFD}").into() } else { text.into() }
}

/// What a row holds in one column. Texts are bytes: one that was altered need not be a text any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cell<'a> {
    /// Nothing.
    Null,
    /// A number.
    Int(i64),
    /// A text.
    Text(&'a [u8]),
    /// Bytes.
    Bytes(&'a [u8]),
}

impl Cell<'_> {
    /// The bytes an event's digest is made over.
    pub(crate) fn to_bytes(self) -> Vec<u8> {
        match self {
            Cell::Null => Vec::new(),
            Cell::Int(number) => number.to_be_bytes().to_vec(),
            Cell::Text(bytes) | Cell::Bytes(bytes) => bytes.to_vec(),
        }
    }

    /// Tells nothing from an empty text, and a text from bytes.
    pub(crate) fn tag(self) -> u8 {
        match self {
            Cell::Null => 0,
            Cell::Int(_) => 1,
            Cell::Text(_) => 2,
            Cell::Bytes(_) => 3,
        }
    }

    /// For people.
    pub(crate) fn in_words(self) -> String {
        match self {
            Cell::Int(number) => number.to_string(),
            Cell::Text(bytes) => String::from_utf8_lossy(bytes).chars().take(80).collect(),
            Cell::Null | Cell::Bytes(_) => "?".to_owned(),
        }
    }
}

impl<'a> FromSql<'a> for Cell<'a> {
    fn from_sql(of: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(match *of {
            Type::INT8 => Cell::Int(i64::from_sql(of, raw)?),
            Type::INT4 => Cell::Int(i32::from_sql(of, raw)?.into()),
            Type::BOOL => Cell::Int(bool::from_sql(of, raw)?.into()),
            Type::BYTEA => Cell::Bytes(raw),
            _ => Cell::Text(raw),
        })
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn std::error::Error + Sync + Send>> {
        Ok(Cell::Null)
    }

    fn accepts(of: &Type) -> bool {
        [Type::INT8, Type::INT4, Type::BOOL, Type::BYTEA, Type::TEXT, Type::VARCHAR, Type::NAME].contains(of)
    }
}

/// What a cell can be read as.
pub(crate) trait Column: Sized {
    /// `None` where the cell holds something else.
    fn of(cell: Cell<'_>) -> Option<Self>;
}

impl Column for i64 {
    fn of(cell: Cell<'_>) -> Option<Self> {
        if let Cell::Int(number) = cell { Some(number) } else { None }
    }
}

impl Column for u32 {
    fn of(cell: Cell<'_>) -> Option<Self> {
        i64::of(cell).and_then(|number| number.try_into().ok())
    }
}

impl Column for u64 {
    fn of(cell: Cell<'_>) -> Option<Self> {
        i64::of(cell).and_then(|number| number.try_into().ok())
    }
}

impl Column for bool {
    fn of(cell: Cell<'_>) -> Option<Self> {
        i64::of(cell).map(|number| number != 0)
    }
}

impl Column for String {
    fn of(cell: Cell<'_>) -> Option<Self> {
        if let Cell::Text(bytes) = cell { std::str::from_utf8(bytes).ok().map(str::to_owned) } else { None }
    }
}

impl Column for Vec<u8> {
    fn of(cell: Cell<'_>) -> Option<Self> {
        if let Cell::Bytes(bytes) = cell { Some(bytes.to_vec()) } else { None }
    }
}

impl<T: Column> Column for Option<T> {
    fn of(cell: Cell<'_>) -> Option<Self> {
        if cell == Cell::Null { Some(None) } else { T::of(cell).map(Some) }
    }
}

/// A row that was found.
pub(crate) enum Row<'a> {
    /// Of SQLite.
    Sqlite(&'a rusqlite::Row<'a>),
    /// Of PostgreSQL.
    Postgres(&'a postgres::Row),
}

impl Row<'_> {
    /// One column, as it lies there.
    pub(crate) fn cell(&self, column: usize) -> Result<Cell<'_>, StoreError> {
        match self {
            Row::Sqlite(row) => Ok(match row.get_ref(column)? {
                ValueRef::Null => Cell::Null,
                ValueRef::Integer(number) => Cell::Int(number),
                ValueRef::Text(bytes) => Cell::Text(bytes),
                ValueRef::Blob(bytes) => Cell::Bytes(bytes),
                // No column of ours may hold one.
                ValueRef::Real(_) => return Err(not_ours(column)),
            }),
            Row::Postgres(row) => Ok(row.try_get(column)?),
        }
    }

    /// One column.
    pub(crate) fn get<T: Column>(&self, column: usize) -> Result<T, StoreError> {
        T::of(self.cell(column)?).ok_or_else(|| not_ours(column))
    }
}

fn not_ours(column: usize) -> StoreError {
    StoreError::Damaged(format!("column {} of a row holds what cannot be there", column + 1))
}
