//! Every letter as a page: it renders, repeats byte for byte, says what it must, and cannot be
//! bent by what people write into it.

#![cfg(test)]

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use letters::{Content, Fonts, Letter, LetterError, LetterKind, Press, samples};

static PRESS: LazyLock<Press> = LazyLock::new(|| Press::open(&Fonts::debian()).unwrap());

fn sample(kind: LetterKind) -> Letter {
    samples().into_iter().find(|l| l.content.kind() == kind).unwrap()
}

fn opinion(change: impl FnOnce(&mut letters::Opinion)) -> Letter {
    let mut letter = sample(LetterKind::Opinion);
    let Content::Opinion(content) = &mut letter.content else { unreachable!() };
    change(content);
    letter
}

/// What a reader of the file gets, white space left out; `None` without poppler's tools.
fn text(pdf: &[u8]) -> Option<String> {
    pages(pdf).map(|p| p.concat())
}

fn pages(pdf: &[u8]) -> Option<Vec<String>> {
    let mut child = Command::new("pdftotext")
        .args(["-layout", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    let mut stdin = child.stdin.take().unwrap();
    let bytes = pdf.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&bytes));
    let out = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    let squeeze = |p: &str| p.chars().filter(|c| !c.is_whitespace() && *c != '\u{200b}').collect();
    let all = String::from_utf8(out.stdout).unwrap();
    Some(all.split_terminator('\u{c}').map(squeeze).collect())
}

fn rendered(letter: &Letter) -> Vec<u8> {
    PRESS.render(letter).unwrap_or_else(|e| panic!("{}: {e}", letter.content.kind().name()))
}

#[test]
fn samples_cover_every_kind_and_round_trip() {
    let kinds: Vec<_> = samples().iter().map(|l| l.content.kind()).collect();
    assert_eq!(kinds, LetterKind::ALL);
    for letter in samples() {
        let json = serde_json::to_string(&letter).unwrap();
        assert_eq!(serde_json::from_str::<Letter>(&json).unwrap(), letter);
        assert!(json.contains(&format!("\"kind\":\"{}\"", letter.content.kind().name())), "{json}");
    }
}

#[test]
fn the_same_letter_gives_the_same_bytes() {
    let first: Vec<_> = samples().iter().map(rendered).collect();
    let other = Press::open(&Fonts::debian()).unwrap();
    for (letter, bytes) in samples().iter().rev().zip(first.iter().rev()) {
        assert!(bytes.starts_with(b"%PDF-1.7"));
        assert!(rendered(letter) == *bytes, "{} differs", letter.content.kind().name());
        assert!(other.render(letter).unwrap() == *bytes, "{} differs", letter.content.kind().name());
    }
    let threads: Vec<_> = (0..4).map(|_| std::thread::spawn(|| rendered(&samples()[0]))).collect();
    for thread in threads {
        assert!(thread.join().unwrap() == first[0]);
    }
}

#[test]
fn each_sample_says_what_it_must() {
    for letter in samples() {
        let Some(text) = text(&rendered(&letter)) else {
            return;
        };
        let mut must = vec![
            letter.issuer.clone(),
            letter.reference.clone(),
            letter.title.clone().unwrap_or_else(|| letter.content.kind().title().into()),
        ];
        // A sheet is no document with a number: it goes into the file, not to a person.
        if letter.content.kind() != LetterKind::Form {
            must.push(letter.number.to_string());
            must.extend(["张三：".into(), letter.contact.phone.clone().unwrap()]);
        }
        must.extend(match letter.content.kind() {
            LetterKind::AcceptanceNotice => {
                vec!["2026年6月8日（星期一）".into(), "6月8日为第60日".into(), "经本机关负责人批准可以延长".into()]
            }
            LetterKind::Opinion => vec![
                "自收到本意见书之日起30日内，向青河县人民政府请求复查（《信访工作条例》第三十五条）".into(),
                "处理结果：支持。2026年4月20日，本局会同".into(),
                "法律依据《中华人民共和国农村土地承包法》第二十四条。".into(),
                "2026年5月18日".into(),
            ],
            LetterKind::ReviewReceipt => {
                vec!["2026年7月6日（星期一）".into(), "青自然资访复〔2026〕8号".into()]
            }
            LetterKind::ReviewOpinion => {
                vec![
                    "复查结果：变更。修渠占地".into(),
                    "30日内，向青河市人民政府请求复核（《信访工作条例》第三十六条）".into(),
                ]
            }
            LetterKind::ExtensionNotice => vec!["2026年7月8日（星期三）".into()],
            LetterKind::RefusalNotice => {
                vec!["请向青河县农业农村局了解".into(), "您可以向青河市信访局请求督办".into()]
            }
            LetterKind::DiversionNotice => vec!["劳动争议仲裁".into()],
            LetterKind::Whereabouts => vec!["转送至青河县自然资源局".into()],
            LetterKind::Notice => vec!["听证日期：2026年5月20日。".into(), "可以申请主持人回避。".into()],
            LetterKind::Form => vec!["拟办意见".into(), "办理期限：至2026年6月8日".into()],
        });
        for words in must {
            assert!(text.contains(&words), "{}: {words} is not in {text}", letter.content.kind().name());
        }
        assert!(!text.contains("。。"), "{text}");
    }
}

/// The officer numbers their own paragraphs: the letter's headings carry no numbers that could run on with them. What
/// was not given has no heading.
#[test]
fn an_opinion_is_the_officers_words_and_no_more() {
    let letter = opinion(|o| {
        o.opinion = "一、调价已备案。\n二、门禁卡已恢复。".into();
        o.basis = String::new();
    });
    let Some(text) = text(&rendered(&letter)) else { return };
    assert!(text.contains("处理意见处理结果：支持。一、调价已备案。二、门禁卡已恢复。救济途径"), "{text}");
    assert!(!text.contains("依据") && !text.contains("三、"), "{text}");
}

#[test]
fn fonts_are_embedded_and_subset() {
    for letter in samples() {
        let pdf = rendered(&letter);
        assert!(pdf.len() < 200_000, "{} takes {} bytes", letter.content.kind().name(), pdf.len());
        let has = |words: &[u8]| pdf.windows(words.len()).any(|w| w == words);
        assert!(has(b"pdfaid:part"), "not PDF/A");
        assert!(has(b"/StructTreeRoot"), "not tagged");
    }
}

#[test]
fn markup_in_a_text_is_only_text() {
    let words = r##"#panic("x") *粗* _斜_ $x^2$ [a] {b} \ @ref <label> `raw` = 标题 #import "/data.json" // 注释 /* 注 */ "引" https://example.cn/~a#b -- --- ..."##;
    let letter = opinion(|o| {
        o.opinion = words.into();
        o.outcome = words.into();
        o.filing.subject = words.into();
        o.remedy.to = words.into();
    });
    let mut letter = letter;
    letter.addressee = "#pagebreak()".into();
    letter.issuer = "#sys.version *局*".into();
    letter.title = Some("$a$ #title()".into());
    letter.contact.phone = Some("#(1+1)".into());
    let Some(text) = text(&rendered(&letter)) else {
        return;
    };
    let squeezed: String = words.chars().filter(|c| !c.is_whitespace()).collect();
    assert!(text.matches(&squeezed[..60]).count() >= 3, "{text}");
    for shown in ["#pagebreak()：", "#sys.version*局*", "$a$#title()", "#(1+1)"] {
        assert!(text.contains(shown), "{shown} is not in {text}");
    }
}

#[test]
fn long_letters_number_their_pages_from_the_second() {
    let letter = opinion(|o| o.opinion = format!("{}\n", "经查，界桩于修渠时移动。".repeat(20)).repeat(20));
    let Some(pages) = pages(&rendered(&letter)) else {
        return;
    };
    assert!(pages.len() > 8, "{}", pages.len());
    assert!(!pages[0].contains("—1—"), "{}", pages[0]);
    for (n, page) in pages.iter().enumerate().skip(1) {
        assert!(page.contains(&format!("—{}—", n + 1)), "{page}");
    }
    let last = pages.last().unwrap();
    assert!(last.contains("2026年5月18日") && last.contains("请求复查"), "the seal stands alone: {last}");
}

#[test]
fn long_names_stay_on_one_line() {
    let name = "青河县大青山国家级自然保护区管理委员会国土资源和生态环境保护综合执法局";
    let mut letter = sample(LetterKind::AcceptanceNotice);
    letter.issuer = name.into();
    let Some(text) = pages(&rendered(&letter)) else {
        return;
    };
    assert!(text[0].contains(name), "{}", text[0]);
    letter.issuer = name.repeat(3);
    assert!(matches!(PRESS.render(&letter), Err(LetterError::TooLong { field: "发文机关", .. })));
}

#[test]
fn what_no_font_shows_is_named_by_its_code() {
    let letter = opinion(|o| o.opinion = "喆𬭁😀\u{202e}\u{0}\u{e123}\u{10ffff}龘".into());
    let Some(text) = text(&rendered(&letter)) else {
        return;
    };
    assert!(text.contains("喆𬭁〔U+1F600〕〔U+E123〕〔U+10FFFF〕龘"), "{text}");
}

#[test]
fn a_private_character_some_font_shows_is_printed() {
    // AR PL UKai has a glyph at U+E78D; PDF/A-2a would not take it.
    let letter = opinion(|o| o.opinion = "\u{e78d}甲".into());
    let pdf = rendered(&letter);
    assert!(pdf == rendered(&letter));
    let Some(text) = text(&pdf) else { return };
    assert!(text.contains("甲") && !text.contains("U+E78D"), "{text}");
}

#[test]
fn odd_texts_render() {
    let texts = [
        "a".repeat(5_000),
        "，".repeat(500),
        "。\n".repeat(300),
        "（一）".into(),
        "\r\r\r 甲 \u{2028}乙".into(),
        "العربية हिन्दी བོད་ཡིག ᠮᠣᠩᠭᠣᠯ ئۇيغۇرچە".into(),
        "e\u{301}\u{301}\u{301}".repeat(200),
        "\u{feff}\u{200b}甲".into(),
        "１２３ABC　全角".into(),
    ];
    for words in texts {
        let letter = opinion(|o| {
            o.opinion = words.clone();
            o.request = words.clone();
            o.basis = words.clone();
            o.outcome = words.chars().take(200).collect();
            o.remedy.how = Some(words.chars().take(200).collect());
        });
        rendered(&letter);
    }
}

#[test]
fn absurd_letters_are_refused_by_field() {
    let check = |change: &dyn Fn(&mut Letter), expected: &str| {
        let mut letter = sample(LetterKind::Opinion);
        change(&mut letter);
        let refused = PRESS.render(&letter).map(|_| ()).unwrap_err().to_string();
        assert_eq!(refused, expected);
    };
    check(&|l| l.issuer = " ".into(), "文书缺少“发文机关”，请补充后再出具。");
    check(&|l| l.addressee = "\u{200b}\n".into(), "文书缺少“收件人”，请补充后再出具。");
    check(&|l| l.reference = String::new(), "文书缺少“事项编号”，请补充后再出具。");
    check(&|l| l.number.number = 0, "文书的“发文字号”不合理，请核对。");
    check(&|l| l.date = jiff::civil::Date::MIN, "文书的“成文日期”不合理，请核对。");
    check(&|l| l.addressee = "张".repeat(201), "文书的“收件人”过长（最多200字），请缩短。");
    check(&|l| *l = opinion(|o| o.opinion = "事".repeat(60_001)), "文书的“意见”过长（最多60000字），请缩短。");
    check(&|l| *l = opinion(|o| o.remedy.days = None), "文书的“救济期限”不合理，请核对。");
    check(&|l| *l = opinion(|o| o.remedy.to = String::new()), "文书缺少“救济机关”，请补充后再出具。");
}

#[test]
fn fonts_that_are_not_there_say_how_to_get_them() {
    let check = |change: &dyn Fn(&mut Fonts), expected: &str| {
        let mut fonts = Fonts::debian();
        change(&mut fonts);
        let error = Press::open(&fonts).map(|_| ()).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    };
    check(&|f| f.files.push("/usr/share/fonts/opentype/noto/NotoSerifCJK-Nix.ttc".into()), "fonts-noto-cjk");
    check(&|f| f.files.push("/etc/fonts/仿宋.ttf".into()), "请核对设置里字体文件的路径");
    check(&|f| f.files.push("/etc/passwd".into()), "不是字体文件");
    check(&|f| f.body = vec!["无此字体".into()], "正文所需的字体（无此字体）");
    check(&|f| f.files.clear(), "文件里有：");
}

proptest::proptest! {
    #![proptest_config(proptest::prelude::ProptestConfig::with_cases(24))]

    /// Whatever people write, markup and marks that cannot be seen included, becomes a letter.
    #[test]
    fn any_words_become_a_letter(
        words in "[\\PC\n\t\u{0}\u{202e}\u{200b}#$*_`{}<>@]{0,400}",
        addressee in "\\PC{1,40}",
    ) {
        let mut letter = opinion(|content| content.opinion = words);
        letter.addressee = addressee;
        assert!(rendered(&letter).starts_with(b"%PDF-"));
    }
}
