//! One letter of each kind, about invented people, for tests, previews and the eye.

use jiff::civil::{Date, date};

use crate::letter::{
    AcceptanceNotice, Contact, Content, DiversionNotice, DocumentNumber, Due, Extension, ExtensionNotice, Filing,
    Form, Item, Letter, Notice, Opinion, RefusalNotice, Remedy, ReviewOpinion, ReviewReceipt, Whereabouts,
};

/// A letter of each kind, in the order of [`crate::LetterKind::ALL`].
pub fn samples() -> Vec<Letter> {
    vec![
        acceptance(),
        refusal(),
        diversion(),
        extension(),
        opinion(),
        review_receipt(),
        review(),
        whereabouts(),
        notice(),
        form(),
    ]
}

const BUREAU: &str = "青河县自然资源局";

fn letter(issuer: &str, organ: &str, number: u32, day: Date, content: Content) -> Letter {
    Letter {
        issuer: issuer.into(),
        number: DocumentNumber { organ: organ.into(), year: 2026, number },
        title: None,
        addressee: "张三".into(),
        reference: "QH-260402-7K3M9-4".into(),
        date: day,
        contact: Contact {
            office: format!("{issuer}信访室"),
            phone: Some("0999-1234567".into()),
            address: Some("青河县人民路1号".into()),
            hours: Some("工作日9时至12时、14时至17时".into()),
            track: Some("在青河县网上信访页面查询".into()),
        },
        content,
    }
}

fn filing() -> Filing {
    Filing {
        received: date(2026, 4, 2),
        manner: "来访".into(),
        subject: "青石镇王家湾村三组承包地四至不清、要求重新丈量".into(),
    }
}

fn acceptance() -> Letter {
    let content = AcceptanceNotice {
        filing: filing(),
        taken_up: date(2026, 4, 9),
        office: BUREAU.into(),
        route: "本事项属于《信访工作条例》第三十一条第六项规定的情形，按信访程序办理。\n\
            承办人员将听取您的陈述，调查核实，必要时实地丈量；办结后向您出具书面的处理意见书。"
            .into(),
        due: Due {
            last: date(2026, 6, 8),
            limit: "自受理之日起60日".into(),
            sum: vec![
                "2026年4月9日受理，当日不计入".into(),
                "4月10日为第1日，6月8日为第60日".into(),
                "6月8日是工作日，不顺延".into(),
            ],
        },
        extension: Some(Extension {
            by: "本机关负责人".into(),
            days: 30,
            basis: "《信访工作条例》第三十四条".into(),
        }),
        basis: "《信访工作条例》第二十三条".into(),
    };
    letter(BUREAU, "青自然资访告", 12, date(2026, 4, 9), Content::AcceptanceNotice(content))
}

fn refusal() -> Letter {
    let content = RefusalNotice {
        filing: filing(),
        ground: "您提出的事项已由青河县农业农村局于2026年3月20日受理，正在规定期限内办理。".into(),
        where_to: "请向青河县农业农村局了解办理进展（电话：0999-7654321）。\n\
            该局最迟于2026年5月19日前向您作出书面答复；您不服的，可以请求复查。"
            .into(),
        basis: "《信访工作条例》第十九条第三款".into(),
        remedy: Some(Remedy {
            act: "督办".into(),
            to: "青河市信访局".into(),
            days: None,
            from: "收到本告知书之日".into(),
            basis: "《信访工作条例》第四十条".into(),
            how: None,
        }),
    };
    letter("青河县信访局", "青信访不受", 3, date(2026, 4, 9), Content::RefusalNotice(content))
}

fn diversion() -> Letter {
    let content = DiversionNotice {
        filing: Filing {
            received: date(2026, 4, 2),
            manner: "网上信访".into(),
            subject: "用人单位拖欠2025年11月至2026年1月工资".into(),
        },
        channel: "劳动争议仲裁".into(),
        organ: Some("青河县劳动人事争议仲裁委员会（青河县建设路8号，电话：0999-2223334）".into()),
        limit: Some("申请仲裁的时效为一年，自知道权利被侵害之日起算".into()),
        note: "请带上劳动合同、工资条或者转账记录、考勤记录；没有书面合同的，工友证言也可以作为证据。\n\
            经济困难的，可以向青河县法律援助中心申请法律援助。"
            .into(),
        basis: "《信访工作条例》第三十一条第二项".into(),
    };
    let issuer = "青河县人力资源和社会保障局";
    letter(issuer, "青人社访导", 5, date(2026, 4, 8), Content::DiversionNotice(content))
}

fn extension() -> Letter {
    let content = ExtensionNotice {
        filing: filing(),
        taken_up: date(2026, 4, 9),
        was_due: date(2026, 6, 8),
        days: 30,
        reason: "争议地块的原始承包档案存于青河市档案馆，调取和比对尚未完成。".into(),
        approved_by: "本机关负责人".into(),
        due: Due {
            last: date(2026, 7, 8),
            limit: "自受理之日起90日".into(),
            sum: vec![
                "2026年4月9日受理，当日不计入".into(),
                "原定60日，至6月8日".into(),
                "延长30日，至7月8日".into(),
            ],
        },
        basis: "《信访工作条例》第三十四条".into(),
    };
    letter(BUREAU, "青自然资访延", 2, date(2026, 6, 1), Content::ExtensionNotice(content))
}

fn opinion() -> Letter {
    let content = Opinion {
        filing: filing(),
        taken_up: date(2026, 4, 9),
        rule: "《信访工作条例》第三十二条".into(),
        request: "重新丈量青石镇王家湾村三组张三户承包地，明确四至。".into(),
        outcome: "支持".into(),
        opinion: "2026年4月20日，本局会同青石镇人民政府、王家湾村村民委员会到现场查看，\
            并走访了相邻的李四、王五两户。\n\
            （一）关于面积\n\
            承包合同登记面积为3.2亩，实地测得3.05亩，相差0.15亩，超出测量允许的误差。\n\
            （二）关于四至\n\
            东侧界桩于2019年修渠时移动，移动前后的位置有当年施工图为证。\n\
            （三）关于处理\n\
            由本局于2026年6月30日前恢复东侧界桩，重新测绘，并按测绘结果办理登记的更正。\n\
            更正后的登记簿副本由王家湾村村民委员会送交您本人。"
            .into(),
        basis: "《中华人民共和国农村土地承包法》第二十四条。".into(),
        remedy: Remedy {
            act: "复查".into(),
            to: "青河县人民政府".into(),
            days: Some(30),
            from: "收到本意见书之日".into(),
            basis: "《信访工作条例》第三十五条".into(),
            how: Some("请求复查可以书面提出，也可以到青河县信访局口头提出".into()),
        },
    };
    letter(BUREAU, "青自然资访复", 8, date(2026, 5, 18), Content::Opinion(content))
}

fn review_receipt() -> Letter {
    let content = ReviewReceipt {
        reviewed: "青河县自然资源局《信访事项处理意见书》（青自然资访复〔2026〕8号）".into(),
        requested: date(2026, 6, 5),
        taken_up: date(2026, 6, 8),
        due: Due {
            last: date(2026, 7, 6),
            limit: "自收到复查请求之日起30日".into(),
            sum: vec!["2026年6月5日收到请求，当日不计入".into(), "7月5日为第30日，是星期日，顺延至7月6日".into()],
        },
        basis: "《信访工作条例》第三十五条".into(),
    };
    letter("青河县人民政府", "青政访查受", 1, date(2026, 6, 8), Content::ReviewReceipt(content))
}

fn review() -> Letter {
    let content = ReviewOpinion {
        reviewed: "青河县自然资源局《信访事项处理意见书》（青自然资访复〔2026〕8号）".into(),
        requested: date(2026, 6, 5),
        taken_up: date(2026, 6, 8),
        rule: "《信访工作条例》第三十五条".into(),
        request: "要求同时补偿2019年以来少种0.15亩地的损失。".into(),
        outcome: "变更".into(),
        opinion: "修渠占地的补偿已于2019年9月发放至王家湾村三组，本组未向张三户分配。\n\
            在原处理意见上增加一项：由青石镇人民政府督促王家湾村三组于2026年8月31日前补发应得的补偿款。"
            .into(),
        remedy: Remedy {
            act: "复核".into(),
            to: "青河市人民政府".into(),
            days: Some(30),
            from: "收到本意见书之日".into(),
            basis: "《信访工作条例》第三十六条".into(),
            how: None,
        },
    };
    letter("青河县人民政府", "青政访查", 1, date(2026, 7, 3), Content::ReviewOpinion(content))
}

fn whereabouts() -> Letter {
    let content = Whereabouts {
        filing: filing(),
        passed_on: date(2026, 4, 3),
        way: "转送".into(),
        to: BUREAU.into(),
        due: Due {
            last: date(2026, 4, 20),
            limit: "自收到转送之日起15日".into(),
            sum: vec![
                "2026年4月3日收到转送，当日不计入".into(),
                "4月18日为第15日，是星期六，顺延至4月20日".into(),
            ],
        },
        basis: "《信访工作条例》第二十二条".into(),
    };
    letter("青河县信访局", "青信访转", 41, date(2026, 4, 3), Content::Whereabouts(content))
}

fn notice() -> Letter {
    let content = Notice {
        opening: "您于2026年4月2日通过来访提出的“青石镇王家湾村三组承包地四至不清、要求重新丈量”事项，\
                  根据《信访工作条例》第三十六条，本机关定于下列时间举行听证，现通知如下"
            .into(),
        items: vec![
            Item { label: "听证日期".into(), text: "2026年5月20日".into() },
            Item { label: "地点".into(), text: "青河县人民政府二楼会议室".into() },
            Item {
                label: "您的权利".into(),
                text: "可以申请主持人回避。\n可以带证人，可以委托一至二人代为参加；路上不便的，可以请求在青石镇参加。".into(),
            },
        ],
        due: None,
        remedy: None,
        remains: Some("听证不另收费，所需时间不计入复核期限".into()),
        closing: "特此通知。".into(),
    };
    let mut letter = letter("青河县人民政府", "青政听", 2, date(2026, 5, 8), Content::Notice(content));
    letter.title = Some("听证通知书".into());
    letter
}

fn form() -> Letter {
    let box_of = |label: &str, text: &str| Item { label: label.into(), text: text.into() };
    let content = Form {
        rows: vec![
            box_of("来文来访", "2026年4月2日 来访 张三等3人"),
            box_of("事由", "青石镇王家湾村三组承包地四至不清、要求重新丈量"),
            box_of("拟办意见", "拟支持：责成承包合同管理机构重新丈量，明确四至。\n2026年5月12日 王经办"),
            box_of("审核意见", "同意拟办意见。\n2026年5月13日 李科长"),
            box_of("会签意见", ""),
            box_of("签发", ""),
        ],
        note: Some("办理期限：至2026年6月8日".into()),
    };
    let mut letter = letter(BUREAU, "青自然资呈", 7, date(2026, 5, 13), Content::Form(content));
    letter.title = Some("信访事项呈批单".into());
    letter
}
