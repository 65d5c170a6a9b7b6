//! Filing, step 5: how the petitioner may safely be reached.

use askama::Template;

use crate::view::Page;
use crate::view::form::{Choice, Errors, Target};
use crate::view::frame::PublicFrame;

/// Fields `contact`, `contact_number`, `contact_address`, `no_visit` (`yes`), `contact_note`.
#[derive(Debug, Clone, Template)]
#[template(path = "public/file_contact.html")]
pub struct FileContact {
    /// What surrounds the page.
    pub frame: PublicFrame,
    /// Where the answer goes and what it carries.
    pub form: Target,
    /// What is wrong.
    pub errors: Errors,
    /// Ways of contact. Those sent as `only_number` and `post` open a line for number or address.
    pub ways: Vec<Choice>,
    /// The only number to call, as typed.
    pub number: String,
    /// Where letters may be sent, as typed.
    pub address: String,
    /// True when nobody may come to the door.
    pub no_visit: bool,
    /// Anything else to heed, as typed.
    pub note: String,
}

/// The ways offered; who left no number cannot be called on it.
pub fn ways(reachable: bool) -> Vec<Choice> {
    let mut ways = vec![
        Choice::new("phone", "可以打我留下的电话"),
        Choice::new("only_number", "只打另一个号码").hint("例如家里人的电话"),
        Choice::new("post", "寄信给我").hint("文书寄到您写的地址"),
        Choice::new("by_code", "不要联系我，我凭编号和查询码自己来看").hint("文书在网上给您看，不寄给您"),
    ];
    ways.retain(|way| reachable || way.value != "phone");
    ways
}

impl Page for FileContact {
    const NAME: &'static str = "public/file-contact";

    fn samples() -> Vec<(&'static str, FileContact)> {
        let page = FileContact {
            frame: PublicFrame::sample(),
            form: Target::to("/file").with("step", "contact"),
            errors: Errors::none(),
            ways: Choice::pick(ways(true), "phone"),
            number: String::new(),
            address: String::new(),
            no_visit: false,
            note: String::new(),
        };
        let wrong = FileContact {
            errors: Errors::none().with("contact_number", "请写 11 位手机号，或带区号的固定电话；“1990000”不够长"),
            ways: Choice::pick(ways(true), "only_number"),
            number: "1990000".into(),
            no_visit: true,
            note: "白天在外做工，晚上七点以后打".into(),
            ..page.clone()
        };
        vec![("fresh", page), ("wrong", wrong)]
    }
}
