//! 委托: few at once, for a time, and ended by the person alone.

use std::collections::BTreeMap;

use super::matter;
use super::permission::{Permit, cite};
use crate::day;
use crate::mandate::{self, DAYS_MAX, MOST};
use crate::refusal::Refusal;
use crate::world::World;

/// A mandate ends within a year, and there are few.
///
/// # Errors
/// [`Refusal::FieldUnreadable`], [`Refusal::NotNow`].
pub(super) fn given(
    world: &World<'_>,
    permit: &Permit<'_>,
    public: &BTreeMap<String, String>,
) -> Result<(), Refusal> {
    let today = day::day_of(world.now);
    let until = public.get("until").cloned().unwrap_or_default();
    let fits = until.parse().is_ok_and(|until: jiff::civil::Date| {
        today <= until && until.since(today).is_ok_and(|span| span.get_days() <= DAYS_MAX)
    });
    if !fits {
        return Err(Refusal::FieldUnreadable {
            field: "至哪一天", want: "今天起一年以内的日期", value: until
        });
    }
    let mine = |mandate: &mandate::Mandate<'_>| Some(mandate.of) == world.actor.person() && mandate.holds(today);
    if mandate::of(matter(world)?).filter(mine).count() >= MOST {
        let must = format!("有效的委托少于{MOST}个；可以先取消一个");
        return Err(Refusal::NotNow { verb: permit.act.verb, must, cite: cite(world, permit.act) });
    }
    Ok(())
}

/// The mandate that is ended holds.
///
/// # Errors
/// [`Refusal::NotNow`].
pub(super) fn ended(
    world: &World<'_>,
    permit: &Permit<'_>,
    public: &BTreeMap<String, String>,
) -> Result<(), Refusal> {
    let today = day::day_of(world.now);
    let number: Option<u32> = public.get("mandate").and_then(|number| number.parse().ok());
    let mut mandates = mandate::of(matter(world)?);
    let mine = |mandate: &mandate::Mandate<'_>| Some(mandate.of) == world.actor.person() && mandate.holds(today);
    if mandates.any(|mandate| Some(mandate.number) == number && mine(&mandate)) {
        return Ok(());
    }
    let must = "有这一个还有效的委托".to_owned();
    Err(Refusal::NotNow { verb: permit.act.verb, must, cite: cite(world, permit.act) })
}
