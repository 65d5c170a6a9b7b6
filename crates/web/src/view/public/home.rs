//! The front page: two things to do, what happens after, where else to turn.

use askama::Template;

use crate::view::Page;
use crate::view::frame::PublicFrame;

/// One stage of what happens after, with its limit from the procedure in force.
#[derive(Debug, Clone)]
pub struct Stage {
    /// 当场 / 15 天内
    pub when: String,
    /// 转送
    pub name: String,
    /// What happens.
    pub text: String,
}

/// The front page.
#[derive(Debug, Clone, Template)]
#[template(path = "public/home.html")]
pub struct Home {
    /// What surrounds the page.
    pub frame: PublicFrame,
    /// What happens after filing, in order.
    pub stages: Vec<Stage>,
    /// Opening hours of the reception hall, one line each.
    pub hours: Vec<String>,
    /// Where letters and visitors go.
    pub address: String,
    /// Next reception days of leaders, one line each; may be empty.
    pub receptions: Vec<String>,
    /// False where no petition office has been entered yet, so that nothing can be filed.
    pub ready: bool,
    /// Name of the regulation in force, as 《信访工作条例》.
    pub law: String,
}

fn stages() -> Vec<Stage> {
    [
        ("当场", "登记", "给您回执，从这一刻开始计算期限。"),
        ("15 天内", "转送", "交给有权处理的单位，并告诉您去向。"),
        ("再 15 天内", "告知", "办理单位书面告诉您受理不受理；不受理要说明理由和该去哪里。"),
        ("受理后 60 天内", "答复", "给您书面处理意见。情况复杂的，经批准可延长一次，最多 30 天。"),
        ("收到后 30 天内", "不服可以复查", "请上一级机关再查一次；还不服，可以再申请复核。"),
    ]
    .into_iter()
    .map(|(when, name, text)| Stage { when: when.into(), name: name.into(), text: text.into() })
    .collect()
}

impl Page for Home {
    const NAME: &'static str = "public/home";

    fn samples() -> Vec<(&'static str, Home)> {
        let home = Home {
            frame: PublicFrame::sample(),
            stages: stages(),
            hours: vec!["周一至周五 8:30–12:00、14:30–17:30".into(), "法定节假日休息，网上随时可以提交".into()],
            address: "海岛县海滨路 1 号 接访大厅（邮编 350400）".into(),
            receptions: vec![
                "12月7日 周一 9:00 接访大厅：县委书记接访".into(),
                "12月14日 周一 9:00 接访大厅：县长接访".into(),
            ],
            ready: true,
            law: "《信访工作条例》".into(),
        };
        vec![
            ("usual", home.clone()),
            ("no-receptions", Home { receptions: Vec::new(), ..home.clone() }),
            ("not-set-up", Home { ready: false, ..home }),
        ]
    }
}
