//! Filing: very many are sent at once, and this one waits its turn.

use askama::Template;

use crate::view::Page;
use crate::view::form::Target;
use crate::view::frame::PublicFrame;

/// Sends `go=send` again after the wait; a script reckons meanwhile and sends it sooner.
#[derive(Debug, Clone, Template)]
#[template(path = "public/file_wait.html")]
pub struct FileWait {
    /// What surrounds the page.
    pub frame: PublicFrame,
    /// Where it is sent; carries every answer and the ticket.
    pub form: Target,
    /// What a number is reckoned for.
    pub ticket: String,
    /// Zero bits its digest begins with.
    pub bits: u32,
    /// Seconds to wait without a script.
    pub seconds: i64,
}

impl Page for FileWait {
    const NAME: &'static str = "public/file-wait";

    fn samples() -> Vec<(&'static str, FileWait)> {
        let ticket = "691ff0b0-0123456789abcdef0123456789abcdef-00112233445566778899aabbccddeeff";
        let page = FileWait {
            frame: PublicFrame::sample(),
            form: Target::to("/file").with("step", "check").with("ticket", ticket),
            ticket: ticket.into(),
            bits: 17,
            seconds: 20,
        };
        vec![("usual", page)]
    }
}
