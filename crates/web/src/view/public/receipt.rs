//! After filing: the receipt, to print or photograph.

use askama::Template;

use crate::view::Page;
use crate::view::frame::PublicFrame;
use crate::view::receipt::Receipt;

/// The receipt after filing.
#[derive(Debug, Clone, Template)]
#[template(path = "public/receipt.html")]
pub struct ReceiptPage {
    /// What surrounds the page.
    pub frame: PublicFrame,
    /// The receipt itself.
    pub receipt: Receipt,
}

impl Page for ReceiptPage {
    const NAME: &'static str = "public/receipt";

    fn samples() -> Vec<(&'static str, ReceiptPage)> {
        let frame = PublicFrame::sample();
        vec![
            ("new", ReceiptPage { frame: frame.clone(), receipt: Receipt::sample() }),
            ("joint", ReceiptPage { frame: frame.clone(), receipt: Receipt::sample_joint() }),
            ("further", ReceiptPage { frame, receipt: Receipt::sample_further() }),
        ]
    }
}
