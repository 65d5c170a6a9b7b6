//! Importing tables through the command: real messages where they are at hand, and every way a file can be wrong.

#![cfg(test)]

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use calamine::{Reader, Xlsx};
use tempfile::TempDir;

const HEAD: &str = "留言编号,留言用户,留言主题,留言时间,留言详情,答复意见,答复时间\n";

/// The workspace's root, found at run time: a test may run elsewhere than it was built.
fn root() -> PathBuf {
    let here =
        std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| std::env::current_dir().unwrap(), PathBuf::from);
    here.ancestors().find(|folder| folder.join("maps").is_dir()).unwrap().to_owned()
}

/// The real messages, where the folder with them is there.
fn real_messages() -> Option<PathBuf> {
    let shared = std::env::var_os("HUIYIN_SHARED").map_or_else(|| root().join("../shared"), PathBuf::from);
    let file = shared.join("data/messages/messages-with-replies.xlsx");
    file.exists().then_some(file)
}

struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new() -> Desk {
        Desk { folder: tempfile::tempdir().unwrap() }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    }

    fn huiyin(&self, words: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_huiyin")).args(words).arg("--data").arg(self.data()).output().unwrap()
    }

    fn import(&self, file: &Path) -> Output {
        let map = root().join("maps/leaders-board.toml");
        self.huiyin(&["import", file.to_str().unwrap(), "--map", map.to_str().unwrap()])
    }

    /// What is said of a table that cannot be imported: one line, and nothing on standard output.
    fn complaint(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let output = self.import(&self.write(name, bytes));
        assert!(!output.status.success());
        assert!(output.stdout.is_empty());
        let said = said(&output);
        assert_eq!(said.lines().count(), 1, "{said}");
        said
    }
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn printed(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn real_messages_give_the_figures_twice_over_and_lie_sealed() {
    let Some(file) = real_messages() else {
        println!("did not run: data/messages is not in HUIYIN_SHARED (default ../shared)");
        return;
    };
    let desk = Desk::new();
    let first = desk.import(&file);
    assert!(first.status.success(), "{}", said(&first));
    assert!(said(&first).contains("2816 messages and 2816 replies applied, 0 rows applied before, 0 refused"));
    let second = desk.import(&file);
    assert!(said(&second).contains("0 messages and 0 replies applied, 2816 rows applied before, 0 refused"));
    for period in [&[][..], &["--from", "2011-01-01", "--to", "2020-12-31"]] {
        let words: Vec<&str> = ["report", "reply-delay"].iter().chain(period).copied().collect();
        let report = printed(&desk.huiyin(&words));
        for (id, value) in [
            ("delay.matters", "2816"),
            ("delay.median_days", "11.2"),
            ("delay.p75_days", "22.3"),
            ("delay.p90_days", "41.0"),
            ("delay.within_15_days", "1732"),
            ("delay.within_60_days", "2657"),
        ] {
            let line = report.lines().find(|line| line.starts_with(id)).unwrap();
            assert_eq!(line.split_whitespace().nth(1), Some(value), "{line}");
        }
    }
    assert!(printed(&desk.huiyin(&["verify", "journal"])).contains("journal clean"));
    let pieces = pieces_of(&file);
    assert!(pieces.len() > 1_000);
    assert_eq!(found_in_clear(&desk.data(), &pieces), None);
}

/// Names, and stretches of eight characters from every seventh text, from somewhere within it.
fn pieces_of(file: &Path) -> Vec<Vec<u8>> {
    let mut workbook: Xlsx<_> = calamine::open_workbook(file).unwrap();
    let sheet = workbook.sheet_names()[0].clone();
    let range = workbook.worksheet_range(&sheet).unwrap();
    let mut pieces = Vec::new();
    let mut chance: usize = 20_260_101;
    for (number, row) in range.rows().enumerate().skip(1).step_by(7) {
        pieces.push(row[1].to_string().trim().as_bytes().to_vec());
        for column in [2, 4, 5] {
            let text = row[column].to_string();
            // A stretch with a blank in it might have been cut there; what is sealed is sealed with the rest.
            let words: Vec<&str> = text.split_whitespace().filter(|word| word.chars().count() >= 8).collect();
            chance = chance.wrapping_mul(1_103_515_245).wrapping_add(number + 12_345) % (1 << 31);
            if let Some(word) = words.get(chance % words.len().max(1)) {
                let at = chance % (word.chars().count() - 7);
                pieces.push(word.chars().skip(at).take(8).collect::<String>().into_bytes());
            }
        }
    }
    pieces.retain(|piece| piece.len() >= 5);
    pieces
}

/// The first piece that lies in clear in a file of the folder.
fn found_in_clear(folder: &Path, pieces: &[Vec<u8>]) -> Option<String> {
    let mut by_start: HashMap<[u8; 4], Vec<&[u8]>> = HashMap::new();
    for piece in pieces {
        by_start.entry([piece[0], piece[1], piece[2], piece[3]]).or_default().push(piece);
    }
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            if let Some(found) = found_in_clear(&path, pieces) {
                return Some(found);
            }
            continue;
        }
        let bytes = fs::read(&path).unwrap();
        for (at, window) in bytes.windows(4).enumerate() {
            let Some(candidates) = by_start.get(window) else { continue };
            if let Some(piece) = candidates.iter().find(|piece| bytes[at..].starts_with(piece)) {
                return Some(format!("{} in {}", String::from_utf8_lossy(piece), path.display()));
            }
        }
    }
    None
}

#[test]
fn the_search_for_clear_text_finds_what_is_there() {
    let desk = Desk::new();
    desk.write("some.file", "前面路灯坏了请快修一下后面");
    let pieces = ["路灯坏了请快修一".as_bytes().to_vec()];
    assert!(found_in_clear(desk.folder.path(), &pieces).unwrap().contains("some.file"));
}

#[test]
fn refused_rows_are_named_and_the_others_stand() {
    let desk = Desk::new();
    let rows =
        "1,甲,题,2019/4/1 8:00,文,答,2019/4/2 8:00\n2,乙,题,2019/2/30,文,,\n3,丙,题,2019/4/1,文,答,2019/3/1\n";
    let file = desk.write("t.csv", format!("{HEAD}{rows}"));
    let output = desk.import(&file);
    assert!(!output.status.success());
    let said = said(&output);
    assert!(said.contains("t.csv:3: 编号2：“留言时间”“2019/2/30”里的日期不存在"), "{said}");
    assert!(said.contains("t.csv:4: 编号3：“答复时间”早于“留言时间”"), "{said}");
    assert!(said.contains("3 rows: 1 messages and 1 replies applied, 0 rows applied before, 2 refused"), "{said}");
    assert!(said.ends_with("Mend them and import the file again\n"), "{said}");
    let report = printed(&desk.huiyin(&["report", "reply-delay"]));
    let line = report.lines().find(|line| line.starts_with("delay.median_days")).unwrap();
    assert_eq!(line.split_whitespace().nth(1), Some("1.0"));
}

#[test]
fn files_that_cannot_be_imported_get_one_clear_line() {
    let desk = Desk::new();
    let row = "1,甲,题,2019/4/1,文,,\n";
    assert!(desk.complaint("t.xlsx", "not a workbook").contains("不是XLSX"));
    assert!(desk.complaint("cut.xlsx", b"PK\x03\x04cut short").contains("不是完好的XLSX"));
    let gbk = [HEAD.as_bytes(), b"1,\xbc\xd7,\xcc\xe2,2019/4/1,\xce\xc4,,\n"].concat();
    assert!(desk.complaint("gbk.csv", gbk).contains("不是UTF-8编码"));
    let short = HEAD.replace("留言时间,", "");
    assert!(desk.complaint("short.csv", format!("{short}{row}")).contains("缺少“留言时间”一列"));
    let tagged = HEAD.replace("留言编号", "留言编号,是否越级");
    assert!(desk.complaint("tagged.csv", format!("{tagged}{row}")).contains("“是否越级”一列不接收"));
    assert!(desk.complaint("empty.csv", "").contains("没有内容"));
}

#[test]
fn a_map_or_file_that_is_not_there_or_wrong_is_said() {
    let desk = Desk::new();
    let table = desk.write("t.csv", HEAD);
    let table = table.to_str().unwrap();
    let wrong = desk.write("wrong.toml", "[import]\nid = 'a'\ncolour = 'red'\n");
    let output = desk.huiyin(&["import", table, "--map", wrong.to_str().unwrap()]);
    assert!(said(&output).contains("映射文件有误：第3行"), "{}", said(&output));
    let output = desk.huiyin(&["import", table, "--map", "no-such.toml"]);
    assert!(said(&output).contains("no-such.toml cannot be read"));
    assert!(!desk.data().exists(), "nothing is set up for a map that cannot be read");
    let output = desk.import(&desk.folder.path().join("no-such.xlsx"));
    assert!(said(&output).contains("no-such.xlsx cannot be read"));
}
