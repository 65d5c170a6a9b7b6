//! The receipt: proof that a matter is registered, without a word of what it is about or whose it is.

use jiff::civil::date;

use super::clock::SumLine;
use super::day::Due;
use super::qr::Qr;

/// What one representative takes away. Like the receipt it tells no name: whose it is, its place in the order says.
#[derive(Debug, Clone)]
pub struct Slip {
    /// Their own secret code.
    pub code: Vec<String>,
    /// QR code of the tracking address.
    pub qr: Option<Qr>,
}

/// What the receipt says; the same on the public page and at the window.
#[derive(Debug, Clone)]
pub struct Receipt {
    /// Reference that can be read aloud.
    pub reference: String,
    /// The secret code, five groups of five digits. Shown once.
    pub code: Vec<String>,
    /// QR code of the tracking address.
    pub qr: Option<Qr>,
    /// When it was registered, with weekday and time.
    pub registered: String,
    /// The office that holds it.
    pub office: String,
    /// That office's phone.
    pub phone: String,
    /// Where progress can be seen, as an address to type.
    pub track_address: String,
    /// What comes next, as 转送到有权处理的单位.
    pub next: String,
    /// By when.
    pub due: Due,
    /// The sum behind that date.
    pub sum: Vec<SumLine>,
    /// What is proven, as 登记回执.
    pub title: String,
    /// What each representative takes away, in the order they were named: their own code, on a sheet of its own.
    pub slips: Vec<Slip>,
    /// True for a further letter on a matter already held: it restarts no clock.
    pub further: bool,
}

impl Receipt {
    /// An invented receipt.
    pub fn sample() -> Receipt {
        Receipt {
            reference: "HD-20261121-7K4M2-9".into(),
            code: ["48213", "90574", "66120", "83957", "10246"].map(str::to_owned).to_vec(),
            qr: Qr::of("https://huiyin.example/track?r=HD-20261121-7K4M2-9"),
            registered: "2026年11月21日 周六 09:12".into(),
            office: "海岛县信访局".into(),
            phone: "0599-12345678".into(),
            track_address: "huiyin.example/track".into(),
            next: "转送到有权处理的单位，并告诉您去向".into(),
            due: Due::new(date(2026, 12, 7), date(2026, 11, 21)),
            sum: vec![
                SumLine::new("开始", "2026年11月21日登记，当天不算", "信访工作条例第22条"),
                SumLine::new("期限", "15 天，到 2026年12月6日（周日）", "信访工作条例第22条"),
                SumLine::new("往后推", "最后一天是休息日，往后推到下一个工作日", "民法典第203条"),
                SumLine::new("到期", "2026年12月7日 周一，当天结束前", ""),
            ],
            title: "登记回执".into(),
            slips: Vec::new(),
            further: false,
        }
    }

    /// The receipt of what several people brought.
    pub fn sample_joint() -> Receipt {
        let slip = |code: [&str; 5]| Slip {
            code: code.map(str::to_owned).to_vec(),
            qr: Qr::of("https://huiyin.example/track?r=HD-20261121-7K4M2-9"),
        };
        let slips = vec![
            slip(["11213", "90574", "66120", "83957", "10246"]),
            slip(["77213", "20574", "36120", "43957", "50246"]),
        ];
        Receipt { slips, ..Receipt::sample() }
    }

    /// The receipt of a further letter on the same matter.
    pub fn sample_further() -> Receipt {
        Receipt {
            next: "作出并送达处理意见".into(),
            due: Due::new(date(2026, 12, 21), date(2026, 11, 21)),
            sum: vec![
                SumLine::new("开始", "2026年10月22日受理，当天不算", "信访工作条例第34条"),
                SumLine::new("期限", "60 天", "信访工作条例第34条"),
                SumLine::new("到期", "2026年12月21日 周一，当天结束前", ""),
            ],
            title: "再次来访 登记回执".into(),
            further: true,
            ..Receipt::sample()
        }
    }
}
