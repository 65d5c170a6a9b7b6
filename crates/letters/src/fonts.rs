//! The fonts of the letters: exact files, exact families, nothing found by searching the system.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use typst::foundations::Bytes;
use typst::text::Font;

use crate::LetterError;

const NOTO: &str = "/usr/share/fonts/opentype/noto";
const ARPHIC: &str = "/usr/share/fonts/truetype/arphic";

/// Font files and the families to use, in order of preference, for each role of GB/T 9704.
///
/// A county with licensed fonts adds its files and, where their family names are not among the
/// usual ones, names them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fonts {
    /// The font files, read in this order.
    pub files: Vec<PathBuf>,
    /// Body: 仿宋.
    pub body: Vec<String>,
    /// Name of the issuer and title: 小标宋.
    pub title: Vec<String>,
    /// First-level headings: 黑体.
    pub hei: Vec<String>,
    /// Second-level headings: 楷体.
    pub kai: Vec<String>,
}

impl Default for Fonts {
    fn default() -> Self {
        Self::debian()
    }
}

impl Fonts {
    /// Free fonts from Debian: 宋体 for body and title, 黑体, 楷体. The usual licensed families
    /// come first, so that adding their files is enough.
    pub fn debian() -> Self {
        let list = |families: &[&str]| families.iter().map(|f| (*f).to_owned()).collect();
        Self {
            files: vec![
                Path::new(NOTO).join("NotoSerifCJK-Regular.ttc"),
                Path::new(NOTO).join("NotoSerifCJK-Bold.ttc"),
                Path::new(NOTO).join("NotoSansCJK-Bold.ttc"),
                Path::new(ARPHIC).join("ukai.ttc"),
            ],
            body: list(&["FangSong_GB2312", "仿宋_GB2312", "FangSong", "仿宋", "STFangsong", "Noto Serif CJK SC"]),
            title: list(&["FZXiaoBiaoSong-B05S", "方正小标宋简体", "FZXiaoBiaoSong-B05", "Noto Serif CJK SC"]),
            hei: list(&["SimHei", "黑体", "STHeiti", "Noto Sans CJK SC"]),
            kai: list(&["KaiTi_GB2312", "楷体_GB2312", "KaiTi", "楷体", "STKaiti", "AR PL UKai"]),
        }
    }

    /// The roles: their name in the templates, in words, and their families.
    fn roles(&self) -> [(&'static str, &'static str, &[String]); 4] {
        [
            ("body", "正文", &self.body),
            ("title", "标题", &self.title),
            ("hei", "黑体", &self.hei),
            ("kai", "楷体", &self.kai),
        ]
    }
}

/// The fonts as loaded.
pub(crate) struct Faces {
    /// Every face that some role may use. Others in the same collection (Japanese, Korean) are
    /// left out, so that no fallback can reach for them.
    pub(crate) fonts: Vec<Font>,
    /// Per role, the families to use, as the templates want them.
    pub(crate) families: serde_json::Value,
    /// The characters some face can show.
    pub(crate) coverage: Coverage,
}

/// Reads the files and settles which family plays which role.
pub(crate) fn load(fonts: &Fonts) -> Result<Faces, LetterError> {
    let mut all = Vec::new();
    for path in &fonts.files {
        let data = std::fs::read(path).map_err(|e| unreadable(path, &e))?;
        let before = all.len();
        all.extend(Font::iter(Bytes::new(data)));
        if all.len() == before {
            return Err(LetterError::FontUnreadable { path: path.clone(), reason: "不是字体文件".into() });
        }
    }
    let has = |family: &str| all.iter().any(|f| same(&f.info().family, family));
    let mut families = serde_json::Map::new();
    let mut used: Vec<String> = Vec::new();
    for (key, role, wanted) in fonts.roles() {
        let found: Vec<String> = wanted.iter().filter(|f| has(f)).cloned().collect();
        if found.is_empty() {
            let mut there: Vec<&str> = all.iter().map(|f| f.info().family.as_str()).collect();
            there.sort_unstable();
            there.dedup();
            return Err(LetterError::FamilyMissing { role, wanted: wanted.join("、"), there: there.join("、") });
        }
        used.extend(found.iter().cloned());
        families.insert(key.into(), found.into());
    }
    all.retain(|f| used.iter().any(|u| same(&f.info().family, u)));
    let coverage = Coverage::of(all.iter().flat_map(|f| f.info().coverage.iter()));
    Ok(Faces { fonts: all, families: families.into(), coverage })
}

fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

fn unreadable(path: &Path, error: &std::io::Error) -> LetterError {
    if error.kind() == std::io::ErrorKind::NotFound {
        return LetterError::FontMissing { path: path.to_owned(), remedy: remedy(path) };
    }
    LetterError::FontUnreadable { path: path.to_owned(), reason: error.to_string() }
}

/// Which package brings a font file, where we know it.
fn remedy(path: &Path) -> String {
    let package = match (path.parent().and_then(Path::to_str), path.file_name().and_then(|n| n.to_str())) {
        (Some(NOTO), Some(n)) if n.contains("-Regular") || n.contains("-Bold") => "fonts-noto-cjk",
        (Some(NOTO), _) => "fonts-noto-cjk-extra",
        (Some(ARPHIC), Some("ukai.ttc")) => "fonts-arphic-ukai",
        _ => return "请核对设置里字体文件的路径。".into(),
    };
    format!("请先安装：apt-get install {package}")
}

/// The set of characters that can be shown: one bit each.
pub(crate) struct Coverage(Vec<u64>);

impl Coverage {
    /// The set of these code points.
    pub(crate) fn of(points: impl Iterator<Item = u32>) -> Self {
        let mut bits = vec![0_u64; 0x11_0000 / 64];
        for point in points {
            if let Some(word) = bits.get_mut(point as usize / 64) {
                *word |= 1 << (point % 64);
            }
        }
        Self(bits)
    }

    /// Whether this character is in it.
    pub(crate) fn has(&self, c: char) -> bool {
        let point = u32::from(c);
        self.0.get(point as usize / 64).is_some_and(|word| word >> (point % 64) & 1 == 1)
    }
}
