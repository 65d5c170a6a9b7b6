//! The petitioner's own page: where it is, who holds it, since when, what comes next and by when, and what they can do.

use askama::Template;
use jiff::civil::date;

use crate::view::Page;
use crate::view::clock::{ClockLine, ClockState, sample_lines, sample_running, sample_window};
use crate::view::day::Due;
use crate::view::form::Target;
use crate::view::frame::{Link, PublicFrame};
use crate::view::story::Entry;

/// Something the petitioner may do now, or why not.
#[derive(Debug, Clone)]
pub struct Step {
    /// What, as 申请复查.
    pub name: String,
    /// What it means, until when.
    pub hint: String,
    /// Where it is done: posted with what it carries. None when it is not open.
    pub target: Option<Target>,
    /// Why not, when it is not open.
    pub why_not: String,
    /// Icon.
    pub icon: String,
}

/// What somebody owes beside the main course.
#[derive(Debug, Clone)]
pub struct Duty {
    /// What, as 承诺兑现（1）.
    pub name: String,
    /// Who.
    pub office: String,
    /// By when.
    pub due: Due,
}

/// Somebody the person asked for help.
#[derive(Debug, Clone)]
pub struct Helper {
    /// Which of the matter's.
    pub number: u32,
    /// Name.
    pub name: String,
    /// What they may do, and until when.
    pub may: String,
    /// Their own code.
    pub code: String,
}

/// Somebody asked to know who the person is.
#[derive(Debug, Clone)]
pub struct Asked {
    /// 已经开启 / 没有同意 / 到期没有决定，没有开启 / 等待决定
    pub came: String,
    /// Who asked: office, and the officer's name once it is decided.
    pub who: String,
    /// What they saw of the person, and until when; empty where it was not opened.
    pub saw: String,
    /// When, and who decided.
    pub when: String,
    /// The class of reason, and the reason in their words.
    pub why: String,
    /// Why it was decided so.
    pub because: String,
}

/// Where a matter stands.
#[derive(Debug, Clone, Template)]
#[template(path = "public/status.html")]
pub struct Status {
    /// What surrounds the page.
    pub frame: PublicFrame,
    /// The reference.
    pub reference: String,
    /// The step in plain words, as 正在办理.
    pub step: String,
    /// One sentence more, as 海岛县人社局正在调查，会给您书面处理意见。
    pub means: String,
    /// The next move is the person's: the office named is the one that answered.
    pub yours: bool,
    /// Who holds it.
    pub office: String,
    /// That office's phone.
    pub phone: String,
    /// Since when, with weekday.
    pub since: String,
    /// What comes next, and by whom.
    pub next: String,
    /// By when; none when nothing more is to come.
    pub due: Option<Due>,
    /// Duties beside the main course, as a promise to perform: what, who, by when.
    pub beside: Vec<Duty>,
    /// Whose own decision is complained of: who answers first, by which article, and who reviews that.
    pub respondent: Vec<String>,
    /// Asking that somebody recuse, beside those sentences; none where it is not open.
    pub ask_recusal: Option<Target>,
    /// The clocks, running ones last.
    pub clocks: Vec<ClockLine>,
    /// The story, newest first.
    pub story: Vec<Entry>,
    /// Letters to download.
    pub letters: Vec<Link>,
    /// What can be done now.
    pub steps: Vec<Step>,
    /// Leaving the page: forgets reference and code in this browser.
    pub leave: Target,
    /// Told once after an act of the petitioner; may be empty.
    pub flash: String,
    /// Who helps the person, for the person.
    pub helpers: Vec<Helper>,
    /// As whom it is read, where not as the first person; empty for them.
    pub reads_as: String,
    /// Who knows who the person is: the office that registered. Empty where it is sealed for nobody.
    pub knows: String,
    /// Who asked to know, the latest first.
    pub asked: Vec<Asked>,
}

fn story() -> Vec<Entry> {
    vec![
        Entry::new("2026年11月16日 周一 15:20", "海岛县人社局", "办理期限延长 30 天", "i-hourglass")
            .saying("理由：需要现场勘测。由陈县长批准。只能延长这一次。")
            .letter("延期告知书", "/track/letter/2"),
        Entry::new("2026年10月2日 周五 10:05", "海岛县人社局", "受理，开始办理", "i-check")
            .letter("受理告知书", "/track/letter/1"),
        Entry::new("2026年9月26日 周六 11:00", "海岛县信访局", "转送到海岛县人社局", "i-arrow"),
        Entry::new("2026年9月24日 周四 09:12", "海岛县信访局", "登记", "i-doc").saying("通过网上提交"),
    ]
}

fn steps() -> Vec<Step> {
    let open = |name: &str, hint: &str, action: &str, icon: &str| Step {
        name: name.into(),
        hint: hint.into(),
        target: Some(Target::to(action)),
        why_not: String::new(),
        icon: icon.into(),
    };
    let shut = |name: &str, why: &str, icon: &str| Step {
        name: name.into(),
        hint: String::new(),
        target: None,
        why_not: why.into(),
        icon: icon.into(),
    };
    vec![
        open("补充说明", "再寄一份材料或意见；一定登记，不影响办理期限", "/track/further", "i-letter"),
        shut("评价", "收到处理意见后可以评价", "i-star"),
        shut("申请复查", "收到处理意见后 30 天内可以申请（信访工作条例第35条）", "i-review"),
    ]
}

fn handling() -> Status {
    Status {
        frame: PublicFrame::sample(),
        reference: "HD-20260924-3R8W5-1".into(),
        step: "正在办理".into(),
        means: "海岛县人社局正在调查核实，办完会给您书面处理意见。".into(),
        yours: false,
        office: "海岛县人社局".into(),
        phone: "0599-12345004".into(),
        since: "2026年9月26日 周六".into(),
        next: "海岛县人社局作出并送达处理意见".into(),
        due: Some(Due::new(date(2027, 1, 6), date(2026, 11, 21)).provisional()),
        beside: Vec::new(),
        respondent: vec![
            "您不服的是海岛县人社局作出的决定或者答复。按照《信访工作条例》第32条，先由海岛县人社局答复您。"
                .into(),
            "对答复不服的，由海岛县复查（《信访工作条例》第35条）。".into(),
        ],
        ask_recusal: Some(Target::to("/track/act/ask_recusal")),
        clocks: sample_lines(),
        story: story(),
        letters: vec![
            Link::new("受理告知书（PDF）", "/track/letter/1"),
            Link::new("延期告知书（PDF）", "/track/letter/2"),
        ],
        steps: steps(),
        leave: Target::to("/track/leave"),
        flash: String::new(),
        helpers: Vec::new(),
        reads_as: String::new(),
        knows: String::new(),
        asked: Vec::new(),
    }
}

fn answered() -> Status {
    let mut clocks = sample_lines();
    if let Some(last) = clocks.last_mut() {
        *last = ClockLine {
            state: ClockState::Met,
            used: "用了 23 天".into(),
            left: String::new(),
            due: Due::done(date(2026, 12, 1), "按时完成", false),
            segments: ClockLine::stretches(60, 23, &[]),
            marks: Vec::new(),
            limit: "60 天".into(),
            ..sample_running()
        };
    }
    clocks.push(sample_window());
    let mut story = story();
    story.drain(..1);
    story.insert(
        0,
        Entry::new("2026年10月25日 周日 16:00", "海岛县人社局", "送达处理意见书（当面）", "i-doc")
            .saying("结论：支持。责令用工单位在 15 日内发放拖欠工资。")
            .letter("处理意见书", "/track/letter/3"),
    );
    let mut steps = steps();
    for (step, (action, hint)) in steps.iter_mut().zip([
        ("/track/further", "再寄一份材料或意见；一定登记"),
        ("/track/rate", "分别评价信访局和办理单位，办理的人看不到单条评价"),
        ("/track/review", "不服处理意见，可以请上一级机关再查一次。最后一天：2026年11月24日 周二"),
    ]) {
        step.target = Some(Target::to(action));
        step.hint = hint.into();
    }
    Status {
        step: "已经答复".into(),
        means: "海岛县人社局已经作出处理意见并送达给您。".into(),
        yours: true,
        beside: vec![Duty {
            name: "承诺兑现（1）".into(),
            office: "海岛县人社局".into(),
            due: Due::new(date(2026, 11, 19), date(2026, 11, 21)),
        }],
        since: "2026年10月25日 周日".into(),
        next: "如果不服，您可以申请复查".into(),
        due: Some(Due::new(date(2026, 11, 24), date(2026, 11, 21))),
        clocks,
        story,
        letters: vec![
            Link::new("受理告知书（PDF）", "/track/letter/1"),
            Link::new("处理意见书（PDF）", "/track/letter/3"),
        ],
        steps,
        respondent: Vec::new(),
        ask_recusal: None,
        flash: "您的评价已经记下。".into(),
        helpers: vec![Helper {
            number: 1,
            name: "海小妹".into(),
            may: "看，也可以替本人补充、申请复查；至2026年12月31日".into(),
            code: "12345-67890-12345-67890-12345".into(),
        }],
        ..handling()
    }
}

impl Page for Status {
    const NAME: &'static str = "public/status";

    fn samples() -> Vec<(&'static str, Status)> {
        let asked = |came: &str, who: &str, saw: &str, because: &str| Asked {
            came: came.into(),
            who: who.into(),
            saw: saw.into(),
            when: "2026年11月19日 周四 16:20".into(),
            why: "发放款物：要当面发放，须核对本人。".into(),
            because: because.into(),
        };
        let sealed = Status {
            knows: "海岛县信访局".into(),
            asked: vec![
                asked("等待决定", "海岛县人社局", "", ""),
                asked(
                    "已经开启",
                    "海岛县人社局 周明",
                    "姓名和电话，看到2026年11月26日 周四 16:20，以后重新密封",
                    "海岛县信访局 林小海：事由成立",
                ),
            ],
            ..handling()
        };
        vec![("handling", handling()), ("answered", answered()), ("sealed", sealed)]
    }
}
