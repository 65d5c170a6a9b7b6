//! A table as it lies in a file: headings and rows of an XLSX or CSV file, told apart by their first bytes.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::path::Path;

use calamine::{Data, Reader, Xlsx};
use jiff::civil::DateTime;

use super::map::ImportMap;
use crate::error::AppError;

/// One cell.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Empty,
    Text(String),
    Number(f64),
    /// A number the workbook itself shows as a moment.
    Moment(DateTime),
    /// What stands where a formula failed, e.g. `#N/A`.
    Fault(String),
}

impl Cell {
    /// The cell as text, without the blanks around it. Lines keep their order and lose the blanks at their end.
    pub(super) fn text(&self) -> Result<String, String> {
        match self {
            Cell::Empty => Ok(String::new()),
            Cell::Text(text) => {
                let lines: Vec<&str> = text.lines().map(|line| line.trim_end_matches(is_blank)).collect();
                Ok(lines.join("\n").trim_matches(is_blank).to_owned())
            }
            // Whole numbers are running numbers: 2549, not 2549.0.
            Cell::Number(number) => Ok(format!("{number}")),
            Cell::Moment(moment) => Ok(moment.strftime("%Y-%m-%d %H:%M:%S").to_string()),
            Cell::Fault(fault) => Err(format!("有一格是错误值{fault}；请在表中改正")),
        }
    }
}

/// As many columns as a sheet has in common programs.
const COLUMNS_MAX: usize = 16_384;

/// Blanks, and marks that show nothing.
fn is_blank(character: char) -> bool {
    character.is_whitespace() || matches!(character, '\u{feff}' | '\u{200b}')
}

/// A row with its number as a spreadsheet program shows it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct TableRow {
    pub(super) number: usize,
    pub(super) cells: Vec<Cell>,
}

/// A table's headings and rows. Empty rows are left out.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportTable {
    pub(super) headings: Vec<String>,
    /// Fields are told apart by commas alone: a row of another length has shifted.
    pub(super) by_commas: bool,
    pub(super) rows: Vec<TableRow>,
}

impl ImportTable {
    /// Reads a table. The name says only what it claims to be.
    ///
    /// # Errors
    /// One line that says why it cannot be read and what to do.
    pub fn read(name: &Path, bytes: Vec<u8>, map: &ImportMap) -> Result<ImportTable, AppError> {
        let sheet = map.import.sheet.as_deref();
        let extension = name.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase());
        let is_workbook = bytes.starts_with(b"PK\x03\x04");
        let rows = match extension.as_deref() {
            _ if bytes.starts_with(&[0xd0, 0xcf, 0x11, 0xe0]) => {
                Err("文件是旧版.xls或加了密；请另存为不加密的.xlsx再导入".to_owned())
            }
            _ if is_workbook => from_workbook(bytes, sheet),
            Some("xlsx" | "xlsm" | "xls" | "et") => {
                Err("文件名像电子表格，内容却不是XLSX；请用电子表格软件另存为.xlsx再导入".to_owned())
            }
            _ => from_csv(&bytes),
        };
        let rows = rows.map_err(AppError::Input)?;
        let mut rows = rows.into_iter().filter(|row| row.cells.iter().any(|cell| !is_empty(cell)));
        let first = rows.next().ok_or_else(|| AppError::Input("文件里没有内容".to_owned()))?;
        let headings: Result<Vec<String>, String> = first.cells.iter().map(Cell::text).collect();
        Ok(ImportTable {
            headings: headings.map_err(AppError::Input)?,
            by_commas: !is_workbook,
            rows: rows.collect(),
        })
    }
}

fn is_empty(cell: &Cell) -> bool {
    match cell {
        Cell::Empty => true,
        Cell::Text(text) => text.chars().all(is_blank),
        _ => false,
    }
}

/// The rows of a workbook. What reads it counts past the end of a number where a cell names a place that no sheet has, and
/// stops with a panic: such a file is refused like any other that is not sound.
fn from_workbook(bytes: Vec<u8>, sheet: Option<&str>) -> Result<Vec<TableRow>, String> {
    std::panic::catch_unwind(|| rows_of(bytes, sheet)).unwrap_or_else(|_| {
        Err("文件不是完好的XLSX（有一格的位置写错了）；请用电子表格软件打开后另存再导入".to_owned())
    })
}

fn rows_of(bytes: Vec<u8>, sheet: Option<&str>) -> Result<Vec<TableRow>, String> {
    let broken =
        |error: calamine::XlsxError| format!("文件不是完好的XLSX（{error}）；请用电子表格软件打开后另存再导入");
    let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(broken)?;
    let sheets = workbook.sheet_names();
    let name = match sheet {
        Some(wanted) if !sheets.iter().any(|name| name == wanted) => {
            return Err(format!("没有名为“{wanted}”的工作表；有：{}", sheets.join("、")));
        }
        Some(wanted) => wanted.to_owned(),
        None => sheets.into_iter().next().ok_or_else(|| "文件里没有工作表".to_owned())?,
    };
    let mut cells = workbook.worksheet_cells_reader(&name).map_err(broken)?;
    // Only cells that hold something: one stray mark in the last corner of a sheet must not fill the memory.
    let mut rows: BTreeMap<usize, Vec<Cell>> = BTreeMap::new();
    while let Some(found) = cells.next_cell().map_err(broken)? {
        let (row, column) = found.get_position();
        let (Ok(row), Ok(column @ 0..COLUMNS_MAX)) = (usize::try_from(row), usize::try_from(column)) else {
            return Err(format!("表格超过{COLUMNS_MAX}列；请删去多余的列"));
        };
        let value = cell(&Data::from(found.get_value().clone()));
        if value != Cell::Empty {
            let cells = rows.entry(row + 1).or_default();
            if cells.len() <= column {
                cells.resize(column + 1, Cell::Empty);
            }
            cells[column] = value;
        }
    }
    Ok(rows.into_iter().map(|(number, cells)| TableRow { number, cells }).collect())
}

fn cell(data: &Data) -> Cell {
    match data {
        Data::Empty => Cell::Empty,
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => Cell::Text(unescape(text)),
        Data::Int(number) => Cell::Text(number.to_string()),
        Data::Float(number) => Cell::Number(*number),
        Data::Bool(yes) => Cell::Text(if *yes { "是" } else { "否" }.to_owned()),
        Data::DateTime(moment) => {
            // A year's half and a day's 86,400th part: the nearest second is what was meant.
            let (year, month, day, hour, minute, second, milli) = moment.to_ymd_hms_milli();
            let small = |number: u8| i8::try_from(number).unwrap_or(-1);
            i16::try_from(year)
                .ok()
                .and_then(|year| {
                    DateTime::new(year, small(month), small(day), small(hour), small(minute), small(second), 0)
                        .ok()
                })
                .and_then(|whole| whole.checked_add(jiff::SignedDuration::from_secs(i64::from(milli >= 500))).ok())
                .map_or(Cell::Number(moment.as_f64()), Cell::Moment)
        }
        Data::Error(error) => Cell::Fault(error.to_string()),
    }
}

/// Characters XML cannot hold are written `_x000D_` in workbooks; `_x005F_` stands for the underscore itself.
fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let escaped = rest
            .get(2..6)
            .filter(|_| rest.as_bytes().get(6) == Some(&b'_'))
            .filter(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
            .and_then(|hex| u32::from_str_radix(hex, 16).ok())
            .and_then(char::from_u32);
        let taken = match escaped {
            Some(character) => {
                plain.push(character);
                7
            }
            None => {
                plain.push_str("_x");
                2
            }
        };
        rest = &rest[taken..];
    }
    plain.push_str(rest);
    plain
}

fn from_csv(bytes: &[u8]) -> Result<Vec<TableRow>, String> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = bytes[..error.valid_up_to()].iter().filter(|byte| **byte == b'\n').count() + 1;
        format!("文件第{line}行起不是UTF-8编码（多半是GBK）；请用电子表格软件另存为“CSV UTF-8”再导入")
    })?;
    if text.contains('\0') {
        return Err("文件不是文字表格；请导入XLSX或CSV文件".to_owned());
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for (record, number) in reader.records().zip(1..) {
        let record = record.map_err(|error| format!("CSV读不下去：{error}"))?;
        let cells = record.iter().map(|field| Cell::Text(field.to_owned())).collect();
        rows.push(TableRow { number, cells });
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::import::map::tests::SHIPPED;

    fn read(name: &str, bytes: &[u8]) -> Result<ImportTable, String> {
        let map = ImportMap::read(SHIPPED.as_bytes()).unwrap();
        ImportTable::read(Path::new(name), bytes.to_vec(), &map).map_err(|error| error.to_string())
    }

    fn csv(bytes: &[u8]) -> Result<ImportTable, String> {
        read("t.csv", bytes)
    }

    #[test]
    fn rows_keep_their_numbers_and_texts_their_lines() {
        let table = csv("\u{feff}编号,内容\n1,\"甲\n乙 \n\"\n , \n3,丙\n".as_bytes()).unwrap();
        assert_eq!(table.headings, ["编号", "内容"]);
        assert_eq!(table.rows.iter().map(|row| row.number).collect::<Vec<_>>(), [2, 4]);
        assert_eq!(table.rows[0].cells[1].text().unwrap(), "甲\n乙");
    }

    #[test]
    fn another_encoding_is_said() {
        let gbk = [b"a,b\n".as_slice(), &[0xc4, 0xe3, 0xba, 0xc3]].concat();
        let fault = csv(&gbk).unwrap_err();
        assert!(fault.contains("第2行") && fault.contains("UTF-8"), "{fault}");
        assert!(csv(b"").is_err());
        assert!(csv(b"a\0b").is_err());
    }

    #[test]
    fn a_workbook_that_is_not_one_is_said() {
        for (bytes, says) in [
            (b"not a workbook".as_slice(), "不是XLSX"),
            (b"PK\x03\x04 but nothing more", "完好"),
            (&[0xd0, 0xcf, 0x11, 0xe0, 0xa1], "旧版"),
            (b"", "不是XLSX"),
        ] {
            let fault = read("t.XLSX", bytes).unwrap_err();
            assert!(fault.contains(says) && !fault.contains('\n'), "{fault}");
        }
    }

    #[test]
    fn escaped_characters_of_workbooks_are_read() {
        assert_eq!(unescape("甲_x000D_\n乙"), "甲\r\n乙");
        assert_eq!(unescape("a_x005F_x000D_"), "a_x000D_");
        assert_eq!(unescape("_x_x00_xzzzz_ 回_x"), "_x_x00_xzzzz_ 回_x");
        assert_eq!(unescape("_x回音_"), "_x回音_");
    }

    #[test]
    fn numbers_read_as_they_are_shown() {
        assert_eq!(Cell::Number(2549.0).text().unwrap(), "2549");
        assert_eq!(Cell::Number(0.5).text().unwrap(), "0.5");
        assert!(Cell::Fault("#N/A".to_owned()).text().is_err());
    }
}
