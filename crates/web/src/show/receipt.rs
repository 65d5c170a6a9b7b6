//! The receipt of a matter just registered: for the public page and for the window.

use app::Receipt as Taken;
use app::show::MatterShown;
use casework::day::day_of;
use jiff::Timestamp;

use super::{code_groups, due, governing, moment, next, sum};
use crate::view::day::Due;
use crate::view::qr::Qr;
use crate::view::receipt::{Receipt, Slip};

/// The receipt; `address` is where people reach the site, `phone` the office's number where there is one.
pub(crate) fn receipt(address: &str, phone: &str, taken: &Taken, matter: &MatterShown, now: Timestamp) -> Receipt {
    let code = code_groups(&taken.code);
    let link = format!("{address}/track/{}?code={}", taken.reference, code.concat());
    let (clock, today) = (governing(matter), day_of(now));
    let host = address.split_once("://").map_or(address, |(_, host)| host);
    Receipt {
        reference: taken.reference.clone(),
        code,
        qr: Qr::of(&link),
        registered: moment(taken.registered),
        office: super::office(matter, None),
        phone: phone.to_owned(),
        track_address: format!("{host}/track"),
        next: next(matter),
        due: clock.map_or_else(|| Due::new(today, today), |clock| due(clock, today)),
        sum: clock.map(sum).unwrap_or_default(),
        title: "登记回执".to_owned(),
        slips: slips(address, &taken.reference, &taken.representatives),
        further: false,
    }
}

/// What each representative takes away, in order.
pub(crate) fn slips(address: &str, reference: &str, codes: &[String]) -> Vec<Slip> {
    let slip = |code: &String| {
        let code = code_groups(code);
        let qr = Qr::of(&format!("{address}/track/{reference}?code={}", code.concat()));
        Slip { code, qr }
    };
    codes.iter().map(slip).collect()
}
